"""Names and tags: the same ones for ever, as a physical name is an identity on AWS."""

from __future__ import annotations

import pytest

from components.naming import Naming

NAMING = Naming(environment="prod", stack="prod-services")


def test_names_carry_the_environment() -> None:
    assert NAMING.name("pool-general") == "hardway-prod-pool-general"
    assert NAMING.secret("join/general") == "hardway/prod/join/general"


def test_tags_say_whose_it_is_and_what_for() -> None:
    assert NAMING.tags("worker", "pool-general") == {
        "Name": "hardway-prod-pool-general",
        "hardway:environment": "prod",
        "hardway:stack": "prod-services",
        "hardway:role": "worker",
    }


@pytest.mark.parametrize("extra", [{"hardway:pool": "general"}, {"Name": "own"}])
def test_further_tags_are_added_and_win(extra: dict[str, str]) -> None:
    plain = NAMING.tags("worker", "pool-general")
    assert NAMING.tags("worker", "pool-general", extra) == {**plain, **extra}
    assert NAMING.tags("worker", "pool-general") == plain
