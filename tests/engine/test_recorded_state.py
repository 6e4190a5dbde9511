"""What today's program does to an environment that an earlier version of it made."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from hardway.cli.report import Report
from hardway.cli.throw_away import ThrowAwayRegion, ThrowAwayStack, throw_away_region
from hardway.report.events import read_events
from hardway.report.model import Operation
from tests.engine.repository import Repository, copy_repository
from tests.engine.small_environment import make_small
from tests.fixtures.states.record import STACK, STACK_FILE, STATE, recorded_state

ROLLED = {
    "aws:ec2/instance:Instance",
    "aws:ec2/volumeAttachment:VolumeAttachment",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "command:local:Command",
}
"""What is replaced when machines boot something else, which a new version may well ask for."""
RENAMED = ("components/dns.py", 'super().__init__("hardway:network:ApiName", name, None, opts)')

Change = tuple[Operation, str]


@pytest.fixture(scope="module")
def place() -> Iterator[ThrowAwayRegion]:
    """A region in which nothing of the state exists: a preview does not look."""
    with throw_away_region("eu-central-1", Report()) as region:
        yield region


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One copy for all tests here, with the small environment that the state is of."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "repository").mkdir()
    copied = copy_repository(folder / "repository", folder)
    make_small(copied.folder / STACK_FILE)
    copied.git("commit", "--quiet", "--all", "-m", "Small")
    return copied


@pytest.fixture(scope="module")
def stack(place: ThrowAwayRegion, repository: Repository) -> ThrowAwayStack:
    """The stack, in the state that was recorded."""
    made = place.stack(STACK, source=repository.folder)
    made.take_back(recorded_state())
    return made


def changes(stack: ThrowAwayStack) -> dict[Change, str]:
    """Types of everything that the program would change, by operation and name."""
    preview = stack.record("preview")
    assert preview.exit_code == 0, preview.last_lines(40)
    return {(one.operation, one.name): one.type for one in read_events(STACK, preview.events).changes}


@pytest.fixture(scope="module")
def unchanged(stack: ThrowAwayStack) -> dict[Change, str]:
    """What the program as it is would change."""
    return changes(stack)


def test_the_record_shows_no_secret_in_the_clear() -> None:
    content = gzip.decompress(STATE.read_bytes()).decode()
    assert len(STATE.read_bytes()) < 300_000
    assert "PRIVATE KEY" not in content
    assert "PRIVATE KEY" not in content.replace("\\n", "").replace("_", " ")
    assert content.count('"ciphertext"') > 100


def test_what_was_made_by_an_earlier_version_keeps_its_identity(unchanged: dict[Change, str]) -> None:
    gone = [name for operation, name in unchanged if operation in (Operation.DELETE, Operation.FORGET)]
    assert gone == []
    replaced = {kind for (operation, _), kind in unchanged.items() if operation == Operation.REPLACE}
    assert replaced <= ROLLED


def test_a_renamed_component_with_an_alias_is_no_change_and_without_one_another(
    stack: ThrowAwayStack, repository: Repository, unchanged: dict[Change, str]
) -> None:
    file, declared = RENAMED
    aliased = declared.replace("ApiName", "NameOfApi").replace(
        "opts)",
        "pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions("
        'aliases=[pulumi.Alias(type_="hardway:network:ApiName")])))',
    )
    repository.edit(file, declared, aliased)
    assert changes(stack) == unchanged
    repository.edit(file, aliased, declared.replace("ApiName", "NameOfApi"))
    lost = changes(stack).keys() - unchanged.keys()
    repository.restore()
    assert {operation for operation, _ in lost} == {Operation.CREATE, Operation.DELETE}, lost
