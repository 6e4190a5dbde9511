"""The block in the host's file of names."""

from __future__ import annotations

from sandbox.hosts_file import entries, with_block
from tests.unit.sandbox.views import EXAMPLE


def test_names_of_load_balancers_become_lines() -> None:
    assert entries(EXAMPLE) == ["10.40.1.10 api.sandbox.test", "10.40.2.10 api.sandbox.test"]


def test_a_block_is_added_replaced_and_removed_without_a_trace() -> None:
    own = "127.0.0.1 localhost\n"
    added = with_block(own, "hw0000", ["10.0.0.1 a"])
    assert added == own + "# begin hw0000\n10.0.0.1 a\n# end hw0000\n"
    assert with_block(added, "hw0000", ["10.0.0.2 b"]) == own + "# begin hw0000\n10.0.0.2 b\n# end hw0000\n"
    assert with_block(added, "hw0000", []) == own


def test_another_regions_block_stays() -> None:
    both = with_block(with_block("", "hw0000", ["1.1.1.1 a"]), "hw1111", ["2.2.2.2 b"])
    assert with_block(both, "hw0000", []) == "# begin hw1111\n2.2.2.2 b\n# end hw1111\n"
