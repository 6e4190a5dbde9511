"""What a resource type of a stand-in provider is: a few declarations and four calls."""

import json
import secrets as random_source
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sandbox.plugins.wire import UNKNOWN, Properties, same


class ProviderError(Exception):
    """An error that the user sees as it is."""


class PartialFailure(ProviderError):
    """The resource exists, but did not become what was asked for: the engine keeps it in state."""

    def __init__(self, resource_id: str, properties: Properties, reason: str) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.properties = properties


class Resource:
    """A resource type. Subclasses declare its shape and implement create, read, update and delete."""

    token: ClassVar[str]
    #: Inputs that can't be changed in place.
    replace: ClassVar[frozenset[str]] = frozenset()
    #: Outputs that are unknown until the resource exists.
    computed: ClassVar[tuple[str, ...]] = ()
    #: Outputs that may change when the resource is updated.
    computed_on_update: ClassVar[tuple[str, ...]] = ()
    #: Inputs whose order has no meaning.
    sets: ClassVar[frozenset[str]] = frozenset()
    #: Inputs holding JSON documents, equal when they parse equal.
    documents: ClassVar[frozenset[str]] = frozenset()
    #: Inputs without which the resource makes no sense.
    required: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}
    #: The input that gets a name from the logical one when absent, and must be unique.
    name_input: ClassVar[str | None] = None
    #: Outputs that are always secret.
    secret_outputs: ClassVar[frozenset[str]] = frozenset()
    #: Whether two can't exist at once, whatever their names.
    exclusive: ClassVar[bool] = False

    def check(self, name: str, old_inputs: Properties, inputs: Properties, seed: bytes) -> Properties:
        """The inputs with defaults and, where none is given, a name that stays the same from then on."""
        checked = {**self.defaults, **inputs}
        if self.name_input and checked.get(self.name_input) is None and not inputs.get("namePrefix"):
            kept = old_inputs.get(self.name_input)
            suffix = seed.hex()[:7] if seed else random_source.token_hex(4)[:7]
            checked[self.name_input] = kept or f"{name}-{suffix}"
        return checked

    def equal(self, key: str, old: Any, new: Any) -> bool:
        """Whether the old and new value of an input mean the same."""
        if key in self.sets and isinstance(old, list) and isinstance(new, list):
            return sorted(map(_canonical, old)) == sorted(map(_canonical, new))
        if key in self.documents and isinstance(old, str) and isinstance(new, str) and old != new:
            try:
                return same(json.loads(old), json.loads(new))
            except ValueError:
                return False
        return same(old, new)

    def changed(self, old: Properties, new: Properties) -> set[str]:
        """The inputs that differ."""
        return {key for key in old.keys() | new.keys() if not self.equal(key, old.get(key), new.get(key))}

    def changed_outputs(self, state: Properties, new: Properties) -> Properties:
        """Outputs that are no inputs and would become something else with the new inputs."""
        return {}

    def must_replace(self, key: str, new: Properties) -> bool:
        """Whether a change of this input means a new resource."""
        return key in self.replace or "*" in self.replace

    def preview(self, inputs: Properties) -> Properties:
        """What is known of the outputs before the resource exists."""
        return {**dict.fromkeys(("id", *self.computed), UNKNOWN), **inputs}

    def preview_update(self, state: Properties, old: Properties, new: Properties) -> Properties:
        """What is known of the outputs before the resource is changed."""
        kept = {key: value for key, value in state.items() if key not in old or key in new}
        return {**kept, **dict.fromkeys(self.computed_on_update, UNKNOWN), **new}

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """The new resource's id and outputs."""
        raise NotImplementedError

    def read(self, resource_id: str, state: Properties) -> Properties | None:
        """The outputs as they are now; None when the resource is gone."""
        return state

    def inputs_from(self, outputs: Properties, inputs: Properties) -> Properties:
        """The inputs that would give these outputs: known ones as they are now; all that are settable on import."""
        fresh = dict(inputs)
        for key, value in inputs.items():
            if key in outputs and not self.equal(key, value, outputs[key]):
                fresh[key] = outputs[key]
        return fresh

    def update(self, resource_id: str, state: Properties, old: Properties, new: Properties) -> Properties:
        """The outputs after the change. The base fits types whose every input replaces."""
        return {**state, **new}

    def delete(self, resource_id: str, state: Properties) -> None:
        """Nothing is left; also when nothing was there."""


class Provider:
    """A plugin: its resource types, functions and configuration."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.functions: dict[str, Callable[[Properties], Properties]] = {}
        self.cancelled = threading.Event()

    def configure(self, config: Properties) -> None:
        """The provider is ready for calls."""

    def describe_error(self, error: Exception) -> str:
        """The message shown for an error."""
        return str(error)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def wait_until(ready: Callable[[], bool], what: str, cancelled: threading.Event, timeout_seconds: float = 300) -> None:
    """Returns once `ready` says so; an error names what was waited for."""
    deadline = time.monotonic() + timeout_seconds
    while not ready():
        if time.monotonic() > deadline:
            raise ProviderError(f"timed out after {timeout_seconds:g} s waiting for {what}")
        if cancelled.wait(0.05):
            raise ProviderError(f"cancelled while waiting for {what}")
