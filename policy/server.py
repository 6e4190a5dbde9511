"""Serves the rules to the engine.

It speaks the engine's protocol itself and not through pulumi_policy's `PolicyPack`: that one reads each resource
anew for each rule, hides from rules which values are secrets, and knows nothing of the stack when it tells levels.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import plugin_pb2

from policy.configuration import Configuration, ConfigurationError, schema
from policy.enforcement import Level
from policy.judgement import Violation, judge_resource, judge_stack, rules_for
from policy.rule import Resource, ResourceRule, Rule, Severity, StackRule
from policy.wire import read

NAME: Final = "hardway"
VERSION: Final = "0.1.0"
_MAX_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""All resources of a stack come in one message; this is the engine's own limit."""

_LEVELS: Final = {
    Level.ADVISORY: protocol.ADVISORY,
    Level.MANDATORY: protocol.MANDATORY,
    Level.DISABLED: protocol.DISABLED,
}
_CONFIGURED: Final = {wire: level for level, wire in _LEVELS.items()} | {protocol.REMEDIATE: Level.MANDATORY}
_SEVERITIES: Final = {
    Severity.LOW: protocol.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: protocol.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: protocol.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: protocol.POLICY_SEVERITY_CRITICAL,
}

_TAKES: Final[dict[str, Any]] = {
    "Handshake": protocol.AnalyzerHandshakeRequest,
    "GetPluginInfo": empty_pb2.Empty,
    "Cancel": empty_pb2.Empty,
    "ConfigureStack": protocol.AnalyzerStackConfigureRequest,
    "GetAnalyzerInfo": empty_pb2.Empty,
    "Configure": protocol.ConfigureAnalyzerRequest,
    "Analyze": protocol.AnalyzeRequest,
    "AnalyzeStack": protocol.AnalyzeStackRequest,
}
"""What each call of the engine comes with."""


class Pack:
    """The rules under one stack's configuration."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.configuration = Configuration()
        self._by_type: dict[str, tuple[ResourceRule, ...]] = {}

    def Handshake(self, request: Any, context: Any) -> Any:
        return protocol.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """Comes first: the stack decides the levels."""
        self.configuration = Configuration.of_stack(request.stack, request.config, request.config_secret_keys)
        return protocol.AnalyzerStackConfigureResponse()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        policies = [self._describe(rule) for rule in self.rules]
        return protocol.AnalyzerInfo(name=NAME, version=VERSION, supportsConfig=True, policies=policies)

    def Configure(self, request: Any, context: Any) -> Any:
        given = {
            name: (_CONFIGURED[config.enforcementLevel], json_format.MessageToDict(config.properties))
            for name, config in request.policyConfig.items()
        }
        try:
            self.configuration = self.configuration.with_policy_config(self.rules, given)
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"policy config: {error}")
        return empty_pb2.Empty()

    def Analyze(self, request: Any, context: Any) -> Any:
        judged = resource_of(request, request.options.parent)
        if (concerned := self._by_type.get(judged.type)) is None:
            concerned = self._by_type[judged.type] = rules_for(self.rules, judged.type)
        return _answer(judge_resource(concerned, judged, self.configuration))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        judged = [resource_of(one, one.parent) for one in request.resources]
        return _answer(judge_stack(self.rules, judged, self.configuration))

    def _describe(self, rule: Rule) -> Any:
        return protocol.PolicyInfo(
            name=rule.name,
            description=rule.what,
            message=rule.why,
            enforcementLevel=_LEVELS[self.configuration.level(rule)],
            severity=_SEVERITIES[rule.severity],
            configSchema=protocol.PolicyConfigSchema(
                properties=json_format.ParseDict(schema(rule), struct_pb2.Struct())
            ),
            policy_type=protocol.POLICY_TYPE_STACK if isinstance(rule, StackRule) else protocol.POLICY_TYPE_RESOURCE,
            remediation_steps=rule.fix,
            url=rule.source if rule.source.startswith("https://") else "",
        )


def resource_of(message: Any, parent: str) -> Resource:
    """The resource in a message of the engine's."""
    properties, secrets = read(message.properties)
    return Resource(
        type=message.type,
        name=message.name,
        urn=message.urn,
        properties=properties,
        protect=message.options.protect,
        parent=parent or None,
        secrets=secrets,
        # Only a stack's resources come with these.
        dependencies=tuple(getattr(message, "dependencies", ())),
        property_dependencies={
            name: tuple(on.urns) for name, on in getattr(message, "propertyDependencies", {}).items()
        },
    )


def _answer(violations: Iterable[Violation]) -> Any:
    return protocol.AnalyzeResponse(
        diagnostics=[
            protocol.AnalyzeDiagnostic(
                policyName=one.rule.name,
                policyPackName=NAME,
                policyPackVersion=VERSION,
                description=one.rule.what,
                message=one.message,
                urn=one.urn or "",
                enforcementLevel=_LEVELS[one.level],
                severity=_SEVERITIES[one.rule.severity],
            )
            for one in violations
        ]
    )


def calls(pack: Pack) -> Any:
    """What the engine may call. Not `Remediate`, which it does without where there is none: what is wrong is mended in
    the program, where it can be reviewed, and an answer for each resource that never says anything is saved.
    """
    calls = {
        name: grpc.unary_unary_rpc_method_handler(
            getattr(pack, name),
            request_deserializer=takes.FromString,
            response_serializer=lambda answer: answer.SerializeToString(),
        )
        for name, takes in _TAKES.items()
    }
    return grpc.method_handlers_generic_handler("pulumirpc.Analyzer", calls)


def serve(pack: Pack) -> None:
    """Serves until the engine ends the process; the port is printed first, as the engine expects of plugins."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=2), options=[("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    )
    server.add_generic_rpc_handlers((calls(pack),))
    port = server.add_insecure_port("127.0.0.1:0")
    # What is imported by now stays: the collector need not look at it again and again.
    gc.freeze()
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Event().wait()
