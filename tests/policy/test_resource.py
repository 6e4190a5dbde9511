from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN, is_known, is_wholly_known
from tests.policy.resources import resource

PROPERTIES = {
    "tags": {"role": "etcd", "empty": None},
    "rules": [{"port": 22}, {"port": UNKNOWN}],
    "subnet": UNKNOWN,
    "off": False,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tags", "role"), "etcd"),
        (("rules", 0, "port"), 22),
        (("rules", -2, "port"), 22),
        (("rules", 1, "port"), UNKNOWN),
        (("subnet",), UNKNOWN),
        (("subnet", "id", 3), UNKNOWN),
        (("off",), False),
        (("missing",), "default"),
        (("tags", "empty"), "default"),
        (("tags", "role", "deeper"), "default"),
        (("rules", 2), "default"),
        (("rules", "port"), "default"),
    ],
)
def test_a_path_leads_to_a_value_to_unknown_or_to_the_default(path: tuple[str | int, ...], value: Any) -> None:
    assert resource("t", PROPERTIES).at(*path, default="default") is value


def test_unknown_is_true_and_cannot_be_asked() -> None:
    """So that nobody takes it for absent, and a rule that forgot it fails loudly."""
    assert UNKNOWN
    with pytest.raises((TypeError, AttributeError)):
        UNKNOWN["key"]  # type: ignore[index]


def test_known_is_about_the_value_and_wholly_known_about_what_is_inside() -> None:
    assert is_known(PROPERTIES)
    assert not is_known(UNKNOWN)
    assert is_wholly_known({"a": [1, {"b": None}]})
    assert not is_wholly_known(PROPERTIES)
    assert not is_wholly_known((1, [UNKNOWN]))


@pytest.mark.parametrize(
    ("path", "sealed"), [("data", True), ("data.password", True), ("database", False), ("a.b", True), ("a", False)]
)
def test_what_is_inside_a_secret_is_one(path: str, sealed: bool) -> None:
    assert resource("t", {}, secrets=frozenset({"data", "a.b"})).is_secret(path) is sealed
