"""`./hw backups` and what `./hw drill restore` tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hardway.backups.catalogue import Backup
from hardway.backups.documents import DrillResult
from hardway.cli.commands import backups, drill

NOW = datetime(2026, 11, 21, 12, 4, tzinfo=UTC)
KEY = "etcd/5-minutely/test/20261121T120000Z-700.tar"


def test_the_table_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        Backup(key=KEY, tier="5-minutely", taken_at=datetime(2026, 11, 21, 12, tzinfo=UTC), size_bytes=5, revision=700),
        Backup(key="d", tier="daily", taken_at=datetime(2026, 11, 20, 9, tzinfo=UTC), size_bytes=10**8, revision=None),
    ]
    backups._show(found, "test", "bucket-1", NOW)
    first, *rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    assert first[0] == "TAKEN AT (UTC)"
    assert [[text.strip() for text in row if text] for row in rows] == [
        ["2026-11-21 12:00:00", "4 min", "5-minutely", "700", "0 kB", KEY],
        ["2026-11-20 09:00:00", "27 h", "daily", "-", "100.0 MB", "d"],
    ]


def test_no_backup_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    backups._show([], "test", "bucket-1", NOW)
    assert capsys.readouterr().out == "There is no backup of test in bucket bucket-1 yet.\n"


def result(**changes: object) -> DrillResult:
    facts = {"format": 1, "backup": KEY, "equal": True, "keys": 4, "snapshot_bytes": 5, "members": 3}
    return DrillResult.model_validate({**facts, "seconds": {"fetch": 0.1, "total": 2.54}, **changes})


def test_a_drill_tells_its_seconds_and_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    drill._show(result())
    assert capsys.readouterr().out == (
        f"{KEY}, restored into 3 members, is equal to what lived: 4 objects, 0 kB.\n  fetch 0.1 s, total 2.5 s\n"
    )
    drill._show(result(equal=False, differences=["/registry/pods: 3 objects before, 2 now"]))
    said = capsys.readouterr().out
    assert "is NOT EQUAL to what lived" in said
    assert "\n  /registry/pods: 3 objects before, 2 now\n" in said


def test_a_drill_that_did_not_end_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    drill._show(result(equal=False, failed="the snapshot has another hash", seconds={}))
    assert "FAILED: the snapshot has another hash. Until then: nothing." in capsys.readouterr().out
    drill._show(result(backup=None, equal=False, failed="HTTP 403", seconds={"fetch": 0.1}))
    assert capsys.readouterr().out == "The drill of the newest backup FAILED: HTTP 403. Until then: fetch 0.1 s.\n"
