"""Machines boot images of accounts that we trust.

A policy sees the image's id, which says nothing, and not the look-up that found it. So the program passes on, as a tag
of instances and launch templates, which account owns the image that AWS returned; see components/machine.py. What the
rule cannot see is a program that tags one owner and boots another's image: that takes a line that a reviewer reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.machines import TYPES, unless_templated
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known
from policy.tags import IMAGE_OWNER, tags


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    given = tags(machine)
    if not isinstance(given, Mapping) or not is_known(unless_templated(machine, None)):
        return
    owner = given.get(IMAGE_OWNER)
    if is_known(owner) and owner not in settings.image_owners:
        allowed = ", ".join(settings.image_owners)
        yield (
            f"The tag {IMAGE_OWNER} is {owner or 'missing'}: tag the machine with the owner_id of the image that was"
            f" looked up, and boot one of {allowed}."
        )


RULE = ResourceRule(
    name="image-owner-not-allowed",
    what="Every machine says, by a tag, whose image it boots, and that account is on the list of owners.",
    why="Anybody can publish an image under Debian's name; one look-up without an owner boots it, with our role.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html",
    fix="Look images up with owners=[…], and tag machines with the image's owner_id as hardway:image-owner.",
    severity=Severity.HIGH,
    reference="story: whoAMI, images found by name alone (Datadog Security Labs, 2025-02)",
    settings=("image_owners",),
    types=TYPES,
    check=_check,
)
