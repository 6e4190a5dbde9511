"""The smallest environment: one zone, one control plane, one worker, no backups, and nothing that is protected."""

from __future__ import annotations

from pathlib import Path

import yaml


def make_small(stack_file: Path) -> None:
    """The environment of that stack file is a small one."""
    document = yaml.safe_load(stack_file.read_text())
    config = document["config"]
    network, control_plane = config["hardway:network"], config["hardway:control_plane"]
    network["subnets"] = {"private-a": network["subnets"]["private-a"]}
    control_plane["api_addresses"] = {"private-a": control_plane["api_addresses"]["private-a"]}
    control_plane["members"] = {"control-plane-1": control_plane["members"]["control-plane-1"]}
    config["hardway:pools"]["general"] |= {"subnets": ["private-a"], "min": 1, "max": 1}
    config["hardway:deletion_protection"] = False
    control_plane["protect_data"] = False
    # One stack less: what these environments are for is the environment's own.
    config.pop("hardway:management", None)
    stack_file.write_text(yaml.safe_dump(document, sort_keys=False))
