"""Load balancers as haproxy's configuration, and haproxy's findings as target health."""

from __future__ import annotations

import dataclasses

from sandbox.load_balancer import _state, config
from tests.unit.sandbox.views import EXAMPLE


def test_every_address_has_its_own_frontend_and_sends_from_that_address() -> None:
    text = config(EXAMPLE, "/run/s.sock")
    for number, address in enumerate(("10.40.1.10", "10.40.2.10")):
        assert f"frontend in-feed-6443-{number}\n  bind {address}:6443\n" in text
        assert f"backend feed-6443-{number}\n  balance random(1)\n  source {address}\n" in text


def test_one_address_checks_and_the_others_follow_it() -> None:
    text = config(EXAMPLE, "/run/s.sock")
    assert text.count("option httpchk GET /readyz") == 1
    assert "server 10.40.1.11:6443 10.40.1.11:6443 check check-ssl verify none inter 5s" in text
    assert "rise 2 fall 3" in text
    assert "server 10.40.1.11:6443 10.40.1.11:6443 track feed-6443-0/10.40.1.11:6443" in text


def test_a_target_that_is_gone_is_found_out_in_the_time_that_is_set_and_nobody_is_sent_on_meanwhile() -> None:
    text = config(EXAMPLE, "/run/s.sock")
    assert text.count("\n  timeout check 4s\n") == len(EXAMPLE.balancers[0].addresses)
    assert "retries 0\n" in text
    assert "redispatch" not in text


def test_when_all_targets_fail_all_are_tried() -> None:
    text = config(EXAMPLE, "/run/s.sock")
    assert "option allbackups" in text
    assert "server any-10.40.1.12 10.40.1.12:6443 backup" in text


def test_without_load_balancers_nothing_runs() -> None:
    assert config(dataclasses.replace(EXAMPLE, balancers=()), "/run/s.sock") == ""


def test_states() -> None:
    assert _state({"check_status": "INI", "status": "UP"})[0] == "initial"
    assert _state({"check_status": "L7OK", "status": "UP"}) == ("healthy", "", "")
    state, reason, text = _state({"check_status": "L7STS", "status": "DOWN", "last_chk": "status 500"})
    assert (state, reason) == ("unhealthy", "Target.FailedHealthChecks")
    assert "status 500" in text
