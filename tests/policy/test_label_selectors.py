"""Label selectors match as the API server's do, and what is not known counts as the caller says."""

from __future__ import annotations

from typing import Any

import pytest

from policy.label_selectors import matches, selects_everything
from policy.resource import UNKNOWN

LABELS = {"app": "demo", "tier": "web", "later": UNKNOWN}


def expression(key: Any, operator: Any, *values: Any) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        (None, False),
        ({"matchLabels": {"app": "demo", "tier": "web"}}, True),
        ({"matchLabels": {"app": "demo", "tier": "db"}}, False),
        ({"matchLabels": {"other": "demo"}}, False),
        ({"matchLabels": {"other": UNKNOWN}}, False),
        (expression("app", "In", "demo", "shop"), True),
        (expression("app", "In", "shop"), False),
        (expression("other", "In", "shop"), False),
        (expression("app", "NotIn", "demo"), False),
        (expression("app", "NotIn", "shop"), True),
        (expression("other", "NotIn", "shop"), True),
        (expression("app", "Exists"), True),
        (expression("other", "Exists"), False),
        (expression("app", "DoesNotExist"), False),
        (expression("other", "DoesNotExist"), True),
        ({"matchLabels": {"app": "demo"}, **expression("tier", "NotIn", "web")}, False),
        ({"matchLabels": {"app": "shop", "later": "x"}}, False),
    ],
)
def test_what_is_known_is_decided(selector: Any, expected: bool) -> None:
    assert matches(selector, LABELS, unknown=True) is expected
    assert matches(selector, LABELS, unknown=False) is expected


@pytest.mark.parametrize(
    ("selector", "labels"),
    [
        (UNKNOWN, LABELS),
        ({"matchLabels": UNKNOWN}, LABELS),
        ({"matchExpressions": UNKNOWN}, LABELS),
        ({"matchExpressions": [UNKNOWN]}, LABELS),
        ({"matchLabels": {"app": UNKNOWN}}, LABELS),
        ({"matchLabels": {"later": "x"}}, LABELS),
        ({"matchLabels": {"app": "demo"}}, UNKNOWN),
        (expression("later", "Exists"), LABELS),
        (expression("app", UNKNOWN), LABELS),
        (expression(UNKNOWN, "Exists"), LABELS),
        (expression("app", "In", UNKNOWN), LABELS),
    ],
)
def test_what_is_not_known_is_as_the_caller_says(selector: Any, labels: Any) -> None:
    assert matches(selector, labels, unknown=True)
    assert not matches(selector, labels, unknown=False)


@pytest.mark.parametrize("selector", [None, {}, {"matchLabels": {}}, {"matchLabels": None, "matchExpressions": []}])
def test_a_selector_without_requirements_selects_everything(selector: Any) -> None:
    assert selects_everything(selector)


@pytest.mark.parametrize("selector", [UNKNOWN, {"matchLabels": {"app": "demo"}}, {"matchExpressions": UNKNOWN}])
def test_one_that_has_some_or_may_have_does_not(selector: Any) -> None:
    assert not selects_everything(selector)
