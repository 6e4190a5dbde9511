"""Random values have the shape that was asked for."""

from __future__ import annotations

import base64
import string

import pytest

from sandbox.plugins.random_values import RandomBytes, RandomId, RandomPassword, RandomString
from sandbox.plugins.resource import ProviderError


def test_bytes_and_ids_agree_in_all_their_forms() -> None:
    made = RandomBytes().create({"length": 32})[1]
    assert base64.b64decode(made["base64"]).hex() == made["hex"]
    identity, outputs = RandomId().create({"byteLength": 4, "prefix": "p-"})
    assert len(outputs["hex"]) == len("p-") + 8
    assert outputs["b64Url"] == "p-" + identity
    assert int(outputs["dec"].removeprefix("p-")) == int(outputs["hex"].removeprefix("p-"), 16)


def test_a_password_keeps_to_its_classes() -> None:
    inputs = {"length": 40, "special": False, "minNumeric": 5, "upper": False}
    value = RandomPassword().create(inputs)[1]["result"]
    assert len(value) == 40
    assert set(value) <= set(string.ascii_lowercase + string.digits)
    assert sum(character.isdigit() for character in value) >= 5


def test_what_can_not_be_held_is_refused() -> None:
    with pytest.raises(ProviderError, match="length 3 can't hold"):
        RandomString().create({"length": 3, "minLower": 4})
