"""Reads properties as the engine sends them: values, and which of them it keeps sealed.

The signatures are those of the engine: sdk/go/common/resource/sig/sig.go and sdk/go/common/resource/plugin/rpc.go.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import struct_pb2

from policy.resource import UNKNOWN, Asset

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"

_UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""A boolean, number, text, list, asset, archive or mapping that is not known yet."""


def read(properties: struct_pb2.Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """The properties as plain values, and the dotted paths of those that are secrets."""
    secrets: set[str] = set()
    return _mapping(properties, "", secrets), frozenset(secrets)


def _mapping(struct: struct_pb2.Struct, path: str, secrets: set[str]) -> dict[str, Any]:
    inside = f"{path}." if path else ""
    return {key: _value(value, f"{inside}{key}", secrets) for key, value in struct.fields.items()}


def _value(value: struct_pb2.Value, path: str, secrets: set[str]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if len(text) == 36 and text in _UNKNOWNS else text
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE in fields:
            return _signed(value.struct_value, path, secrets)
        return _mapping(value.struct_value, path, secrets)
    if kind == "list_value":
        return [_value(item, f"{path}.{index}", secrets) for index, item in enumerate(value.list_value.values)]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def _signed(struct: struct_pb2.Struct, path: str, secrets: set[str]) -> Any:
    """A value that JSON has no type for."""
    fields = struct.fields
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET or (signature == _OUTPUT and fields["secret"].bool_value):
        secrets.add(path)
    if signature in (_SECRET, _OUTPUT):
        return _value(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    plain = {key: _value(value, path, secrets) for key, value in fields.items() if key != _SIGNATURE}
    if signature == _REFERENCE:
        return plain.get("id") or plain.get("urn")
    if signature == _ASSET:
        return Asset(**{key: plain.get(key) or None for key in ("path", "text", "uri", "hash")})
    return plain
