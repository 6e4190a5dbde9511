"""The model of a preview: what would happen to which resource and why. Nothing in it is secret; everything is frozen.

`hardway.report.events` makes it from the engine's event log, `hardway.report.contents` adds the differences inside of
user data and bundles, and `terminal`, `markdown`, `html` and `as_json` show it. Gates decide on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hardway.report.values import Value


class Operation(StrEnum):
    """What happens to a resource, worst first."""

    DELETE = "delete"
    REPLACE = "replace"
    FORGET = "forget"
    """It leaves the state and stays in the cloud: retained on delete, or taken out of the program by name."""
    UPDATE = "update"
    CREATE = "create"
    IMPORT = "import"


class Severity(StrEnum):
    """How grave a policy finding is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNSPECIFIED = "unspecified"


class Edit(StrEnum):
    """What happens to a property or a file."""

    ADD = "add"
    REMOVE = "remove"
    CHANGE = "change"


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """One file that differs inside of a property's value."""

    path: str
    """Path on the machine, or the property's own path when its value is one text."""
    edit: Edit
    lines: tuple[str, ...]
    """Lines of a unified diff, hunk heads included, without the two file heads; empty if only the mode differs."""
    mode: tuple[str, str] | None = None
    """Old and new mode, if they differ."""


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One property that differs."""

    path: str
    edit: Edit
    old: Value
    """`Special.ABSENT` if it is added."""
    new: Value
    """`Special.ABSENT` if it is removed, `Special.UNKNOWN` if only the update will tell."""
    forces_replacement: bool = False
    files: tuple[FileChange, ...] = ()
    """What differs inside, where the value holds files or a long text."""
    note: str = ""
    """What could not be shown, and why; or why nothing is to be seen."""


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """One resource that does not stay as it is."""

    urn: str
    type: str
    name: str
    operation: Operation
    properties: tuple[PropertyChange, ...] = ()
    """What differs, those that force a replacement first. Empty for a deletion."""
    because: str = ""
    """Why, where no property tells: asked for by name, or what it depends on is replaced."""
    old: Mapping[str, Value] = field(default_factory=dict)
    """Inputs before, masked; empty if there is no before."""
    new: Mapping[str, Value] = field(default_factory=dict)
    """Inputs after, masked; empty if there is no after."""
    id: str = ""
    """The provider's id of the old one; empty for kinds of resources whose id may be a secret."""
    parent: str = ""
    component: bool = False
    """A group without anything of its own in the cloud."""
    protected: bool = False
    """The engine refuses to delete or replace it."""
    retained: bool = False
    """The cloud keeps it when the engine forgets it."""
    deleted_first: bool = False
    """Of a replacement: the old one goes before the new one comes."""

    @property
    def forcing(self) -> tuple[PropertyChange, ...]:
        """The properties that force the replacement."""
        return tuple(each for each in self.properties if each.forces_replacement)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource that stays as it is."""

    urn: str
    type: str
    parent: str
    inputs: Mapping[str, Value]
    """Masked."""


@dataclass(frozen=True, kw_only=True)
class PolicyFinding:
    """One finding of the policy pack."""

    rule: str
    pack: str
    severity: Severity
    mandatory: bool
    """It stops the update."""
    message: str
    """Where, and how to mend it."""
    urn: str = ""
    """The resource; empty if it is the stack's."""


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """Something that the engine, a provider or the program said."""

    severity: str
    """`error` or `warning`."""
    message: str
    urn: str = ""


@dataclass(frozen=True, kw_only=True)
class StackPreview:
    """The preview of one stack."""

    stack: str
    succeeded: bool
    changes: tuple[ResourceChange, ...] = ()
    """Most dangerous first; the order depends on nothing but the changes."""
    unchanged: tuple[Resource, ...] = ()
    region: str = ""
    """AWS region of the stack's configuration; empty if it has none."""
    drift: tuple[ResourceChange, ...] = ()
    """What differs in the cloud from what the state says: known only if the preview refreshed."""
    refreshed: bool = False
    outputs: tuple[PropertyChange, ...] = ()
    """Outputs of the stack that differ."""
    findings: tuple[PolicyFinding, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Resources by operation as the engine counts them, groups included; `same` is what stays."""
    policy_packs: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether an update would do anything."""
        return bool(self.changes or self.outputs)


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """What one resource adds to or takes from the monthly bill."""

    urn: str
    what: str
    """The priced thing and how many, such as `3 m7i.xlarge`."""
    old_usd: float
    new_usd: float


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """The estimated change of the monthly bill in US dollars, without taxes."""

    lines: tuple[CostLine, ...]
    """Those that differ, the largest difference first."""
    old_usd: float
    """All priced resources before."""
    new_usd: float
    region: str
    dated: str
    """Day of the price table, ISO."""
    source: str
    assumptions: tuple[str, ...]
    unpriced: tuple[str, ...] = ()
    """What changes and has no price in the table."""

    @property
    def differs(self) -> bool:
        """Whether anything costs more or less, or changes and has no price."""
        return bool(self.lines or self.unpriced)

    @property
    def change_usd(self) -> float:
        """What the month will cost more; negative if less."""
        return self.new_usd - self.old_usd


@dataclass(frozen=True, kw_only=True)
class Report:
    """The preview of all stacks of one environment."""

    environment: str
    stacks: tuple[StackPreview, ...]
    basis: str = ""
    """What the preview compares with, such as a base revision or a first creation in a throw-away region."""
    notes: tuple[str, ...] = ()
    """What was not previewed, and why."""
    cost: CostChange | None = None
    seconds: float | None = None
    """How long it took; None leaves it out, so that the same inputs give the same bytes."""

    @property
    def changed(self) -> bool:
        """Whether an update would do anything."""
        return any(stack.changed for stack in self.stacks)

    @property
    def succeeded(self) -> bool:
        """Whether every stack's preview came to its end without an error or a mandatory finding."""
        return all(stack.succeeded for stack in self.stacks)

    def changes(self, *operations: Operation) -> Iterator[tuple[StackPreview, ResourceChange]]:
        """All changes of these operations, or all, each with its stack."""
        for stack in self.stacks:
            for change in stack.changes:
                if not operations or change.operation in operations:
                    yield stack, change
