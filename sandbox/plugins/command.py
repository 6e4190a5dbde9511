"""The `command` provider: local commands with a life cycle."""

import os
import signal
import subprocess
import uuid

from sandbox.plugins.rehearsal import rehearsing
from sandbox.plugins.resource import Provider, ProviderError, Resource
from sandbox.plugins.server import serve_provider
from sandbox.plugins.wire import Properties


class LocalCommand(Resource):
    """Runs `create` once, `update` (or `create` again) when an input changes, and `delete` at the end."""

    token = "command:local:Command"
    replace = frozenset({"triggers"})
    computed = ("stdout", "stderr")
    computed_on_update = ("stdout", "stderr")

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        return "command-" + uuid.uuid4().hex[:16], self._run(inputs, inputs.get("create"), {})

    def update(self, resource_id: str, state: Properties, old: Properties, new: Properties) -> Properties:
        return self._run(new, new.get("update") or new.get("create"), state)

    def delete(self, resource_id: str, state: Properties) -> None:
        self._run(state, state.get("delete"), state)

    def _run(self, inputs: Properties, command: str | None, before: Properties) -> Properties:
        """The inputs and what the command printed."""
        if command is None or rehearsing():
            return {"stdout": "", "stderr": "", **inputs}
        environment = {key: str(value) for key, value in (inputs.get("environment") or {}).items()}
        if inputs.get("addPreviousOutputInEnv", True) and before:
            environment["PULUMI_COMMAND_STDOUT"] = before.get("stdout", "")
            environment["PULUMI_COMMAND_STDERR"] = before.get("stderr", "")
        process = subprocess.Popen(
            [*(inputs.get("interpreter") or ["/bin/sh", "-c"]), command],
            cwd=inputs.get("dir"),
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        text: str | None = inputs.get("stdin") or ""
        while True:
            try:
                stdout, stderr = process.communicate(text, timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                text = None
                if self.provider.cancelled.is_set():
                    os.killpg(process.pid, signal.SIGTERM)
        if process.returncode != 0:
            shown = "\n".join(part.strip() for part in (stdout, stderr) if part.strip())
            raise ProviderError(f"exit status {process.returncode}: running {command!r}:\n{shown}")
        return {**inputs, "stdout": stdout.removesuffix("\n"), "stderr": stderr.removesuffix("\n")}


class CommandProvider(Provider):
    name = "command"

    def __init__(self) -> None:
        super().__init__()
        self.resources = {LocalCommand.token: LocalCommand(self)}


def main() -> None:
    """The plugin's process."""
    serve_provider(CommandProvider())
