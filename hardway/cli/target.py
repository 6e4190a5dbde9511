"""An environment as the command line sees it: its stack files, whether it is a sandbox, its configuration."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardway.cli.failure import Refused
from hardway.cli.paths import STACKS, state_directory

if TYPE_CHECKING:
    from hardway.config.environment import Environment

_SERVICES = "-services"
_MANAGEMENT = "-management"
_IS_MANAGEMENT = re.compile(r"""^\s+hardway:kind:\s*["']?management\b""", re.MULTILINE)
_ENVIRONMENT = re.compile(r"""^\s+hardway:environment:\s*["']?([\w-]+)""", re.MULTILINE)


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
    def management(self) -> Target | None:
        """The management stack beneath the environment, if its stack file names one."""
        return management_of(self.name, STACKS)

    @property
    def stacks(self) -> tuple[Target, ...]:
        """Every stack that `./hw` makes for the environment, in the order in which one takes the other."""
        beneath = self.management
        return (*([beneath] if beneath else ()), self, *self.above)

    @property
    def above(self) -> tuple[Target, ...]:
        """Every stack that is made on top of the environment, of whatever kind: services first, the others by name."""
        return tuple(Target(name) for name in stacks_above(self.name, STACKS))

    @property
    def directory(self) -> Path:
        """Where this computer keeps what belongs to the environment; for a sandbox the region's own folder."""
        chosen = os.environ.get("HARDWAY_SANDBOX") if self.is_sandbox else None
        return Path(chosen) if chosen else state_directory(self.name.removesuffix(_SERVICES).removesuffix(_MANAGEMENT))

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
    return sorted(name for name, environment in _stacks(STACKS).items() if name == environment)


def stacks_above(environment: str, folder: Path) -> list[str]:
    """Names of the stacks whose files in `folder` say that they belong to the environment."""
    names = [name for name, of in _stacks(folder).items() if of == environment != name]
    return sorted(names, key=lambda name: (name != environment + _SERVICES, name))


def management_of(environment: str, folder: Path) -> Target | None:
    """The management stack that the environment's file in `folder` names, if there is that file and it does."""
    import yaml

    file = folder / f"Pulumi.{environment}.yaml"
    document = yaml.safe_load(file.read_text()) if file.is_file() else None
    link = (document.get("config") or {}).get("hardway:management") if isinstance(document, dict) else None
    return Target(str(link["stack"])) if isinstance(link, dict) and "stack" in link else None


def _stacks(folder: Path) -> dict[str, str]:
    """The environment of each stack that has a file there: `hardway:environment`, and its own name without that.

    Management stacks are left out: they belong to no environment.
    """
    stacks = {}
    for path in folder.glob("Pulumi.*.yaml"):
        name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        # Not read as YAML: a file with a fault is told about by whoever needs what is in it.
        text = path.read_text()
        found = _ENVIRONMENT.search(text)
        if not _IS_MANAGEMENT.search(text):
            stacks[name] = found[1] if found else name
    return stacks


def target(name: str) -> Target:
    """The environment of that name; Refused when there is none."""
    if name not in environments():
        known = ", ".join(environments()) or "none"
        if Target(name).stack_file.is_file():
            raise Refused(
                f"{name} is a stack of an environment and none itself: name the environment ({known}); what is to be"
                f" done to this stack alone is `pulumi … --stack {name}`."
            )
        raise Refused(
            f"there is no environment {name!r}: stacks/Pulumi.{name}.yaml does not exist. Known: {known}."
            " Copy the nearest one and change its names, addresses and domain to make a new one."
        )
    return Target(name)
