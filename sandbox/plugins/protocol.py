"""The engine's protocol: the generated modules that plugins use, from one place."""

from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.any_pb2 import Any as ProtobufAny
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

__all__ = [
    "ProtobufAny",
    "empty_pb2",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
    "struct_pb2",
]
