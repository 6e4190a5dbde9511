from __future__ import annotations

from dataclasses import replace

import pytest

from hardway.report import totals
from hardway.report.model import Edit, Operation, PropertyChange, Report, ResourceChange, StackPreview
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
    assert totals.headline(recorded(name)) == said


def test_an_update_that_rolls_a_pool_is_a_headline() -> None:
    group = ResourceChange(
        urn="urn:pulumi:s::p::aws:autoscaling/group:Group::general",
        type="aws:autoscaling/group:Group",
        name="general",
        operation=Operation.UPDATE,
        properties=(PropertyChange(path="launchTemplate.version", edit=Edit.CHANGE, old="1", new="2"),),
    )
    stack = StackPreview(stack="s", succeeded=True, changes=(group,))
    assert totals.headline(Report(environment="e", stacks=(stack,))) == "Replaces the machines of a pool"
    resized = replace(group, properties=(replace(group.properties[0], path="maxSize"),))
    still = replace(stack, changes=(resized,))
    assert totals.headline(Report(environment="e", stacks=(still,))) == "Nothing is deleted or replaced"


@pytest.mark.parametrize(("count", "said"), [(1, "1 resource differs"), (2, "2 resources differ"), (0, "Nothing")])
def test_drift_is_a_headline_where_nothing_else_is(count: int, said: str) -> None:
    drifted = [
        ResourceChange(urn=f"urn:a::b::c::{n}", type="t", name=str(n), operation=Operation.UPDATE) for n in range(count)
    ]
    stack = StackPreview(stack="s", succeeded=True, drift=tuple(drifted), refreshed=True)
    assert totals.headline(Report(environment="e", stacks=(stack,))).startswith(said)


def test_counts_are_the_engines_with_those_it_may_learn() -> None:
    assert totals.counts_text({"same": 3, "create": 1, "delete": 0}) == "1 to create, 3 unchanged"
    assert totals.counts_text({"create-later": 2}) == "2 create-later"
    assert totals.counts_text({}) == "nothing"
