"""The database's quota leaves room on its volume."""

from __future__ import annotations

import pytest

from hardway.machine.etcd import quota_bytes


@pytest.mark.parametrize(("volume_gib", "quota"), [(1, 357913941), (20, 7158278826), (50, 8 << 30)])
def test_the_quota_is_a_third_of_the_volume_and_at_most_8_gib(volume_gib: int, quota: int) -> None:
    assert quota_bytes(volume_gib) == quota
