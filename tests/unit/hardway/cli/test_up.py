"""What `up` does beside its phases."""

from __future__ import annotations

import threading

import pytest

from hardway.cli.commands.machine import _debug
from hardway.cli.commands.up import API_DEADLINE_SECONDS, NODES_DEADLINE_SECONDS, _meanwhile, up
from hardway.cli.failure import Failure, Refused

BOOT_GIVES_UP_SECONDS = 600


def fail(text: str) -> None:
    raise Failure(text)


def test_a_boot_can_say_why_before_the_wait_ends() -> None:
    assert min(API_DEADLINE_SECONDS, NODES_DEADLINE_SECONDS) > BOOT_GIVES_UP_SECONDS


def test_the_action_runs_while_the_block_does() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def action() -> None:
        begun.set()
        assert may_end.wait(10)
        ended.set()

    with _meanwhile(action):
        assert begun.wait(10)
        assert not ended.is_set()
        may_end.set()
    assert ended.is_set()


def test_a_failure_beside_the_block_is_told() -> None:
    with pytest.raises(Failure, match=r"^no stack$"), _meanwhile(lambda: fail("no stack")):
        pass


def test_a_failure_of_the_block_is_told_alone_or_with_the_other() -> None:
    with pytest.raises(Failure, match=r"^no update$"), _meanwhile(lambda: None):
        fail("no update")
    with pytest.raises(Failure, match=r"^no update\nno stack$"), _meanwhile(lambda: fail("no stack")):
        fail("no update")


def test_a_shell_on_a_node_is_asked_for_where_pod_security_allows_it() -> None:
    assert "-- -n kube-system debug node/NODE" in _debug("dev")


def test_a_release_that_there_is_not_is_refused_before_anything_is_begun() -> None:
    with pytest.raises(Refused, match="delete:all releases nothing"):
        up("prod", release=["delete:all"])
