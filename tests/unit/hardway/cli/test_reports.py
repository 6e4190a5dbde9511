"""What is compared with what, and what is said about it. The comparing itself is the engine's: tests/engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from hardway.cli import policy, reports, target
from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Failure, Refused
from hardway.cli.paths import REPOSITORY, STACKS
from hardway.cli.report import Report as Phases
from hardway.cli.reports import Wanted, change_report
from hardway.cli.revision import Revision
from hardway.cli.target import Target
from hardway.report.model import Edit, Operation, PropertyChange, Report, ResourceChange, StackPreview


@dataclass
class FakePlace:
    """A throw-away region whose stacks note what is done to them."""

    folder: Path
    done: list[str] = field(default_factory=list)
    broken: bool = False

    def stack(self, name: str, *, source: Path = REPOSITORY, invented: Mapping[str, str] | None = None) -> FakeStack:
        return FakeStack(name, "head" if source == REPOSITORY else "base", self, dict(invented or {}))


@dataclass
class FakeStack:
    name: str
    of: str
    place: FakePlace
    invented: dict[str, str]

    def rehearse(self, on_progress: Callable[[EngineProgress], None]) -> None:
        self.place.done.append(f"rehearse {self.of} of {self.name}")
        if self.place.broken:
            raise Failure("no module named gone")

    def inventions(self) -> dict[str, str]:
        return {"vpc-1": f"<{self.name}>"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePlace:
    """A region, and a base with everything that a base needs."""
    place = FakePlace(tmp_path)
    base = tmp_path / "base"
    (base / "stacks").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py", "stacks/Pulumi.dev.yaml", "stacks/Pulumi.dev-services.yaml"):
        (base / name).touch()
    (base / "stacks/Pulumi.dev-services.yaml").write_text("config:\n  hardway:environment: dev\n")
    (base / "stacks/Pulumi.dev.yaml").write_text("config:\n  hardway:management: {stack: dev-management}\n")
    (base / "uv.lock").write_bytes((REPOSITORY / "uv.lock").read_bytes())

    @contextmanager
    def region(aws_region: str, phases: Phases) -> Iterator[FakePlace]:
        yield place

    @contextmanager
    def checked_out(name: str, folder: Path) -> Iterator[Revision]:
        yield Revision(name, "0123456789abcdef", base)

    def preview(stack: FakeStack, phases: Phases, flags: Any, bundles: Any) -> StackPreview:
        place.done.append(f"preview {stack.of} of {stack.name} naming {stack.invented}")
        return StackPreview(stack=stack.name, succeeded=True)

    monkeypatch.setattr(reports, "throw_away_region", region)
    monkeypatch.setattr(reports, "checked_out", checked_out)
    monkeypatch.setattr(reports, "preview_stack", preview)
    return place


def compared() -> Report:
    return change_report(Wanted(target=Target("dev"), phases=Phases()), "main")


def test_each_stack_is_previewed_on_top_of_the_base(place: FakePlace) -> None:
    report = compared()
    assert place.done == [
        "rehearse base of dev-management",
        "rehearse base of dev",
        "preview head of dev-management naming {'vpc-1': '<dev-management>'}",
        "preview head of dev naming {'vpc-1': '<dev>'}",
        "rehearse base of dev-services",
        "preview head of dev-services naming {'vpc-1': '<dev-services>'}",
    ]
    assert report.basis == "Compared with main (0123456789ab), without credentials."
    assert report.notes == ()
    assert report.seconds is None, "the same inputs give the same report"


def test_a_new_stack_is_all_new(place: FakePlace) -> None:
    (place.folder / "base/stacks/Pulumi.dev-services.yaml").unlink()
    report = compared()
    assert place.done[-1] == "preview head of dev-services naming {}"
    assert report.notes == ("The base has no stacks/Pulumi.dev-services.yaml: all of dev-services is new.",)


def test_a_new_management_stack_is_made_once_the_base_is_so_that_the_environment_can_refer_to_it(
    place: FakePlace,
) -> None:
    (place.folder / "base/stacks/Pulumi.dev.yaml").write_text("config:\n  hardway:kind: environment\n")
    report = compared()
    assert place.done[:4] == [
        "rehearse base of dev",
        "preview head of dev-management naming {}",
        "rehearse head of dev-management",
        "preview head of dev naming {'vpc-1': '<dev>'}",
    ]
    assert report.notes == ("The base has no management stack dev-management: all of it is new.",)


def test_a_management_stack_that_changes_is_made_for_the_environments_preview(
    place: FakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = ResourceChange(urn="urn", name="backups", type="aws:s3/bucket:Bucket", operation=Operation.UPDATE)
    monkeypatch.setattr(
        reports, "preview_stack", lambda stack, *_: StackPreview(stack=stack.name, succeeded=True, changes=(change,))
    )
    compared()
    assert place.done == [
        "rehearse base of dev-management",
        "rehearse base of dev",
        "rehearse head of dev-management",
        "rehearse base of dev-services",
    ]


def test_services_of_a_new_environment_are_left_out(place: FakePlace) -> None:
    (place.folder / "base/stacks/Pulumi.dev.yaml").unlink()
    report = compared()
    assert place.done == [
        "preview head of dev-management naming {}",
        "rehearse head of dev-management",
        "preview head of dev naming {'vpc-1': '<dev-management>'}",
    ]
    assert report.notes[2] == "The stack dev-services is not previewed: the base has no cluster for it."


def test_a_stack_of_a_kind_that_is_made_later_takes_a_file_and_nothing_else(
    place: FakePlace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    copytree(STACKS, here)
    (here / "Pulumi.dev-apps.yaml").write_text('config:\n  hardway:kind: team\n  hardway:environment: "dev"\n')
    monkeypatch.setattr(target, "STACKS", here)
    report = compared()
    assert [stack.stack for stack in report.stacks] == ["dev-management", "dev", "dev-services", "dev-apps"]
    assert report.notes == ("The base has no stacks/Pulumi.dev-apps.yaml: all of dev-apps is new.",)


def test_a_stack_that_has_no_file_any_more_is_told(place: FakePlace) -> None:
    (place.folder / "base/stacks/Pulumi.dev-apps.yaml").write_text("config:\n  hardway:environment: dev\n")
    report = compared()
    assert [stack.stack for stack in report.stacks] == ["dev-management", "dev", "dev-services"]
    (note,) = report.notes
    assert note.startswith("The stack dev-apps has no file any more")


def test_other_packages_are_told(place: FakePlace) -> None:
    (place.folder / "base/uv.lock").write_text("other")
    (note,) = compared().notes
    assert note.startswith("uv.lock differs")


@pytest.mark.parametrize("name", ["Pulumi.yaml", "__main__.py"])
def test_a_base_from_before_this_program_is_refused(place: FakePlace, name: str) -> None:
    (place.folder / "base" / name).unlink()
    with pytest.raises(Refused, match=rf"older than this program: it has no {name}.*newer revision"):
        compared()


def test_a_base_that_fails_says_why_and_what_to_do(place: FakePlace) -> None:
    place.broken = True
    with pytest.raises(Failure, match=r"(?s)^main .* cannot be made.*newer revision.*no module named gone"):
        compared()


@pytest.mark.parametrize(
    ("packs", "config", "said"),
    [
        (("hardway 0.1.0",), None, ()),
        ((), None, ("Not judged by the policies.",)),
        (
            ("hardway 0.1.0",),
            '{"cidrs-overlap": "disabled", "all": "advisory"}',
            ("policy/config/dev.json changes what is asked of it: all, cidrs-overlap.",),
        ),
        (("hardway 0.1.0",), "no JSON", ()),
    ],
    ids=["judged", "not judged", "with exceptions", "unreadable"],
)
def test_a_report_says_what_it_was_judged_by(
    place: FakePlace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    packs: tuple[str, ...],
    config: str | None,
    said: tuple[str, ...],
) -> None:
    (tmp_path / "config").mkdir()
    if config is not None:
        (tmp_path / "config/dev.json").write_text(config)
    output = PropertyChange(path="url", edit=Edit.CHANGE, old="a", new="b")
    seen = StackPreview(stack="dev", succeeded=True, outputs=(output,), policy_packs=packs)
    monkeypatch.setattr(reports, "preview_stack", lambda *arguments, **more: seen)
    monkeypatch.setattr(policy, "PACK", tmp_path)
    assert compared().notes == said
