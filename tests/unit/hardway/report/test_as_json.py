from __future__ import annotations

import json

import pytest

from hardway.report.as_json import render
from tests.fixtures.events.reports import RECORDINGS, recorded


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_document_says_what_happens(name: str) -> None:
    report = recorded(name)
    document = json.loads(render(report))
    assert document["version"] == 1
    assert document["changed"] is report.changed
    assert document["succeeded"] is report.succeeded
    told = [(change["urn"], change["operation"]) for change in document["stacks"][0]["changes"]]
    assert told == [(change.urn, change.operation.value) for _, change in report.changes()]


def test_only_differences_are_in_it() -> None:
    (change, *_) = json.loads(render(recorded("replace-one-control-plane")))["stacks"][0]["changes"]
    assert "old" not in change
    assert "new" not in change
    assert change["properties"][0]["files"][0]["path"] == "/etc/etcd/etcd.env"
