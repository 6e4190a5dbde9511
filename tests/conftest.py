"""Options of all tests."""

from __future__ import annotations

import signal

import pytest

# Who runs the tests in a shell's background has SIGINT ignored, and so would every program that they interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-goldens` writes the golden files anew instead of comparing with them."""
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden anew")
