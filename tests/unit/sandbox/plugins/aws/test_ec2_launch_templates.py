"""What a preview knows of a launch template."""

from __future__ import annotations

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.ec2_launch_templates import LaunchTemplate
from sandbox.plugins.wire import UNKNOWN


def test_a_launch_templates_new_version_is_unknown_until_made() -> None:
    template = LaunchTemplate(Aws())
    state = {"latestVersion": 3, "imageId": "a", "tags": {}}
    assert template.preview_update(state, {"imageId": "a"}, {"imageId": "b"})["latestVersion"] == UNKNOWN
    only_tags = template.preview_update(state, {"imageId": "a"}, {"imageId": "a", "tags": {"x": "y"}})
    assert only_tags["latestVersion"] == 3
