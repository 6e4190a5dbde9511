"""Bundles through edits that fail and are taken back: what machines boot from stays in the bucket."""

from __future__ import annotations

import textwrap

from hardway.machine.bundle import sha256
from tests.engine.conftest import Project

PROGRAM = """
from pulumi_aws import s3
import pulumi_command as command

from components.bundle import Bundle, BundleArgs
from components.naming import Naming

bucket = s3.Bucket("bucket", bucket="bundles-of-a-test", force_destroy=True)
naming = Naming(environment="test", stack="test")
args = BundleArgs(naming=naming, thing="pool-a", tag_role="worker", bucket=bucket.id, content={content!r})
bundle = Bundle("bundle", args)
after = pulumi.ResourceOptions(depends_on=[bundle])
command.local.Command("rolled", create={create!r}, triggers=[bundle.key], opts=after)
"""


def keys(project: Project) -> set[str]:
    listed = project.region.client("s3").list_objects_v2(Bucket="bundles-of-a-test")
    return {one["Key"] for one in listed.get("Contents", ())}


def test_an_edit_that_failed_and_is_reverted_leaves_the_old_bundle_in_place(project: Project) -> None:
    def program(content: bytes, create: str = "true") -> str:
        return textwrap.dedent(PROGRAM).format(content=content, create=create)

    project.up(program(b"old"))
    project.up(program(b"new", create="false"), fails=True)
    project.up(program(b"old"))
    assert f"bundles/{sha256(b'old')}.tar" in keys(project)
