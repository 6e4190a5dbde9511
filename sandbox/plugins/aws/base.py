"""What all AWS resource types share: how one is made, read, changed and deleted, and its tags."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.errors import describe, error_code, is_gone
from sandbox.plugins.aws.spelling import camel, pascal
from sandbox.plugins.resource import PartialFailure, ProviderError, Resource, wait_until
from sandbox.plugins.wire import UNKNOWN, Properties, is_unknown, same

#: Deleting waits this long for what still uses the resource to go away.
IN_USE_SECONDS = 30
IN_USE = {"DependencyViolation", "DeleteConflict", "ResourceInUse", "InvalidParameterValue", "VolumeInUse", "InUse"}


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
        # What was there and is no more is told as nothing, or it would stay in the state.
        return {key: value for key, value in outputs.items() if value is not None or state.get(key) is not None}

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
