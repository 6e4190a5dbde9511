"""Network namespaces: what runs inside one of them, and `ip` commands in batches."""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
FOLDER = Path("/run/netns")
_CLONE_NEWNET = 0x40000000


def inside(namespace: str, action: Callable[[], T]) -> T:
    """Run an action in a namespace. A socket that it makes stays there, whoever uses it later."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        # Only this thread moves, and it ends here: nobody is left in the wrong namespace.
        try:
            handle = os.open(FOLDER / namespace, os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(handle, _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"cannot enter the network namespace {namespace}")
            finally:
                os.close(handle)
            outcome.append(action())
        except BaseException as fault:
            failure.append(fault)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def ip(lines: Iterable[str], namespace: str | None = None, tolerant: bool = False) -> None:
    """Run `ip` commands in one process; the first fault ends it unless told to be tolerant."""
    batch = "".join(f"{line}\n" for line in lines)
    if not batch:
        return
    command = ["ip", *(["-n", namespace] if namespace else []), *(["-force"] if tolerant else []), "-batch", "-"]
    done = subprocess.run(command, input=batch, capture_output=True, text=True)
    if done.returncode and not tolerant:
        raise RuntimeError(f"ip in {namespace or 'the host'}: {done.stderr.strip()} in:\n{batch}")


def run_inside(namespace: str, command: list[str]) -> list[str]:
    """The command line that runs a program in a network namespace and nowhere else."""
    return ["nsenter", f"--net={FOLDER / namespace}", "--", *command]


def existing(prefix: str) -> list[str]:
    """Namespaces whose name starts so."""
    return sorted(path.name for path in FOLDER.glob(f"{prefix}*")) if FOLDER.exists() else []
