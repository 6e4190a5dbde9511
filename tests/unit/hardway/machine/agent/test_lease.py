"""One control plane at a time holds the Lease, and another one takes it when that one has fallen silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.lease import holds

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class FakeApi:
    """Keeps one Lease; `taken` refuses every write as if somebody else had been first."""

    def __init__(self, holder: str = "", age: timedelta = timedelta(0), *, taken: bool = False) -> None:
        self.lease: Json | None = None
        if holder:
            renewed = (NOW - age).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            self.lease = {
                "metadata": {"resourceVersion": "7"},
                "spec": {"holderIdentity": holder, "renewTime": renewed},
            }
        self.taken = taken
        self.writes: list[tuple[str, Json]] = []

    def get(self, path: str) -> Json:
        if self.lease is None:
            raise Refused(404, "not found")
        return self.lease

    def call(self, method: str, path: str, body: Json) -> Json:
        if self.taken:
            raise Refused(409, "conflict")
        self.writes.append((method, body))
        return body


def asks(api: FakeApi, member: str = "control-plane-1") -> bool:
    return holds(api, "lease", member, NOW)  # type: ignore[arg-type]


def test_the_first_one_makes_it() -> None:
    api = FakeApi()
    assert asks(api)
    assert api.writes[0][0] == "POST"


def test_a_holder_goes_on_without_a_write_and_renews_in_time() -> None:
    fresh, older = FakeApi("control-plane-1", timedelta(seconds=3)), FakeApi("control-plane-1", timedelta(seconds=8))
    assert asks(fresh)
    assert asks(older)
    assert not fresh.writes
    assert [method for method, _ in older.writes] == ["PUT"]


@pytest.mark.parametrize(("seconds", "taken_over"), [(19, False), (21, True)])
def test_another_one_waits_until_the_holder_has_fallen_silent(seconds: int, taken_over: bool) -> None:
    api = FakeApi("control-plane-2", timedelta(seconds=seconds))
    assert asks(api) is taken_over
    if taken_over:
        # The version that was read: who writes second is refused.
        assert api.writes[0][1]["metadata"]["resourceVersion"] == "7"


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=1)])
def test_who_comes_second_does_not_hold_it(age: timedelta) -> None:
    assert not asks(FakeApi("control-plane-2", age, taken=True))
