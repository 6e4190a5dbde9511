"""Property values as they cross the wire: plain Python, with markers for what JSON can't say."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from sandbox.plugins.protocol import struct_pb2

Properties: TypeAlias = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"


def secret(value: Any) -> Properties:
    """The value, marked so that the engine encrypts it in state and hides it in the display."""
    return {SIGNATURE: SECRET, "value": value}


def reveal(value: Any) -> Any:
    """The value without its secret marks, at any depth."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return reveal(value.get("value"))
        return {key: reveal(item) for key, item in value.items()}
    return [reveal(item) for item in value] if isinstance(value, list) else value


def is_unknown(value: Any) -> bool:
    """Whether any part of the value is only known after another resource exists."""
    if isinstance(value, dict):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(is_unknown(item) for item in value)
    return isinstance(value, str) and value == UNKNOWN


def is_asset(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) in (ASSET, ARCHIVE)


def asset_bytes(asset: Mapping[str, Any]) -> bytes:
    """The content of a file or string asset."""
    if asset.get("path"):
        return Path(asset["path"]).read_bytes()
    return str(asset.get("text", "")).encode()


def same(old: Any, new: Any) -> bool:
    """Whether two values mean the same: assets by their hash, numbers by value, absent as null."""
    if is_asset(old) and is_asset(new):
        return bool(old.get("hash") == new.get("hash"))
    if isinstance(old, dict) and isinstance(new, dict):
        return all(same(old.get(key), new.get(key)) for key in old.keys() | new.keys())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return type(old) is type(new) and bool(old == new)


def unpack(struct: struct_pb2.Struct) -> Properties:
    """A protobuf struct as a dictionary; whole numbers become integers."""
    return {key: _unpack_value(value) for key, value in struct.fields.items()}


def _unpack_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return unpack(value.struct_value)
    if kind == "list_value":
        return [_unpack_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return None if kind in (None, "null_value") else getattr(value, kind)


def pack(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """A dictionary as a protobuf struct."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        _pack_value(value, struct.fields[key])
    return struct


def _pack_value(value: Any, target: struct_pb2.Value) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, bytes):
        target.string_value = base64.b64encode(value).decode()
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _pack_value(item, target.struct_value.fields[key])
    elif isinstance(value, list | tuple):
        target.list_value.SetInParent()
        for item in value:
            _pack_value(item, target.list_value.values.add())
    else:
        target.string_value = str(value)
