"""A real headless Chromium, driven over a pipe by its DevTools protocol: no port, no further program."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Browser:
    """One page in one browser."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        self._commands, self._answers = commands, answers
        self._count = 0
        self._session: str | None = None
        self.requested: list[str] = []
        """URLs that the page asked for."""
        self.blocked: list[str] = []
        """Why requests among these were not sent."""
        self.complaints: list[str] = []
        """What the page wrote to its console, and its exceptions."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command; events that come meanwhile are noted."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while (answer := self._read()).get("id") != self._count:
            self._note(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def open(self, path: Path) -> None:
        """Show a file and wait until it is there whole."""
        self.call("Page.navigate", url=path.as_uri())
        while self._note(self._read()) != "Page.loadEventFired":
            pass

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def colours(self, scheme: str) -> None:
        """Have the user prefer `light` or `dark`."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path, width: int = 1200, height: int | None = None) -> Path:
        """A screenshot of the page, whole unless a height is given."""
        self._resize(width, height or 100)
        if height is None:
            self._resize(width, min(int(self.ask("document.documentElement.scrollHeight")), 16_000))
        taken = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def _resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser ended"
            text += byte
        return dict(json.loads(text))

    def _note(self, event: dict[str, Any]) -> str:
        method, said = str(event.get("method")), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requested.append(said["request"]["url"])
        elif method == "Network.loadingFailed" and said.get("blockedReason"):
            self.blocked.append(said["blockedReason"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(said["exceptionDetails"]["text"])
        elif method == "Log.entryAdded":
            self.complaints.append(said["entry"]["text"])
        return method


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended afterwards."""
    program = shutil.which("chromium")
    assert program, "chromium is not installed; ./hw doctor --fix installs it"
    commands, answers = os.pipe(), os.pipe()

    def wire() -> None:
        # The protocol has fixed numbers: the browser reads 3 and writes 4.
        source, sink = (fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (commands[0], answers[1]))
        os.dup2(source, 3)
        os.dup2(sink, 4)

    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        preexec_fn=wire,
        pass_fds=(3, 4),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    os.close(commands[0])
    os.close(answers[1])
    try:
        with os.fdopen(commands[1], "wb") as writing, os.fdopen(answers[0], "rb", buffering=65_536) as reading:
            page = Browser(writing, reading)
            yield page
            page.call("Browser.close")
    finally:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
