"""A steady load of appends: so many writers, each with one write a second that it tries until it is acknowledged.

As many clients as that, and no more: a load that begins new writes while old ones hang, each over a connection of its
own, is a storm of handshakes that no server of this size gets out of.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from bench.append_history import Attempt, Found

WRITES_PER_SECOND = 20
ATTEMPT_SECONDS = 2.0
"""How long a client waits for an answer. What it is connected to may be gone without having said so."""
PAUSE_SECONDS = 0.1


class Store(Protocol):
    """Something to which entries can be appended. Used in one event loop, opened and closed by the load."""

    async def open(self) -> None:
        """Get ready to be asked."""

    async def append(self, entry: str) -> int:
        """The revision at which the entry was acknowledged; any exception if it was not."""

    async def found(self) -> list[Found]:
        """All entries that are there now."""

    async def close(self) -> None:
        """Let go of connections."""


class Load(threading.Thread):
    """Appends until it is told to end."""

    def __init__(self, store: Store, per_second: int) -> None:
        """There are `per_second` writers; one whose write takes longer than a second is late with its next."""
        super().__init__(name="append-load", daemon=True)
        self._store, self._writers = store, per_second
        self._run_id = uuid.uuid4().hex[:8]
        self._ended = threading.Event()
        self._fault: BaseException | None = None
        self.attempts: list[Attempt] = []
        self.found: list[Found] = []
        """What the store held when the last attempt had ended."""

    def run(self) -> None:
        """Until `end`."""
        try:
            asyncio.run(self._write())
        except BaseException as fault:
            self._fault = fault

    def end(self) -> None:
        """Make no more attempts, let those under way end, and read everything back."""
        self._ended.set()
        self.join()
        if self._fault is not None:
            raise self._fault

    def acknowledged(self) -> int:
        """How many writes were acknowledged up to now."""
        return sum(attempt.revision is not None for attempt in list(self.attempts))

    async def _write(self) -> None:
        await self._store.open()
        try:
            await asyncio.gather(*(self._writer(number) for number in range(self._writers)))
            self.found = await self._store.found()
        finally:
            await self._store.close()

    async def _writer(self, number: int) -> None:
        """One write after the other, spread evenly among the writers over each second."""
        due = time.monotonic() + number / self._writers
        write = number
        while not self._ended.is_set():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._until_acknowledged(write)
            write += self._writers
            due = max(due + 1, time.monotonic())

    async def _until_acknowledged(self, write: int) -> None:
        attempt = 0
        while not self._ended.is_set():
            made = await self._attempt(write, f"{self._run_id}-{write:05d}-{attempt}")
            self.attempts.append(made)
            if made.revision is not None:
                return
            attempt += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _attempt(self, write: int, entry: str) -> Attempt:
        began = time.monotonic()
        revision, problem = None, ""
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                revision = await self._store.append(entry)
        except TimeoutError:
            problem = f"no answer after {ATTEMPT_SECONDS:.0f} s"
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"[:200]
        return Attempt(
            write=write, entry=entry, began=began, ended=time.monotonic(), revision=revision, problem=problem
        )


@contextmanager
def appending(store: Store, per_second: int = WRITES_PER_SECOND) -> Iterator[Load]:
    """The load runs while the block does; afterwards it has ended and what the store holds has been read."""
    load = Load(store, per_second)
    load.start()
    try:
        yield load
    finally:
        load.end()
