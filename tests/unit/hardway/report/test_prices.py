from __future__ import annotations

from datetime import date

import pytest

from hardway.cli.target import environments, target
from hardway.report.prices import price_table


@pytest.mark.parametrize("name", environments())
def test_every_stack_is_in_a_priced_region_with_priced_machines(name: str) -> None:
    environment = target(name).configuration()
    prices = price_table().regions[environment.region]
    types = {environment.control_plane.instance_type, *(pool.instance_type for pool in environment.pools.values())}
    assert types <= prices.instance_hour.keys()


def test_sizes_of_one_family_cost_in_proportion() -> None:
    """AWS prices a family by its size; a figure with a slip of the pen would stand out."""
    sizes = {"small": 0.5, "medium": 1, "large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16}
    for prices in price_table().regions.values():
        units: dict[str, set[float]] = {}
        for name, usd in prices.instance_hour.items():
            family, size = name.split(".")
            units.setdefault(family, set()).add(round(usd / sizes[size], 9))
        assert {family: len(found) for family, found in units.items()} == dict.fromkeys(units, 1)


def test_the_table_says_how_old_it_is_and_what_it_assumes() -> None:
    table = price_table()
    assert date(2026, 1, 1) < table.dated <= date.today()
    assert table.source.startswith("AWS list prices")
    assert any("730 hours" in each for each in table.assumptions)
