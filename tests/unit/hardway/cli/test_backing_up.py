"""What commands about backups say before they begin, and how they say numbers."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from hardway.backups.catalogue import NoBackup
from hardway.backups.documents import DrillResult
from hardway.cli.backing_up import age, place_of, size, told
from hardway.cli.failure import Failure, Refused
from hardway.cli.target import Target


def test_an_environment_without_management_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Target("sandbox").configuration().model_copy(update={"management": None})
    monkeypatch.setattr(Target, "configuration", lambda self: found)
    with pytest.raises(Refused, match=r"Pulumi\.sandbox\.yaml names no `hardway:management`"):
        place_of("sandbox")


def test_what_goes_wrong_is_one_paragraph() -> None:
    with pytest.raises(Failure, match="none yet"), told("test"):
        raise NoBackup("none yet")
    with pytest.raises(Failure, match="what machines wrote about backups of test is not understood"), told("test"):
        DrillResult.model_validate({"format": 2})
    with pytest.raises(Failure, match=r"AWS does not do what backups of test need: .*AccessDenied"), told("test"):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 min"), (59, "0 min"), (3599, "59 min"), (7300, "2 h"), (200000, "2 days")]
)
def test_ages_are_said_as_one_would(seconds: float, said: str) -> None:
    assert age(seconds) == said


def test_sizes_are_said_as_one_would() -> None:
    assert (size(999_499), size(104_900_000)) == ("999 kB", "104.9 MB")
