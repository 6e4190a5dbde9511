"""An environment as the command line sees it: its stack files, whether it is a sandbox, its configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardway.cli.failure import Refused
from hardway.cli.paths import STACKS, state_directory

if TYPE_CHECKING:
    from hardway.config.environment import Environment

_SERVICES = "-services"


@dataclass(frozen=True)
class Target:
    """One environment, by name."""

    name: str

    @property
    def is_sandbox(self) -> bool:
        """Whether it lives in a region on this computer; everything else is AWS with the user's own backend."""
        return self.name == "sandbox" or self.name.startswith("sandbox-")

    @property
    def stack_file(self) -> Path:
        """Configuration of the environment stack."""
        return STACKS / f"Pulumi.{self.name}.yaml"

    @property
    def services(self) -> Target | None:
        """The services stack, if the environment has one."""
        target = Target(self.name + _SERVICES)
        return target if target.stack_file.is_file() else None

    @property
    def directory(self) -> Path:
        """Where this computer keeps what belongs to the environment; for a sandbox the region's own folder."""
        chosen = os.environ.get("HARDWAY_SANDBOX") if self.is_sandbox else None
        return Path(chosen) if chosen else state_directory(self.name.removesuffix(_SERVICES))

    @property
    def kubeconfig(self) -> Path:
        """Where the operator's kubeconfig is kept."""
        return self.directory / "kubeconfig"

    def document(self) -> dict[str, Any]:
        """The stack file as YAML."""
        import yaml

        document = yaml.safe_load(self.stack_file.read_text())
        if not isinstance(document, dict):
            raise Refused(f"{self.stack_file} holds no mapping; compare it with stacks/Pulumi.sandbox.yaml.")
        return document

    def configuration(self) -> Environment:
        """The checked configuration. Raises Refused with every fault of the file in one message."""
        from hardway.artifacts.lock import load_lock
        from hardway.config.load import ConfigError, load_environment
        from hardway.config.lock_match import require_locked

        label = f"stacks/{self.stack_file.name}"
        try:
            environment = load_environment(self.name, self.document().get("config") or {}, label)
            require_locked(environment.versions, load_lock(self.name).versions, self.name, label)
        except ConfigError as error:
            raise Refused(str(error)) from error
        return environment


def environments() -> list[str]:
    """Names of all environments that have a stack file."""
    names = sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in STACKS.glob("Pulumi.*.yaml"))
    return [name for name in names if not name.endswith(_SERVICES)]


def target(name: str) -> Target:
    """The environment of that name; Refused when there is none."""
    if name not in environments():
        known = ", ".join(environments()) or "none"
        raise Refused(
            f"there is no environment {name!r}: stacks/Pulumi.{name}.yaml does not exist. Known: {known}."
            " Copy the nearest one and change its names, addresses and domain to make a new one."
        )
    return Target(name)
