"""The Python language host: runs the program in this very process, so that the SDK is imported once."""

import asyncio
import logging
import os
import queue
import runpy
import subprocess
import sys
import threading
import traceback
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from pulumi.runtime import stack as sdk_stack
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.plugins import launch
from sandbox.plugins.server import serve

MESSAGE_SHOWN = "the program failed; see the message above"

# While a program waits for its outputs, the SDK asks asyncio for the first that completes, thousands of times over
# all that are open: two thirds of the time that our largest program takes. Asked for the first that fails, asyncio
# tells once. What the SDK does with the answer is the same.
_asyncio_of_sdk = types.ModuleType("asyncio")
_asyncio_of_sdk.__dict__.update(asyncio.__dict__, FIRST_COMPLETED=asyncio.FIRST_EXCEPTION)
sdk_stack.asyncio = _asyncio_of_sdk  # type: ignore[attr-defined]


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and policy packs with the interpreter that runs this."""

    def Handshake(self, request: Any, context: Any) -> Any:
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=pulumi.__version__ if hasattr(pulumi, "__version__") else "")

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
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
        program = Path(request.info.program_directory or request.pwd) / (request.info.entry_point or ".")
        if program.is_dir():
            program = program / "__main__.py"
        os.chdir(request.pwd)
        sys.path.insert(0, str(program.parent))
        sys.argv = [str(program)]
        reset_options(
            project=request.project,
            stack=request.stack,
            root_directory=request.info.root_directory,
            parallel=request.parallel,
            engine_address=request.args[0] if request.args else "",
            monitor_address=request.monitor_address,
            preview=request.dryRun,
            organization=request.organization or "organization",
        )
        set_all_config(dict(request.config), list(request.configSecretKeys))
        return _run(program, max(request.parallel, 1) * 4)

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


def _run(program: Path, workers: int) -> Any:
    """Runs the program to its end; the answer to the engine."""
    # The SDK abandons futures when a program fails, which asyncio would report one by one.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=workers)

    def run_program() -> None:
        runpy.run_path(str(program), run_name="__main__")

    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(run_in_stack(run_program))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return language_pb2.RunResponse(error=MESSAGE_SHOWN, bail=True)
    except grpc.RpcError as error:
        # The monitor goes away first when an update is cancelled.
        if error.code() != grpc.StatusCode.UNAVAILABLE:
            return language_pb2.RunResponse(error=f"RPC error: {error.details()}")
    except (Exception, SystemExit) as error:
        pulumi.log.error(_explain(error, program))
        return language_pb2.RunResponse(error=MESSAGE_SHOWN, bail=True)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        executor.shutdown(wait=False)
        sys.stdout.flush()
        sys.stderr.flush()
    return language_pb2.RunResponse()


def _explain(error: BaseException, program: Path) -> str:
    """The traceback from the program's first line on."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((index for index, frame in enumerate(frames) if Path(frame.filename) == program), 0)
    shown = traceback.format_exception(type(error), error, error.__traceback__, limit=first - len(frames))
    return "Program failed with an unhandled exception:\n" + "".join(shown)


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
