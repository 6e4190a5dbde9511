"""What the engine tells a policy pack of one run, written down and read again."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pulumi.runtime.proto import analyzer_pb2 as protocol

from policy.configuration import Configuration
from policy.resource import Resource
from policy.server import Pack, resource_of

_FRAME = struct.Struct(">cI")
_MESSAGES: dict[bytes, Any] = {
    b"C": protocol.AnalyzerStackConfigureRequest,
    b"A": protocol.AnalyzeRequest,
    b"S": protocol.AnalyzeStackRequest,
}


class Recorder(Pack):
    """A pack without rules that keeps what it is told."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(())
        self._file = file

    def _keep(self, kind: bytes, request: Any) -> None:
        content = request.SerializeToString()
        self._file.write(_FRAME.pack(kind, len(content)) + content)

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        self._keep(b"C", request)
        return super().ConfigureStack(request, context)

    def Analyze(self, request: Any, context: Any) -> Any:
        self._keep(b"A", request)
        return protocol.AnalyzeResponse()

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        self._keep(b"S", request)
        return protocol.AnalyzeResponse()


@dataclass(frozen=True)
class Recorded:
    """One run of the engine as its pack sees it."""

    configuration: Configuration
    inputs: list[Resource] = field(default_factory=list)
    """What resource rules see."""

    stack: list[Resource] = field(default_factory=list)
    """What stack rules see."""


def read_recording(path: Path) -> Recorded:
    """The run that a Recorder kept in the file."""
    recorded = Recorded(Configuration())
    for message in _messages(path.read_bytes()):
        if isinstance(message, protocol.AnalyzerStackConfigureRequest):
            configuration = Configuration.of_stack(message.stack, message.config, message.config_secret_keys)
            recorded = Recorded(configuration, recorded.inputs, recorded.stack)
        elif isinstance(message, protocol.AnalyzeRequest):
            recorded.inputs.append(resource_of(message, message.options.parent))
        else:
            recorded.stack.extend(resource_of(one, one.parent) for one in message.resources)
    return recorded


def _messages(content: bytes) -> Iterator[Any]:
    at = 0
    while at < len(content):
        kind, length = _FRAME.unpack_from(content, at)
        at += _FRAME.size
        yield _MESSAGES[kind].FromString(content[at : at + length])
        at += length
