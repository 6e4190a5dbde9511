"""The protocol over a provider: differences, previews, failures."""

from __future__ import annotations

from typing import Any, ClassVar

import grpc
import pytest

from sandbox.plugins.protocol import provider_pb2
from sandbox.plugins.resource import Provider, ProviderError, Resource
from sandbox.plugins.server import Servicer
from sandbox.plugins.wire import SECRET, SIGNATURE, UNKNOWN, Properties, pack, unpack

URN = "urn:pulumi:test::project::hardway:a:B$test:index/thing:Thing::item"
Kind = provider_pb2.PropertyDiff


class Thing(Resource):
    token = "test:index/thing:Thing"
    replace = frozenset({"place", "name"})
    sets = frozenset({"members"})
    documents = frozenset({"policy"})
    required = ("place",)
    defaults: ClassVar = {"size": 1}
    name_input = "name"
    computed = ("arn",)
    secret_outputs = frozenset({"password"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        if inputs["place"] == "nowhere":
            raise ProviderError("NoSuchPlace: there is no such place")
        return "id-1", {**inputs, "arn": "arn:1", "password": "hidden"}


class Things(Provider):
    name = "random"  # An installed package, whose version the servicer reports.

    def __init__(self) -> None:
        super().__init__()
        self.resources = {Thing.token: Thing()}


class Context:
    """What gRPC hands to a call."""

    def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise RuntimeError(message)


SERVICER = Servicer(Things())


def call(name: str, request: Any) -> Any:
    return getattr(SERVICER, name)(request, Context())


def diff(old: Properties, new: Properties) -> Any:
    return call(
        "Diff", provider_pb2.DiffRequest(urn=URN, id="id-1", old_inputs=pack(old), olds=pack(old), news=pack(new))
    )


def test_check_fills_defaults_and_keeps_the_name_it_gave() -> None:
    request = provider_pb2.CheckRequest(urn=URN, news=pack({"place": "here"}), randomSeed=b"\x01\x02\x03\x04")
    first = unpack(call("Check", request).inputs)
    assert first == {"place": "here", "size": 1, "name": "item-0102030"}
    again = provider_pb2.CheckRequest(urn=URN, olds=pack(first), news=pack({"place": "here"}), randomSeed=b"other")
    assert unpack(call("Check", again).inputs) == first


def test_check_names_what_is_missing() -> None:
    (failure,) = call("Check", provider_pb2.CheckRequest(urn=URN, news=pack({}))).failures
    assert (failure.property, "place" in failure.reason) == ("place", True)


def test_no_difference_when_the_meaning_is_the_same() -> None:
    old = {"members": [{"a": 1}, {"b": 2}], "policy": '{"a": 1}', "place": "here"}
    new = {"members": [{"b": 2}, {"a": 1}], "policy": '{ "a":1 }', "place": "here"}
    assert diff(old, new).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_each_changed_leaf_has_its_kind() -> None:
    old = {"place": "here", "tags": {"kept": "1", "changed": "1", "removed": "1"}, "list": [1, 2]}
    new = {"place": "there", "tags": {"kept": "1", "changed": "2", "a:b": "1"}, "list": [1, 3]}
    found = diff(old, new)
    assert {path: entry.kind for path, entry in found.detailedDiff.items()} == {
        "place": Kind.UPDATE_REPLACE,
        "tags.changed": Kind.UPDATE,
        "tags.removed": Kind.DELETE,
        'tags["a:b"]': Kind.ADD,
        "list[1]": Kind.UPDATE,
    }
    assert list(found.replaces) == ["place"]


@pytest.mark.parametrize(("name", "first"), [("same", True), ("other", False)])
def test_a_replacement_deletes_first_only_when_the_names_would_collide(name: str, first: bool) -> None:
    found = diff({"name": "same", "place": "here"}, {"name": name, "place": "there"})
    assert found.deleteBeforeReplace is first


def test_an_unknown_input_of_a_replacing_kind_may_replace() -> None:
    assert list(diff({"place": "here"}, {"place": UNKNOWN}).replaces) == ["place"]


def test_a_preview_knows_inputs_and_not_what_is_computed() -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=pack({"place": "here"}), preview=True)
    assert unpack(call("Create", request).properties) == {"id": UNKNOWN, "arn": UNKNOWN, "place": "here"}


def test_secret_outputs_are_marked() -> None:
    made = call("Create", provider_pb2.CreateRequest(urn=URN, properties=pack({"place": "here"})))
    assert unpack(made.properties)["password"] == {SIGNATURE: SECRET, "value": "hidden"}


def test_an_error_is_the_message_alone() -> None:
    with pytest.raises(RuntimeError, match=r"^creating NoSuchPlace: there is no such place$"):
        call("Create", provider_pb2.CreateRequest(urn=URN, properties=pack({"place": "nowhere"})))
    with pytest.raises(RuntimeError, match="the sandbox has no resource type test:index/other:Other"):
        call("Check", provider_pb2.CheckRequest(urn="urn:pulumi:test::p::test:index/other:Other::x"))
