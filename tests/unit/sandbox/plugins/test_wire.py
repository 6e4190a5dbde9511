"""Values cross the wire unchanged."""

from __future__ import annotations

from sandbox.plugins.wire import ASSET, SIGNATURE, UNKNOWN, is_unknown, pack, reveal, same, secret, unpack


def test_values_come_back_as_they_went() -> None:
    values = {"text": "a", "whole": 3, "part": 0.5, "flag": True, "nothing": None, "list": [1, {"a": []}], "empty": {}}
    back = unpack(pack(values))
    assert back == values
    assert isinstance(back["whole"], int)


def test_unknown_is_found_at_any_depth() -> None:
    assert is_unknown({"a": [{"b": UNKNOWN}]})
    assert not is_unknown({"a": ["known"]})


def test_secrets_are_revealed_at_any_depth() -> None:
    assert reveal({"a": [secret({"b": secret("c")})]}) == {"a": [{"b": "c"}]}


def test_assets_are_the_same_when_their_hashes_are() -> None:
    one, moved = ({SIGNATURE: ASSET, "hash": "1", "path": path} for path in ("a", "b"))
    assert same(one, moved)
    assert not same(one, {**one, "hash": "2"})


def test_absent_is_null_and_true_is_not_one() -> None:
    assert same({"a": None}, {})
    assert not same({"a": True}, {"a": 1})
    assert not same(["a"], ["a", "b"])
