"""The engine's event log of a refresh that changes nothing, as what differs in the cloud from the state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from hardway.report.events import read_events
from hardway.report.model import StackPreview


def read_drift(stack: str, lines: Iterable[str]) -> StackPreview:
    """What `pulumi refresh --preview-only` says."""
    return read_events(stack, _as_in_a_preview(lines), refreshed=True)


def _as_in_a_preview(lines: Iterable[str]) -> Iterator[str]:
    """Each step of a refresh begins as `refresh` and ends as what it found; in a preview it ends as `refresh`, too."""
    refreshed: set[str] = set()
    for line in lines:
        event = json.loads(line) if line.strip() else {}
        if (step := event.get("resourcePreEvent")) and step["metadata"]["op"] == "refresh":
            refreshed.add(step["metadata"]["urn"])
        if (step := event.get("resOutputsEvent")) and step["metadata"]["urn"] in refreshed:
            step["metadata"]["op"] = "refresh"
            line = json.dumps(event)
        yield line
