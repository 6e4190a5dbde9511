"""A region that answers AWS calls and boots nothing, with stacks whose state nobody will ever use."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from hardway.cli import workbench
from hardway.cli.engine import Stack
from hardway.cli.engine_events import EngineProgress
from hardway.cli.paths import REPOSITORY, cache_directory
from hardway.cli.recording import Recording
from hardway.cli.region_control import Region

if TYPE_CHECKING:
    from hardway.cli.report import Report as Phases

_SEALED_KEYS: Final = ("encryptionsalt", "encryptedkey", "secretsprovider")
_REHEARSAL: Final = {
    # Commands are not run and Kubernetes objects are taken as applied: see sandbox/plugins/rehearsal.py.
    "SANDBOX_REHEARSAL": "true",
    # The state is written once, at the end, and not after each of hundreds of steps: it is lost anyhow if this fails.
    # https://github.com/pulumi/pulumi/pull/10750
    "PULUMI_SKIP_CHECKPOINTS": "true",
}


@dataclass(frozen=True, kw_only=True)
class ThrowAwayStack(Stack):
    """A stack in a throw-away region."""

    invented: Mapping[str, str] = field(default_factory=dict)
    """What stands in its events for what the region made up: see hardway.report.invented."""

    def record(
        self, verb: str, *flags: str, on_progress: Callable[[EngineProgress], None] = lambda progress: None
    ) -> Recording:
        """As ever, with everything made up told by name."""
        from hardway.report.invented import without_inventions

        recording = super().record(verb, *flags, on_progress=on_progress)
        return replace(recording, events=[without_inventions(line, self.invented) for line in recording.events])

    def rehearse(self, on_progress: Callable[[EngineProgress], None]) -> None:
        """Make everything of the program in the region, and the state of it."""
        self.run("up", "--yes", "--skip-preview", on_progress=on_progress)

    def inventions(self) -> dict[str, str]:
        """The names of what the region made up for the state."""
        from hardway.report.invented import invented_values

        return invented_values(self.resources())


@dataclass(frozen=True)
class ThrowAwayRegion:
    """The running region."""

    folder: Path
    variables: Mapping[str, str]

    def stack(
        self, name: str, *, source: Path = REPOSITORY, invented: Mapping[str, str] | None = None
    ) -> ThrowAwayStack:
        """That stack with the program in that folder: empty, or as another folder's program made it."""
        stack = ThrowAwayStack(
            name=name,
            binary=workbench.engine_binary(None),
            variables={**self.variables, **_REHEARSAL},
            # Of all of it, what the engine said is kept: a failure names the file.
            logs=cache_directory() / "logs",
            project=project(source, name, Path(tempfile.mkdtemp(prefix="project-", dir=self.folder))),
            invented=invented or {},
        )
        stack.create()
        return stack


@contextmanager
def throw_away_region(aws_region: str, phases: Phases) -> Iterator[ThrowAwayRegion]:
    """A region under that name, gone afterwards with everything in it."""
    with tempfile.TemporaryDirectory(prefix="hardway-preview-") as folder:
        region = Region(Path(folder) / "region")
        try:
            with phases.phase("Throw-away region") as phase:
                region.start(aws_region, api_only=True, on_line=phase.say)
                variables = region.variables()
            yield ThrowAwayRegion(Path(folder), variables)
        finally:
            region.reset()


def project(source: Path, stack: str, folder: Path) -> Path:
    """A project folder that runs the program in `source` on a copy of its stack file.

    The engine writes into the stack file when it makes a stack, and the real one may be sealed by a key service that
    cannot be asked here; so the copy drops the seal and every value under it.
    """
    name = f"Pulumi.{stack}.yaml"
    document = yaml.safe_load((source / "stacks" / name).read_text())
    for key in _SEALED_KEYS:
        document.pop(key, None)
    document["config"] = {
        key: value
        for key, value in (document.get("config") or {}).items()
        if not (isinstance(value, dict) and "secure" in value)
    }
    (folder / "stacks").mkdir(parents=True)
    (folder / "stacks" / name).write_text(yaml.safe_dump(document, sort_keys=False))
    settings = yaml.safe_load((source / "Pulumi.yaml").read_text())
    settings["main"] = str(source)
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return folder
