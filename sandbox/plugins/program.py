"""Runs a Pulumi program in this very process, so that the SDK is imported once."""

import ast
import asyncio
import contextlib
import gc
import logging
import os
import runpy
import sys
import threading
import traceback
import types
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from pulumi.runtime import stack as sdk_stack
from pulumi.runtime.proto import language_pb2

MESSAGE_SHOWN = "the program failed; see the message above"

# While a program waits for its outputs, the SDK asks asyncio for the first that completes, thousands of times over
# all that are open: two thirds of the time that our largest program takes. Asked for the first that fails, asyncio
# tells once. What the SDK does with the answer is the same.
_asyncio_of_sdk = types.ModuleType("asyncio")
_asyncio_of_sdk.__dict__.update(asyncio.__dict__, FIRST_COMPLETED=asyncio.FIRST_EXCEPTION)
sdk_stack.asyncio = _asyncio_of_sdk  # type: ignore[attr-defined]


def program_of(info: Any) -> Path:
    """The program's file, in the engine's words about it. From now on its folder is searched for modules."""
    program = Path(info.program_directory) / (info.entry_point or ".")
    if program.is_dir():
        program = program / "__main__.py"
    if sys.path[0] != str(program.parent):
        sys.path.insert(0, str(program.parent))
    return program


def import_ahead(program: Path, enough: threading.Event) -> None:
    """Import what the program names, in its order, until there is `enough`; what fails will fail there again."""
    with contextlib.suppress(OSError, SyntaxError):
        for node in ast.walk(ast.parse(program.read_bytes())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if enough.is_set():
                    return
                with contextlib.suppress(Exception):
                    import_module(name)


def run(request: Any) -> Any:
    """Run the program that the engine asks for to its end; the answer to the engine."""
    program = program_of(request.info)
    os.chdir(request.pwd)
    sys.argv = [str(program)]
    # What is imported by now stays: the collector need not look at it again and again.
    gc.freeze()
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
