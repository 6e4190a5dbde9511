from __future__ import annotations

import pytest

from hardway.report.model import Edit, FileChange, Operation, PropertyChange, ResourceChange
from hardway.report.shown import Shown


def change(name: str, *lines: str, mode: tuple[str, str] | None = None) -> ResourceChange:
    """A machine with a file that differs."""
    file = FileChange(path="/etc/a", edit=Edit.CHANGE, lines=lines, mode=mode)
    inside = PropertyChange(path="userData", edit=Edit.CHANGE, old="", new="", files=(file,))
    urn = f"urn:pulumi:s::p::aws:ec2/instance:Instance::{name}"
    return ResourceChange(
        urn=urn, type="aws:ec2/instance:Instance", name=name, operation=Operation.REPLACE, properties=(inside,)
    )


def test_the_surroundings_of_a_difference_do_not_make_it_another_one() -> None:
    shown = Shown()
    shown.remember(change("one", "@@ -1 +1 @@", " address 1", "-x", "+y"))
    same, other = (change("two", "@@ -1 +1 @@", " address 2", "-x", sign) for sign in ("+y", "+z"))
    assert shown.split(same.properties[0].files) == ([], {"aws:ec2:Instance one": ["/etc/a"]})
    assert shown.split(other.properties[0].files) == (list(other.properties[0].files), {})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (change("one", mode=("0600", "0644")), change("two", mode=("0644", "0755"))),
        (change("one", "-x", "+y"), change("two", "-x", "+y", mode=("0644", "0755"))),
        (change("one", "@@ 9 lines before, 8 after @@"), change("two", "@@ 9 lines before, 7 after @@")),
    ],
    ids=["modes", "a mode, too", "too long to be compared"],
)
def test_what_differs_otherwise_is_another_difference(one: ResourceChange, other: ResourceChange) -> None:
    shown = Shown()
    shown.remember(one)
    assert shown.split(other.properties[0].files) == (list(other.properties[0].files), {})
