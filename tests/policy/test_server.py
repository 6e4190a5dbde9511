"""The engine's protocol, spoken to the pack without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc

from policy.server import Pack, calls
from tests.policy.rule_doubles import large, many, resource_rule, stack_rule

RULES = (resource_rule(large, settings=("leaf_max_hours",)), stack_rule(many))


class Refused(Exception):
    """The call ended with a status."""


class Context:
    """A call's context that raises what it is told."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        raise Refused(f"{code.name}: {details}")


def pack_for(stack: str) -> Pack:
    pack = Pack(RULES)
    pack.ConfigureStack(protocol.AnalyzerStackConfigureRequest(stack=stack), Context())
    return pack


def struct(**values: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def request(size: int, name: str = "thing") -> Any:
    urn = f"urn:pulumi:prod::hardway::example:index:Thing::{name}"
    options = protocol.AnalyzerResourceOptions(protect=True, parent="urn:parent")
    return protocol.AnalyzeRequest(
        type="example:index:Thing", name=name, urn=urn, properties=struct(size=size), options=options
    )


def test_levels_are_the_stacks_when_the_engine_asks() -> None:
    for stack, level in (("prod", protocol.MANDATORY), ("sandbox", protocol.ADVISORY)):
        info = pack_for(stack).GetAnalyzerInfo(empty_pb2.Empty(), Context())
        assert {policy.enforcementLevel for policy in info.policies} == {level}


def test_rules_are_described_with_their_schema() -> None:
    info = pack_for("prod").GetAnalyzerInfo(empty_pb2.Empty(), Context())
    assert (info.name, info.supportsConfig) == ("hardway", True)
    described = {policy.name: policy for policy in info.policies}
    assert described.keys() == {"thing-large", "stack-large"}
    thing = described["thing-large"]
    assert (thing.severity, thing.policy_type) == (protocol.POLICY_SEVERITY_HIGH, protocol.POLICY_TYPE_RESOURCE)
    assert thing.remediation_steps == "Make it smaller."
    assert json_format.MessageToDict(thing.configSchema.properties)["leaf_max_hours"]["default"] == 8784
    assert described["stack-large"].policy_type == protocol.POLICY_TYPE_STACK


def test_a_resource_is_judged() -> None:
    pack = pack_for("prod")
    (found,) = pack.Analyze(request(11), Context()).diagnostics
    assert (found.policyName, found.policyPackName) == ("thing-large", "hardway")
    assert found.message == "thing has size 11."
    assert found.enforcementLevel == protocol.MANDATORY
    assert found.severity == protocol.POLICY_SEVERITY_HIGH
    assert list(pack.Analyze(request(1), Context()).diagnostics) == []


def test_a_stack_is_judged_with_what_each_resource_depends_on() -> None:
    things = [
        protocol.AnalyzerResource(
            type="example:index:Thing",
            name=name,
            urn=f"urn:{name}",
            properties=struct(),
            dependencies=["urn:a"],
            propertyDependencies={"size": protocol.AnalyzerPropertyDependencies(urns=["urn:a"])},
        )
        for name in ("a", "b")
    ]
    (found,) = pack_for("prod").AnalyzeStack(protocol.AnalyzeStackRequest(resources=things), Context()).diagnostics
    assert (found.policyName, found.urn) == ("stack-large", "urn:b")


def test_what_rules_see_of_a_resource() -> None:
    seen = []
    pack = Pack([resource_rule(lambda judged, settings: iter(seen.append(judged) or ()))])  # type: ignore[func-returns-value]
    pack.Analyze(request(1), Context())
    (judged,) = seen
    assert (judged.protect, judged.parent, judged.properties) == (True, "urn:parent", {"size": 1})


def test_policy_config_is_taken_and_what_is_wrong_with_it_told() -> None:
    pack = pack_for("prod")
    config = {"thing-large": protocol.PolicyConfig(enforcementLevel=protocol.ADVISORY, properties=struct())}
    pack.Configure(protocol.ConfigureAnalyzerRequest(policyConfig=config), Context())
    (found,) = pack.Analyze(request(11), Context()).diagnostics
    assert found.enforcementLevel == protocol.ADVISORY
    wrong = {"thing-large": protocol.PolicyConfig(enforcementLevel=protocol.ADVISORY, properties=struct(size=1))}
    with pytest.raises(Refused, match="INVALID_ARGUMENT: policy config: thing-large: size is not a setting"):
        pack.Configure(protocol.ConfigureAnalyzerRequest(policyConfig=wrong), Context())


@pytest.fixture
def stub() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The engine's side of a pack that is served."""
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    server.add_generic_rpc_handlers((calls(Pack(RULES)),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
    server.stop(None)


def test_the_engine_may_call_everything_but_what_mends_behind_the_programs_back(stub: Any) -> None:
    stub.Handshake(protocol.AnalyzerHandshakeRequest())
    stub.ConfigureStack(protocol.AnalyzerStackConfigureRequest(stack="prod"))
    assert stub.GetPluginInfo(empty_pb2.Empty()).version
    assert len(stub.GetAnalyzerInfo(empty_pb2.Empty()).policies) == len(RULES)
    stub.Configure(protocol.ConfigureAnalyzerRequest())
    assert [one.policyName for one in stub.Analyze(request(11)).diagnostics] == ["thing-large"]
    stub.AnalyzeStack(protocol.AnalyzeStackRequest())
    stub.Cancel(empty_pb2.Empty())
    with pytest.raises(grpc.RpcError) as refused:
        stub.Remediate(request(11))
    # The engine takes this one status for a pack that mends nothing.
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
