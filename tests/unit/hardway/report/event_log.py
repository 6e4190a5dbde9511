"""The engine's event log of one preview, made of single steps."""

from __future__ import annotations

import json
from typing import Any

from hardway.report.events import read_events
from hardway.report.model import StackPreview

URN = "urn:pulumi:s::p::aws:ebs/volume:Volume::disk"
SEALED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def state(inputs: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    base = {"type": "aws:ebs/volume:Volume", "urn": URN, "custom": True, "id": "vol-1", "inputs": inputs}
    return {**base, "outputs": inputs if outputs is None else outputs, **more}


def step(operation: str, **more: Any) -> dict[str, Any]:
    metadata = {"op": operation, "urn": URN, "type": "aws:ebs/volume:Volume", "old": None, "new": None, **more}
    return {"resourcePreEvent": {"metadata": metadata, "planning": True}}


def read(*events: dict[str, Any], refreshed: bool = False) -> StackPreview:
    summary = {"summaryEvent": {"resourceChanges": {}, "PolicyPacks": {}, "result": "succeeded"}}
    return read_events("s", [json.dumps(event) for event in (*events, summary)], refreshed=refreshed)


def diff(kind: str = "update", *, of_inputs: bool = True) -> dict[str, Any]:
    return {"diffKind": kind, "inputDiff": of_inputs}
