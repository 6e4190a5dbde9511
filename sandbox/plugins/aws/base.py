"""What all AWS resource types share: clients, tags, names of fields, and what "not found" means."""

import functools
import os
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sandbox.plugins.resource import PartialFailure, ProviderError, Resource, wait_until
from sandbox.plugins.wire import UNKNOWN, Properties, is_unknown, same

#: Deleting waits this long for what still uses the resource to go away.
IN_USE_SECONDS = 30
IN_USE = {"DependencyViolation", "DeleteConflict", "ResourceInUse", "InvalidParameterValue", "VolumeInUse", "InUse"}


class Aws:
    """One region's clients, made when first used (importing boto3 takes longer than a whole preview)."""

    def __init__(self) -> None:
        self.region = os.environ.get("AWS_REGION", "")
        self.default_tags: dict[str, str] = {}
        self.cancelled = threading.Event()
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def configure(self, config: Properties) -> None:
        self.region = config.get("region") or self.region
        self.default_tags = (_parsed(config.get("defaultTags")) or {}).get("tags") or {}

    def client(self, service: str) -> Any:
        """The client of a service; credentials and endpoint come from the environment."""
        with self._lock:
            if service not in self._clients:
                import boto3
                from botocore.config import Config

                config = Config(
                    max_pool_connections=64,
                    retries={"mode": "standard", "max_attempts": 5},
                    s3={"addressing_style": "path"},
                )
                if not self.region:
                    raise ProviderError("no region: set aws:region in the stack's configuration")
                session: Any = boto3.Session(region_name=self.region)
                self._clients[service] = session.client(service, config=config)
            return self._clients[service]

    @functools.cached_property
    def account_id(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


def _parsed(value: Any) -> Any:
    """A nested provider setting, which the engine passes as JSON text."""
    import json

    return json.loads(value) if isinstance(value, str) else value


def error_code(error: BaseException) -> str:
    """AWS' code for an error, empty when it is not AWS'."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def is_gone(error: BaseException) -> bool:
    """Whether the error says that the resource does not exist."""
    code = error_code(error)
    return "NotFound" in code or code.startswith("NoSuch") or code == "404"


def camel(value: Any) -> Any:
    """An answer of AWS with the provider's names: `VpcId` is `vpcId`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def pascal(value: Any) -> Any:
    """Inputs with AWS' names: `vpcId` is `VpcId`. What is null is left out."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items() if item is not None}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def tag_list(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags from an answer, without those that AWS itself puts there."""
    return {tag["Key"]: tag["Value"] for tag in tags or [] if not tag["Key"].startswith("aws:")}


class AwsResource(Resource):
    """A type of AWS resource. Subclasses say how to `make`, `look`, `change` and `drop` one."""

    service: ClassVar[str]
    #: Inputs that AWS knows by (nearly) the same name, both ways.
    fields: ClassVar[Mapping[str, str]] = {}
    #: Further inputs that the type handles itself. Any other input is refused, not ignored.
    also: ClassVar[frozenset[str]] = frozenset()
    tagged: ClassVar[bool] = True

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    @property
    def api(self) -> Any:
        return self.aws.client(self.service)

    # What subclasses implement.

    def make(self, inputs: Properties) -> str:
        """The id of the new resource."""
        raise NotImplementedError

    def settle(self, resource_id: str, inputs: Properties) -> None:
        """What is to be set or waited for once the resource exists."""

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        """The outputs; `tags` are all tags. None, or an error of AWS that says so, when it is gone."""
        raise NotImplementedError

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        """The changed inputs are in effect (tags are done by `retag`)."""

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        """The tags are changed."""

    def drop(self, resource_id: str, state: Properties) -> None:
        """The resource is being deleted."""
        raise NotImplementedError

    # The provider's calls.

    def check(self, name: str, old_inputs: Properties, inputs: Properties, seed: bytes) -> Properties:
        handled = self.fields.keys() | self.also | self.defaults.keys() | {"region", self.name_input}
        unhandled = sorted(inputs.keys() - handled - ({"tags", "tagsAll"} if self.tagged else set()))
        if unhandled:
            raise ProviderError(f"the sandbox does not implement {', '.join(unhandled)} of {self.token}")
        return super().check(name, old_inputs, inputs, seed)

    def changed_outputs(self, state: Properties, new: Properties) -> Properties:
        wanted = self.all_tags(new)
        return {"tagsAll": wanted} if self.tagged and not same(state.get("tagsAll", {}), wanted) else {}

    def preview(self, inputs: Properties) -> Properties:
        return super().preview(inputs) | self._preview_tags(inputs)

    def preview_update(self, state: Properties, old: Properties, new: Properties) -> Properties:
        return super().preview_update(state, old, new) | self._preview_tags(new)

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        resource_id = self.make(inputs)
        try:
            self.settle(resource_id, inputs)
            outputs = self.read(resource_id, inputs)
        except Exception as error:
            # What is there now is what the next update starts from.
            raise PartialFailure(resource_id, self.read(resource_id, inputs) or {}, describe(error)) from error
        if outputs is None:
            raise ProviderError(f"{self.token} {resource_id} was made but can't be found")
        return resource_id, {**inputs, **outputs}

    def read(self, resource_id: str, state: Properties) -> Properties | None:
        try:
            found = self.look(resource_id, state)
        except Exception as error:
            if is_gone(error):
                return None
            raise
        if found is None:
            return None
        outputs = {"id": resource_id, **found}
        if self.tagged:
            every = found.get("tags") or {}
            own, defaults = state.get("tags") or {}, self.aws.default_tags
            outputs["tagsAll"] = every
            outputs["tags"] = {key: value for key, value in every.items() if key in own or defaults.get(key) != value}
        return {key: value for key, value in outputs.items() if value is not None}

    def inputs_from(self, outputs: Properties, inputs: Properties) -> Properties:
        if inputs:
            fresh = super().inputs_from(outputs, inputs)
            if self.tagged and outputs.get("tags") and "tags" not in inputs:
                fresh["tags"] = outputs["tags"]
            return fresh
        settable = [*self.fields, *self.also, self.name_input, *(["tags"] if self.tagged else [])]
        return {key: outputs[key] for key in settable if key and outputs.get(key) not in (None, "", [], {}, False)}

    def update(self, resource_id: str, state: Properties, old: Properties, new: Properties) -> Properties:
        changed = self.changed(old, new) - {"tags", "tagsAll"}
        if changed:
            self.change(resource_id, state, new, changed)
        before, after = state.get("tagsAll") or {}, self.all_tags(new)
        if self.tagged and before != after:
            put = {key: str(value) for key, value in after.items() if before.get(key) != value}
            self.retag(resource_id, state, put, sorted(before.keys() - after.keys()))
        outputs = self.read(resource_id, {**state, **new})
        if outputs is None:
            raise ProviderError("it no longer exists; run `pulumi refresh`")
        kept = {key: value for key, value in state.items() if key not in old}
        return {**kept, **new, **outputs}

    def delete(self, resource_id: str, state: Properties) -> None:
        deadline = time.monotonic() + IN_USE_SECONDS
        while True:
            try:
                return self.drop(resource_id, state)
            except Exception as error:
                if is_gone(error):
                    return
                in_use = any(part in error_code(error) for part in IN_USE)
                if not in_use or time.monotonic() > deadline or self.aws.cancelled.wait(0.1):
                    raise

    # What they are made of.

    def all_tags(self, inputs: Properties) -> dict[str, Any]:
        if not self.tagged:
            return {}
        return {**self.aws.default_tags, **(inputs.get("tags") or {})}

    def _preview_tags(self, inputs: Properties) -> Properties:
        if not self.tagged:
            return {}
        return {"tagsAll": UNKNOWN if is_unknown(inputs.get("tags")) else self.all_tags(inputs)}

    def request(self, inputs: Properties, only: Iterable[str] | None = None) -> dict[str, Any]:
        """The call's parameters from the inputs that are fields."""
        names = self.fields.keys() if only is None else self.fields.keys() & set(only)
        return {self.fields[key]: pascal(inputs[key]) for key in names if inputs.get(key) is not None}

    def state_of(self, answer: Mapping[str, Any]) -> Properties:
        """The outputs that are fields."""
        return {key: camel(answer.get(name)) for key, name in self.fields.items() if name in answer}

    def wait(self, ready: Any, what: str) -> None:
        wait_until(ready, what, self.aws.cancelled)


def describe(error: BaseException) -> str:
    """An error as the user sees it: which call, AWS' code and message."""
    code = error_code(error)
    if code:
        response: Any = getattr(error, "response", {})
        return f"{getattr(error, 'operation_name', '')}: {code}: {response['Error'].get('Message', '')}"
    return str(error) or type(error).__name__
