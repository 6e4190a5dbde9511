"""Builds: keyed by whatever could change the bytes, and never done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.build import Order, build, order_key
from hardway.artifacts.catalog import GoModule
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import BuiltWith

CNI = GoModule(directory="cni", module="github.com/containernetworking/plugins")
RUNC = GoModule(directory="runc", module="github.com/opencontainers/runc", cgo=True, tags=("seccomp",))


def order(recipe: GoModule = CNI, **changes: Any) -> Order:
    """An order for one program, then changed."""
    right: dict[str, Any] = {"recipe": recipe, "flags": ("-X a=1",), "programs": {"bridge": "example.org/bridge"}}
    return Order(**right | changes)


def nothing() -> None:
    """Nobody wants to know that a build began."""


def test_an_equal_order_is_built_once(runner: Any, built_with: BuiltWith) -> None:
    first = build(order(), built_with, nothing, runner)
    second = build(order(), built_with, nothing, runner)
    assert first == second
    assert (first / "bridge").read_text() == "example.org/bridge"
    assert len(runner.orders) == 1


def test_it_tells_that_it_begins_only_if_it_does(runner: Any, built_with: BuiltWith) -> None:
    begun: list[str] = []
    for _ in range(2):
        build(order(), built_with, lambda: begun.append("begun"), runner)
    assert begun == ["begun"]


@pytest.mark.parametrize(
    "change",
    [
        {"flags": ("-X a=2",)},
        {"programs": {"bridge": "example.org/other"}},
        {"recipe": GoModule(directory="cni", module="github.com/containernetworking/plugins", tags=("x",))},
        {"recipe": RUNC},
    ],
)
def test_the_key_follows_the_order(change: dict[str, Any], built_with: BuiltWith) -> None:
    assert order_key(order(**change), built_with) != order_key(order(), built_with)


def test_the_key_follows_go_always_and_gcc_only_with_cgo(built_with: BuiltWith) -> None:
    newer_go = built_with.model_copy(update={"go": "1.26.9"})
    newer_gcc = built_with.model_copy(update={"gcc": "gcc 13"})
    assert order_key(order(), newer_go) != order_key(order(), built_with)
    assert order_key(order(), newer_gcc) == order_key(order(), built_with)
    assert order_key(order(RUNC), newer_gcc) != order_key(order(RUNC), built_with)


def test_a_build_that_leaves_nothing_is_an_error_and_is_not_kept(cache: Path, built_with: BuiltWith) -> None:
    with pytest.raises(ArtifactError, match="plugins: the build ended well but left no bridge"):
        build(order(), built_with, nothing, lambda *_: None)
    assert not (cache / "builds").exists()
