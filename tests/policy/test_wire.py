"""Properties as the engine sends them; the signatures are those in its source, sdk/go/common/resource/sig/sig.go."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format, struct_pb2

from policy.resource import UNKNOWN, Asset
from policy.wire import read

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270"}
OUTPUT = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
REFERENCE = {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e"}
ASSET = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17"}
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_BOOLEAN = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"


def values(**properties: Any) -> dict[str, Any]:
    return read(json_format.ParseDict(properties, struct_pb2.Struct()))[0]


def secrets(**properties: Any) -> frozenset[str]:
    return read(json_format.ParseDict(properties, struct_pb2.Struct()))[1]


def test_values_are_plain() -> None:
    plain = {"text": "a", "whole": 3, "half": 0.5, "on": True, "none": None, "list": [1, {"a": []}], "map": {"b": {}}}
    read_back = values(**plain)
    assert read_back == plain
    assert type(read_back["whole"]) is int
    assert type(read_back["on"]) is bool


def test_what_is_not_known_is_marked_wherever_it_is() -> None:
    assert values(a=UNKNOWN_TEXT, b=[UNKNOWN_BOOLEAN], c={"d": UNKNOWN_TEXT}) == {
        "a": UNKNOWN,
        "b": [UNKNOWN],
        "c": {"d": UNKNOWN},
    }


def test_a_secret_is_read_and_its_path_kept() -> None:
    properties = {"plain": "a", "list": [1, {**SECRET, "value": {"x": "s"}}], "map": {"key": {**SECRET, "value": "s"}}}
    assert values(**properties) == {"plain": "a", "list": [1, {"x": "s"}], "map": {"key": "s"}}
    assert secrets(**properties) == {"list.1", "map.key"}


def test_a_secret_that_is_not_known_is_both() -> None:
    properties = {"password": {**SECRET, "value": UNKNOWN_TEXT}}
    assert values(**properties) == {"password": UNKNOWN}
    assert secrets(**properties) == {"password"}


def test_an_output_is_its_value_or_unknown() -> None:
    properties = {"known": {**OUTPUT, "value": "v"}, "later": {**OUTPUT, "secret": True}}
    assert values(**properties) == {"known": "v", "later": UNKNOWN}
    assert secrets(**properties) == {"later"}


def test_a_reference_is_the_id_and_an_asset_its_path() -> None:
    assert values(vpc={**REFERENCE, "urn": "urn:x", "id": "vpc-1"}, component={**REFERENCE, "urn": "urn:x"}) == {
        "vpc": "vpc-1",
        "component": "urn:x",
    }
    assert values(source={**ASSET, "path": "/a", "hash": "01", "text": ""}) == {"source": Asset(path="/a", hash="01")}
