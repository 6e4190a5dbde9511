"""The JSON Schema of stack files, so that an editor checks them: `python -m hardway.config.schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from hardway.config.environment import Environment
from hardway.config.management import Management
from hardway.config.secrets import SECRET_KEYS
from hardway.config.services import Services

PATH = Path(__file__).parents[2] / "stacks" / "schema.json"
DERIVED = ("name", "region")


def stack_schema() -> dict[str, Any]:
    """Schema of stacks/Pulumi.<stack>.yaml: the keys of each kind, told apart by hardway:kind."""
    definitions: dict[str, Any] = {}
    branches = []
    for model in (Management, Environment, Services):
        schema = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        properties = {f"hardway:{key}": value for key, value in schema["properties"].items() if key not in DERIVED}
        required = [f"hardway:{key}" for key in schema["required"] if key not in DERIVED]
        properties["hardway:kind"].pop("default", None)
        if "region" in schema["properties"]:
            properties["aws:region"] = {"type": "string"}
            required.append("aws:region")
        if model is Environment:
            for key, purpose in SECRET_KEYS.items():
                properties[f"hardway:{key}"] = {
                    "description": purpose,
                    "type": "object",
                    "properties": {"secure": {"type": "string"}},
                    "required": ["secure"],
                    "additionalProperties": False,
                }
        branches.append(
            {
                "properties": properties,
                "required": sorted({*required, "hardway:kind"}),
                "additionalProperties": False,
            }
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hardway stack file",
        "type": "object",
        "properties": {
            "config": {"oneOf": branches},
            "secretsprovider": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "encryptionsalt": {"type": "string"},
        },
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def render() -> str:
    """The schema as it is kept in stacks/schema.json."""
    return json.dumps(stack_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(render())
