"""Bundle: the files of one machine as an object named by its hash."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from components.naming import Naming
from hardway.bundle_files import bundle_file
from hardway.machine.bundle import sha256


@dataclass(frozen=True, kw_only=True)
class BundleArgs:
    """What a bundle needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    thing: str
    """Member or pool that boots it."""

    tag_role: str
    """Value of the tag hardway:role."""

    bucket: pulumi.Input[str]
    """Bucket that keeps it."""

    content: bytes
    """The packed files; the same files are always the same bytes."""


class Bundle(pulumi.ComponentResource):
    """An object that never changes: other files are another object, and so another machine."""

    sha256: str
    """Hash of the content, known at preview."""

    key: str
    """Key of the object, known at preview."""

    stored: pulumi.Output[str]
    """The key again, known only once the object is there."""

    def __init__(self, name: str, args: BundleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:artifacts:Bundle", name, None, opts)
        self.sha256 = sha256(args.content)
        self.key = f"bundles/{self.sha256}.tar"
        stored = s3.BucketObjectv2(
            name,
            bucket=args.bucket,
            key=self.key,
            # A file and not inline content: the engine writes the state anew after every step, and the packed
            # files of all machines would be most of it.
            source=pulumi.FileAsset(str(bundle_file(args.content))),
            content_type="application/x-tar",
            source_hash=self.sha256,
            tags=args.naming.tags(args.tag_role, f"{args.thing}-bundle"),
            # Never deleted: its id is made of its content, so the same files are the same object later. An edit that
            # was reverted while the old object's deletion was still pending would lose what machines boot from.
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.stored = stored.key
        self.register_outputs({"key": self.key})


def bundle_url(region: str, bucket: str, key: str) -> str:
    """Where machines fetch a bundle: S3's own name of the region, the bucket in the path."""
    return f"https://s3.{region}.amazonaws.com/{bucket}/{key}"
