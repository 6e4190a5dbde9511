"""The price table: static, dated, and only for what the stacks are made of."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveFloat

TABLE: Final = Path(__file__).with_name("prices.yaml")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RegionPrices(_Frozen):
    """List prices of one region in US dollars."""

    instance_hour: dict[str, PositiveFloat]
    gp3_gb_month: PositiveFloat
    gp3_iops_month: PositiveFloat
    """Each beyond the 3000 that a volume has anyway."""
    gp3_mibps_month: PositiveFloat
    """Each beyond the 125 that a volume has anyway."""
    network_load_balancer_hour: PositiveFloat
    nat_gateway_hour: PositiveFloat
    interface_endpoint_hour: PositiveFloat
    """In each subnet."""
    public_address_hour: PositiveFloat
    s3_gb_month: PositiveFloat
    kms_key_month: PositiveFloat
    secret_month: PositiveFloat
    hosted_zone_month: PositiveFloat


class PriceTable(_Frozen):
    """Prices by region, with what is assumed about use."""

    dated: date
    source: str
    hours_per_month: PositiveFloat
    assumptions: tuple[str, ...]
    bucket_gb: NonNegativeFloat
    regions: dict[str, RegionPrices]


@cache
def price_table() -> PriceTable:
    """The table of prices.yaml."""
    return PriceTable.model_validate(yaml.safe_load(TABLE.read_text()))
