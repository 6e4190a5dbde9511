"""How the load balancer asks an API server whether it is ready, and how long it can be wrong about it."""

from __future__ import annotations

from typing import Final

PATH: Final = "/readyz"
INTERVAL_SECONDS: Final = 5
TIMEOUT_SECONDS: Final = 3
HEALTHY_ANSWERS: Final = 2
UNHEALTHY_ANSWERS: Final = 2

STALE_SECONDS: Final = UNHEALTHY_ANSWERS * (INTERVAL_SECONDS + TIMEOUT_SECONDS)
"""For this long a member that is gone may still be counted as healthy."""
