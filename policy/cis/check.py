"""What a check of the benchmark is, and the few ways in which a setting or a file can meet one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Final

from policy.cis.machine import Machine, Role, Settings

CONTROL_PLANE: Final[tuple[Role, ...]] = ("control-plane",)
EVERY_NODE: Final[tuple[Role, ...]] = ("control-plane", "worker")


class Part(Enum):
    """Where the files that decide a check come from."""

    BUNDLE = "bundle"
    SECRET = "secret"


@dataclass(frozen=True)
class Verdict:
    """Whether a machine meets a check, and what shows it."""

    met: bool
    evidence: str


Decide = Callable[[Machine], Verdict]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One recommendation of the benchmark."""

    id: str
    what: str
    """What it asks for, in short."""

    decide: Decide
    scored: bool = True
    """Whether the benchmark calls it automated; the others are judged all the same."""

    roles: tuple[Role, ...] = CONTROL_PLANE
    part: Part = Part.BUNDLE

    @property
    def number(self) -> tuple[int, ...]:
        """For sorting: 1.2.10 comes after 1.2.9."""
        return tuple(int(part) for part in self.id.split("."))


Of = Callable[[Machine], Settings]
"""Picks the program whose settings a check is about."""


def absent(of: Of, flag: str) -> Decide:
    """The flag is not set."""
    return _on(of, flag, lambda value: value is None)


def equals(of: Of, flag: str, wanted: str) -> Decide:
    """The flag has that value."""
    return _on(of, flag, lambda value: value == wanted)


def unset_or(of: Of, flag: str, wanted: str) -> Decide:
    """The flag has that value, which is also its default."""
    return _on(of, flag, lambda value: value in (None, wanted))


def not_equal(of: Of, flag: str, unwanted: str) -> Decide:
    """The flag does not have that value; its default is not that either."""
    return _on(of, flag, lambda value: value != unwanted)


def at_least(of: Of, flag: str, least: int) -> Decide:
    """The flag is a number that is not below."""
    return _on(of, flag, lambda value: value is not None and value.isdigit() and int(value) >= least)


def includes(of: Of, flag: str, item: str) -> Decide:
    """The flag is a list with that item."""
    return _on(of, flag, lambda value: item in (value or "").split(","))


def excludes(of: Of, flag: str, item: str) -> Decide:
    """The flag is a list without that item, or not set."""
    return _on(of, flag, lambda value: item not in (value or "").split(","))


def within(of: Of, flag: str, allowed: Iterable[str]) -> Decide:
    """The flag is a list of nothing else."""
    known = frozenset(allowed)
    return _on(of, flag, lambda value: bool(value) and set((value or "").split(",")) <= known)


def given(of: Of, *flags: str) -> Decide:
    """Each flag names a file that the machine has: one of its secret's, or one that systemd hands over."""

    def decide(machine: Machine) -> Verdict:
        settings = of(machine)
        values = [settings.values.get(flag) for flag in flags]
        met = all(value and (value in settings.credentials or value.startswith("/etc/")) for value in values)
        return Verdict(met and _is_there(machine, settings), _shown(settings, *flags))

    return decide


def is_set(of: Of, flag: str) -> Decide:
    """The flag has some value."""
    return _on(of, flag, bool)


def file_modes(most: int, *patterns: str) -> Decide:
    """Every file that fits a pattern has no right beyond `most`, and each pattern fits one."""

    def decide(machine: Machine) -> Verdict:
        found = {pattern: _matching(machine, pattern) for pattern in patterns}
        missing = [pattern for pattern, paths in found.items() if not paths]
        wide = [path for paths in found.values() for path in paths if machine.files[path].mode & ~most]
        if missing:
            return Verdict(False, f"{', '.join(missing)}: not on the machine")
        if wide:
            return Verdict(False, ", ".join(f"{path} is {machine.files[path].mode:04o}" for path in wide))
        modes = sorted({machine.files[path].mode for paths in found.values() for path in paths})
        return Verdict(True, f"{', '.join(patterns)}: {', '.join(f'{mode:04o}' for mode in modes)}")

    return decide


def owned_by_root(*patterns: str) -> Decide:
    """Every file that fits a pattern belongs to root:root, and each pattern fits one."""

    def decide(machine: Machine) -> Verdict:
        found = {pattern: _matching(machine, pattern) for pattern in patterns}
        missing = [pattern for pattern, paths in found.items() if not paths]
        others = [path for paths in found.values() for path in paths if machine.files[path].owner != "root:root"]
        if missing:
            return Verdict(False, f"{', '.join(missing)}: not on the machine")
        if others:
            return Verdict(False, ", ".join(f"{path} belongs to {machine.files[path].owner}" for path in others))
        return Verdict(True, f"{', '.join(patterns)}: root:root")

    return decide


def no_file(*patterns: str) -> Decide:
    """No file fits a pattern."""

    def decide(machine: Machine) -> Verdict:
        found = [path for pattern in patterns for path in _matching(machine, pattern)]
        return Verdict(not found, f"{', '.join(found)}" if found else f"{', '.join(patterns)}: not on the machine")

    return decide


def _matching(machine: Machine, pattern: str) -> list[str]:
    return sorted(path for path in machine.files if fnmatchcase(path, pattern))


def _on(of: Of, flag: str, met: Callable[[str | None], bool]) -> Decide:
    def decide(machine: Machine) -> Verdict:
        settings = of(machine)
        return Verdict(met(settings.values.get(flag)) and _is_there(machine, settings), _shown(settings, flag))

    return decide


def _is_there(machine: Machine, settings: Settings) -> bool:
    """Whether the program is on the machine at all: what is not there has no flag set either."""
    return settings.unit in machine.files and settings.file in machine.files


def _shown(settings: Settings, *flags: str) -> str:
    """Each flag with its value and the file that says so."""
    shown: dict[str, list[str]] = {}
    for flag in flags:
        where = settings.unit if flag in settings.from_unit else settings.file
        value = settings.values.get(flag)
        shown.setdefault(where, []).append(f"{flag} is not set" if value is None else f"{flag}={value}")
    return ", ".join(f"{', '.join(found)} in {where}" for where, found in shown.items())
