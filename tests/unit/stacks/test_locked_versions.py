"""The program stops before its first resource when the lock holds something else than the stack file says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hardway.config.load import ConfigError, load_environment
from stacks.environment import environment_stack

ROOT = Path(__file__).parents[3]


def test_another_version_than_the_locked_one_is_an_error() -> None:
    values = yaml.safe_load((ROOT / "stacks/Pulumi.dev.yaml").read_text())["config"]
    config = load_environment("dev", values, "f")
    other = config.model_copy(update={"versions": config.versions.model_copy(update={"runc": "1.5.1"})})
    with pytest.raises(
        ConfigError, match=r"stacks/Pulumi\.dev\.yaml: hardway:versions\.runc: 1\.5\.1, but .* runc 1\.5\.2"
    ):
        environment_stack(other)
