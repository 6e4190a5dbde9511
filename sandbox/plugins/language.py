"""The Python language host: says what it is at once, and imports the SDK when there is a program to run."""

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.plugins import launch, lean_sdk
from sandbox.plugins.server import serve


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and policy packs with the interpreter that runs this."""

    def __init__(self) -> None:
        self._importing: threading.Thread | None = None
        self._is_to_run = threading.Event()

    def Handshake(self, request: Any, context: Any) -> Any:
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        # The engine asks this before it starts policy packs and then the program. What both import takes as long; here
        # is the program's turn on the second core.
        self._importing = threading.Thread(target=self._import_ahead, args=(request.info,), daemon=True)
        self._importing.start()
        # None: nothing is to be downloaded, whatever versions the SDKs name.
        return language_pb2.GetRequiredPackagesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: Any, context: Any) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        return language_pb2.GetProgramDependenciesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:
        self._is_to_run.set()
        if self._importing:
            self._importing.join()
        return _runner().run(request)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        if request.kind != "analyzer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the sandbox runs no {request.kind} plugins from source")
        process = subprocess.Popen(
            [sys.executable, "-u", launch.__file__, launch.POLICY_PACK, *request.args, request.info.program_directory],
            cwd=request.info.program_directory,
            env=dict(entry.split("=", 1) for entry in request.env) or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(process.terminate)
        yield from _stream(process)

    def _import_ahead(self, info: Any) -> None:
        runner = _runner()
        runner.import_ahead(runner.program_of(info), self._is_to_run)


def _runner() -> Any:
    """`sandbox.plugins.program`, and with it the whole SDK: a host that only tells what it is never pays for it."""
    lean_sdk.leave()
    return import_module("sandbox.plugins.program")


def _stream(process: "subprocess.Popen[bytes]") -> Iterator[Any]:
    """The process' output as it comes, then its exit code."""
    messages: queue.Queue[Any] = queue.Queue()

    def pump(stream: IO[bytes], kind: Callable[[bytes], Any]) -> None:
        for line in stream:
            messages.put(kind(line))
        messages.put(None)

    assert process.stdout is not None
    assert process.stderr is not None
    response = language_pb2.RunPluginResponse
    kinds = ((process.stdout, lambda line: response(stdout=line)), (process.stderr, lambda line: response(stderr=line)))
    for stream, kind in kinds:
        threading.Thread(target=pump, args=(stream, kind), daemon=True).start()
    ended = 0
    while ended < 2:
        message = messages.get()
        if message is None:
            ended += 1
        else:
            yield message
    yield response(exitcode=process.wait())


def main() -> None:
    """The language host's process."""
    host = LanguageHost()
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server))
