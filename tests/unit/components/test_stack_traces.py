"""No call stack reaches the engine."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.mocks import MockMonitor

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.naming import Naming
from tests.unit.components.harness import run


def test_registrations_have_no_stack(naming: Naming, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[int] = []
    original = MockMonitor.RegisterResource

    def register(self: MockMonitor, request: Any) -> Any:
        frames.append(len(request.stackTrace.frames))
        return original(self, request)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(MockMonitor, "RegisterResource", register)
    run(
        lambda: EncryptionKey(
            "key", EncryptionKeyArgs(naming=naming, account_id="1", purpose="Disks", workers_disks=True, protect=False)
        )
    )
    assert frames
    assert set(frames) == {0}
