"""Options of all tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-goldens` writes the golden files anew instead of comparing with them."""
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden anew")
