"""Runs Pulumi programs against a monitor that records what they declare. It proves no provider's behavior."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

ACCOUNT: Final = "123456789012"

COMPUTED: Final[dict[str, tuple[str, ...]]] = {
    "aws:ec2/eip:Eip": ("allocationId", "publicIp"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("latestVersion",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("prefixListId",),
    "aws:kms/key:Key": ("keyId",),
    "aws:lb/loadBalancer:LoadBalancer": ("dnsName", "zoneId"),
    "aws:route53/zone:Zone": ("zoneId",),
    "command:local:Command": ("stdout",),
    "aws:secretsmanager/secretVersion:SecretVersion": ("versionId",),
    "random:index/randomBytes:RandomBytes": ("base64",),
    "tls:index/certRequest:CertRequest": ("certRequestPem",),
    "tls:index/locallySignedCert:LocallySignedCert": ("certPem",),
    "tls:index/privateKey:PrivateKey": ("privateKeyPem", "publicKeyPem"),
    "tls:index/selfSignedCert:SelfSignedCert": ("certPem",),
}
"""What providers add to the inputs; every `aws:` type also has an ARN."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One declared resource."""

    type: str
    name: str
    urn: str
    inputs: Mapping[str, Any]
    parent: str
    protect: bool
    retain: bool
    delete_before_replace: bool
    depends_on: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    replacement_trigger: Any
    custom: bool


@dataclass
class Recording:
    """Everything that one run declared."""

    resources: list[Registration] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    secret_outputs: set[str] = field(default_factory=set)

    def of(self, type_suffix: str) -> list[Registration]:
        """All resources whose type ends so, as `:Instance`."""
        return [one for one in self.resources if one.type.endswith(f":{type_suffix}")]

    def one(self, type_suffix: str, name: str) -> Registration:
        """The one resource of that type and name."""
        (found,) = [one for one in self.of(type_suffix) if one.name == name]
        return found

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Type and name of every resource."""
        return {(one.type, one.name) for one in self.resources}

    def __iter__(self) -> Iterator[Registration]:
        return iter(self.resources)


class _Provider(Mocks):
    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        answers: dict[str, dict[str, Any]] = {
            "aws:ec2/getAmi:getAmi": {"id": "ami-0123456789", "ownerId": "136693071363", "rootDeviceName": "/dev/xvda"},
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
        }
        return {**args.args, **answers[args.token]}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            stack = str(args.inputs["name"]).split("/")[-1]
            return stack, {**args.inputs, "outputs": _exported(stack), "secretOutputNames": []}
        if not args.custom:
            return None, {}
        made = {key: _made(args, key) for key in COMPUTED.get(args.typ, ())}
        if args.typ.startswith("aws:"):
            made["arn"] = f"arn:aws:{args.typ.split(':')[1].split('/')[0]}:eu-central-1:{ACCOUNT}:{args.name}"
        return f"{args.name}-id", {**_plain(args.inputs), **made}


def _exported(stack: str) -> dict[str, str]:
    """What a management stack exports, by its name in our stack files."""
    environment = stack.removesuffix("-management")
    return {
        "backup_bucket": f"hardway-{environment}-backups",
        "backup_key_arn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/{stack}",
    }


def _made(args: MockResourceArgs, key: str) -> str:
    if key == "privateKeyPem":
        return f"-----BEGIN PRIVATE KEY-----\n{args.name}\n-----END PRIVATE KEY-----\n"
    if key == "base64":
        return "A" * 43 + "="
    return f"{args.name}-{key}"


class _Monitor(MockMonitor):
    def __init__(self, mocks: Mocks, recording: Recording) -> None:
        super().__init__(mocks)
        self.recording = recording

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            self.recording.resources.append(
                Registration(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    inputs=_numbers(rpc.deserialize_properties(request.object, keep_unknowns=True)),
                    parent=request.parent,
                    protect=request.protect,
                    retain=request.retainOnDelete,
                    delete_before_replace=request.deleteBeforeReplace,
                    depends_on=tuple(request.dependencies),
                    property_dependencies={key: tuple(on.urns) for key, on in request.propertyDependencies.items()},
                    replacement_trigger=_numbers(MessageToDict(request.replacement_trigger)),
                    custom=request.custom,
                )
            )
        return response


def run(
    program: Callable[[], object], *, stack: str = "sandbox", preview: bool = False, config: Mapping[str, str] = {}
) -> Recording:
    """What the program declares, and the values of the outputs that it returns by name."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    recording = Recording()
    provider = _Provider()
    pulumi.runtime.set_all_config(dict(config))
    pulumi.runtime.set_mocks(
        provider, project="hardway", stack=stack, preview=preview, monitor=_Monitor(provider, recording)
    )

    async def keep(outputs: Mapping[str, pulumi.Output[Any]]) -> None:
        for name, output in outputs.items():
            recording.outputs[name] = await output.future()
            if await output.is_secret():
                recording.secret_outputs.add(name)

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def declare() -> Any:
        made = program()
        return asyncio.ensure_future(keep(made)) if isinstance(made, dict) else None

    with TemporaryDirectory() as cache, patch.dict(os.environ, HARDWAY_CACHE=cache):
        declare()
    return recording


def is_secret(value: Any) -> bool:
    """Whether an input is wrapped as a secret."""
    return isinstance(value, dict) and bool(rpc.is_rpc_secret(value))


def _plain(value: Any) -> Any:
    if is_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _numbers(value: Any) -> Any:
    """Numbers arrive as floats over the wire."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return value
