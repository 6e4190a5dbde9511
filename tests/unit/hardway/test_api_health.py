"""How the load balancer asks after API servers: within what AWS takes, and answered by what machines boot."""

from __future__ import annotations

import yaml

from hardway import api_health
from hardway.machine.template import TEMPLATES


def test_an_api_server_answers_it_without_knowing_who_asks() -> None:
    # Health checks carry no credentials: without this path among the anonymous ones every member is unhealthy.
    text = (TEMPLATES / "control-plane" / "etc" / "kubernetes" / "authentication.yaml").read_text()
    anonymous = yaml.safe_load(text)["anonymous"]
    assert anonymous["enabled"] is True
    assert {"path": api_health.PATH} in anonymous["conditions"]


def test_a_network_load_balancer_takes_these_settings() -> None:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    assert 5 <= api_health.INTERVAL_SECONDS <= 300
    assert 2 <= api_health.TIMEOUT_SECONDS <= api_health.INTERVAL_SECONDS
    assert all(2 <= answers <= 10 for answers in (api_health.HEALTHY_ANSWERS, api_health.UNHEALTHY_ANSWERS))


def test_no_member_that_ended_is_believed_for_longer_than_stale() -> None:
    # It ends right after it answered: the first question without an answer comes one interval later, and the last
    # one that it takes to believe it is given its whole time.
    believed = api_health.UNHEALTHY_ANSWERS * api_health.INTERVAL_SECONDS + api_health.TIMEOUT_SECONDS
    assert believed <= api_health.STALE_SECONDS
