from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hardway.report import wording
from hardway.report.model import Edit, FileChange, Operation, PropertyChange, Report, ResourceChange, StackPreview
from hardway.report.values import FileReference, Special
from tests.fixtures.events.reports import recorded


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("create", "Nothing is deleted or replaced"),
        ("no-change", "Nothing changes"),
        ("replace-one-control-plane", "Replaces 3 resources"),
        ("destroy", "Deletes 17 and forgets 1 resources"),
        ("policy-failure", "34 policy findings stop this"),
        ("program-failure", "The preview failed"),
    ],
)
def test_the_headline_says_the_worst(name: str, said: str) -> None:
    assert wording.headline(recorded(name)) == said


def test_an_update_that_rolls_a_pool_is_a_headline() -> None:
    group = ResourceChange(
        urn="urn:pulumi:s::p::aws:autoscaling/group:Group::general",
        type="aws:autoscaling/group:Group",
        name="general",
        operation=Operation.UPDATE,
        properties=(PropertyChange(path="launchTemplate.version", edit=Edit.CHANGE, old="1", new="2"),),
    )
    stack = StackPreview(stack="s", succeeded=True, changes=(group,))
    assert wording.headline(Report(environment="e", stacks=(stack,))) == "Replaces the machines of a pool"
    resized = replace(group, properties=(replace(group.properties[0], path="maxSize"),))
    still = replace(stack, changes=(resized,))
    assert wording.headline(Report(environment="e", stacks=(still,))) == "Nothing is deleted or replaced"


@pytest.mark.parametrize(("count", "said"), [(1, "1 resource differs"), (2, "2 resources differ"), (0, "Nothing")])
def test_drift_is_a_headline_where_nothing_else_is(count: int, said: str) -> None:
    drifted = [
        ResourceChange(urn=f"urn:a::b::c::{n}", type="t", name=str(n), operation=Operation.UPDATE) for n in range(count)
    ]
    stack = StackPreview(stack="s", succeeded=True, drift=tuple(drifted), refreshed=True)
    assert wording.headline(Report(environment="e", stacks=(stack,))).startswith(said)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("a b", '"a b"'),
        ({"a": [Special.SECRET, 1]}, '{"a": ["[secret]", 1]}'),
        (Special.UNKNOWN, "[not known yet]"),
        (FileReference("0123456789abcdef"), "file 0123456789ab"),
        ("x" * 300, '"' + "x" * 159 + "… (302 characters)"),
        ("line\n" * 100, "a text of 100 lines"),
        ("\x1b[0m\N{RIGHT-TO-LEFT OVERRIDE}ü", '"\\u001b[0m\\u202eü"'),
    ],
)
def test_values_are_one_line(value: Any, text: str) -> None:
    assert wording.value_text(value) == text


@pytest.mark.parametrize(
    ("resource_type", "text"),
    [
        ("aws:ec2/instance:Instance", "aws:ec2:Instance"),
        ("tls:index/privateKey:PrivateKey", "tls:PrivateKey"),
        ("kubernetes:core/v1:Namespace", "kubernetes:core:Namespace"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
        ("hardway:network:Network", "hardway:network:Network"),
        ("odd", "odd"),
    ],
)
def test_types_are_named_as_the_engine_names_them(resource_type: str, text: str) -> None:
    assert wording.type_text(resource_type) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (PropertyChange(path="a", edit=Edit.CHANGE, old=1, new=2), "a: 1 → 2"),
        (PropertyChange(path="a", edit=Edit.ADD, old=Special.ABSENT, new=2), "a: 2"),
        (PropertyChange(path="a", edit=Edit.REMOVE, old=1, new=Special.ABSENT), "a: 1 is removed"),
        (
            PropertyChange(path="a", edit=Edit.CHANGE, old=Special.SECRET, new=Special.SECRET),
            "a: [secret] → another [secret]",
        ),
    ],
)
def test_a_property_is_one_sentence(change: PropertyChange, text: str) -> None:
    assert wording.property_text(change) == text


def test_counts_are_the_engines_with_those_it_may_learn() -> None:
    assert wording.counts_text({"same": 3, "create": 1, "delete": 0}) == "1 to create, 3 unchanged"
    assert wording.counts_text({"create-later": 2}) == "2 create-later"
    assert wording.counts_text({}) == "nothing"


def test_the_surroundings_of_a_difference_do_not_make_it_another_one() -> None:
    def change(name: str, *lines: str) -> ResourceChange:
        file = FileChange(path="/etc/a", edit=Edit.CHANGE, lines=lines)
        inside = PropertyChange(path="userData", edit=Edit.CHANGE, old="", new="", files=(file,))
        urn = f"urn:pulumi:s::p::aws:ec2/instance:Instance::{name}"
        return ResourceChange(
            urn=urn, type="aws:ec2/instance:Instance", name=name, operation=Operation.REPLACE, properties=(inside,)
        )

    shown = wording.Shown()
    shown.remember(change("one", "@@ -1 +1 @@", " address 1", "-x", "+y"))
    same, other = (change("two", "@@ -1 +1 @@", " address 2", "-x", sign) for sign in ("+y", "+z"))
    assert shown.split(same.properties[0].files) == ([], {"aws:ec2:Instance one": ["/etc/a"]})
    assert shown.split(other.properties[0].files) == (list(other.properties[0].files), {})
