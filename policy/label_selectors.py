"""Whether a label selector matches, where parts of it or of the labels may not be known yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy.kubernetes_objects import elements, entries, value_at
from policy.resource import is_known, is_wholly_known


def matches(selector: Any, labels: Any, *, unknown: bool) -> bool:
    """Whether a LabelSelector matches labels; `unknown` is the answer of each requirement that cannot be decided.

    None, a selector that is missing, matches nothing; `{}` matches everything:
    https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#labelselector-v1-meta
    """
    if selector is None:
        return False
    return all(unknown if answer is None else answer for answer in _answers(selector, labels))


def selects_everything(selector: Any) -> bool:
    """Whether a selector has no requirement at all; one that is unknown may have."""
    if not isinstance(selector, Mapping):
        return selector is None
    return not any(selector.get(part) for part in ("matchLabels", "matchExpressions"))


def _answers(selector: Any, labels: Any) -> Iterator[bool | None]:
    """Whether each requirement is met; None if that is not known."""
    wanted, expressions = value_at(selector, "matchLabels"), value_at(selector, "matchExpressions")
    if not is_known(wanted) or not is_known(expressions):
        yield None
    if isinstance(wanted, Mapping):
        for key, value in wanted.items():
            yield _equal(value_at(labels, key), value)
    yield from (None for one in elements(expressions) if not is_known(one))
    for expression in entries(expressions):
        yield _meets(expression, labels)


def _equal(found: Any, wanted: Any) -> bool | None:
    if found is None:
        return False
    return found == wanted if is_known(found) and is_known(wanted) else None


def _meets(expression: Mapping[str, Any], labels: Any) -> bool | None:
    key, operator = expression.get("key"), expression.get("operator")
    values = expression.get("values", [])
    if not is_known(key) or not is_known(operator):
        return None
    found = value_at(labels, str(key))
    if not is_known(found):
        return None
    if operator in ("Exists", "DoesNotExist"):
        return (found is not None) is (operator == "Exists")
    if not is_wholly_known(values):
        return None
    return (found in values) is (operator == "In")
