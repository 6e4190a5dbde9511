"""The engine's protobuf modules without the rest of the SDK.

Importing `pulumi` costs a second of CPU; four plugins start for each preview and need only its generated protocol
code. So `pulumi` and `pulumi.runtime` are registered here as bare packages, whose `__init__` never runs.
Import this before anything else that might import `pulumi`, and only in a process that is a plugin.
"""

import importlib.util
import sys
import types
from pathlib import Path


def _register_bare_package(name: str, folder: Path) -> None:
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if "pulumi" not in sys.modules:
    spec = importlib.util.find_spec("pulumi")
    root = Path(str(spec and spec.origin)).parent
    _register_bare_package("pulumi", root)
    _register_bare_package("pulumi.runtime", root / "runtime")

from google.protobuf import empty_pb2, struct_pb2  # noqa: E402
from google.protobuf.any_pb2 import Any as ProtobufAny  # noqa: E402
from pulumi.runtime.proto import (  # noqa: E402
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)

__all__ = [
    "ProtobufAny",
    "empty_pb2",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
    "struct_pb2",
]
