"""What differs between the plan that was reviewed and what would be done now.

The engine holds an update to its plan, too, but finds out resource by resource while it works, and says little:
https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/plan.go. So both plans are compared before it begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hardway.report.values import Special, Value, read_properties
from hardway.report.wording import label, value_text, visible

_SETTINGS: Final = ("protect", "deleteBeforeReplace", "retainOnDelete", "provider")
_ACTIONS: Final = (("adds", "is set to"), ("updates", "becomes"), ("deletes", "is removed"))
_NOTHING: Final = "nothing"


def differences(reviewed: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for each resource and property on which two plans of one stack disagree.

    Seals differ each time something is sealed, so two secrets count as equal here; the engine compares what is in them.
    """
    before, after = reviewed.get("resourcePlans") or {}, now.get("resourcePlans") or {}
    return tuple(
        line for urn in sorted(before.keys() | after.keys()) for line in _of(urn, before.get(urn), after.get(urn))
    )


def _of(urn: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[str]:
    name = label(urn)
    was, now = _steps(before), _steps(after)
    if was != now:
        yield f"{name}: reviewed was {was}, now it is {now}"
        return
    old_goal, new_goal = (before or {}).get("goal") or {}, (after or {}).get("goal") or {}
    for setting in _SETTINGS:
        if (old_goal.get(setting) or False) != (new_goal.get(setting) or False):
            yield f"{name}: {setting} is {value_text(new_goal.get(setting))}, reviewed was {old_goal.get(setting)}"
    for side in ("inputDiff", "outputDiff"):
        old, new = _properties(old_goal, side), _properties(new_goal, side)
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield f"{name}: {visible(key)} {_end(new.get(key))}, reviewed was that it {_end(old.get(key))}"


def _steps(plan: Mapping[str, Any] | None) -> str:
    steps: Sequence[str] = (plan or {}).get("steps") or ()
    if not steps:
        return _NOTHING
    return "replace" if "replace" in steps else " and ".join(visible(step) for step in steps)


def _properties(goal: Mapping[str, Any], side: str) -> dict[str, tuple[str, Value]]:
    """How each property that changes ends: what happens to it and its value, masked."""
    found: dict[str, tuple[str, Value]] = {}
    for action, words in _ACTIONS:
        changed = (goal.get(side) or {}).get(action) or {}
        if not isinstance(changed, Mapping):
            changed = dict.fromkeys(changed, None)
        for key, value in read_properties(str(goal.get("type", "")), changed).items():
            found[key] = (words, Special.ABSENT if action == "deletes" else value)
    return found


def _end(change: tuple[str, Value] | None) -> str:
    if change is None:
        return "stays"
    words, value = change
    return words if value is Special.ABSENT else f"{words} {value_text(value)}"
