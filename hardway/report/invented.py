"""Invented values: ids, times and keys that a throw-away region made up, told by the name of what they belong to.

A preview against such a region would otherwise show `subnet-0f1e…`, which exists nowhere and is another one each time.
Named `<Subnet network-private-a>` it says more, and the same inputs give the same report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

# As texts stand in JSON: a PEM's line ends are escaped.
_INVENTED: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]+-----[^\"]*?-----END [A-Z0-9 ]+-----(?:\\n)?"
    r"|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?:[a-z]+-)?[0-9a-f]{16,}\b"  # most of EC2's ids, load balancers, hashes
    r"|\b[a-z]+-[0-9a-f]{8}\b"
    r"|\b\d{30,}\b"  # serial numbers of certificates
    r"|\bA[A-Z]{3}[A-Z0-9]{13,}\b"  # ids of roles and instance profiles
    r"|\bZ[A-Z0-9]{12,}\b"  # zones
    r"|(?<=-)[A-Za-z0-9]{6}(?=\")"  # the end of a secret's ARN
)


def invented_values(resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What stands for each invented value, from the resources of a state in its order, which is that of creation.

    A value is invented if a resource has it in its outputs, nothing before it had it, and its own inputs have not: what the
    program says or an earlier resource invented is told as that.
    """
    names: dict[str, str] = {}
    said: set[str] = set()
    for resource in resources:
        if not resource.get("custom"):
            continue
        kind = str(resource["type"]).rsplit(":", 1)[-1]
        name = str(resource["urn"]).rsplit("::", 1)[-1]
        for _, text in _texts(resource.get("inputs") or {}):
            said.update(found for found in _found(text) if found not in names)
        outputs = [("", str(resource.get("id") or "")), *_texts(resource.get("outputs") or {})]
        for path, text in outputs:
            for found in _found(text):
                if found not in said:
                    label = f"{kind} {name}" + (f" {path}" if path not in ("", "id", "arn") else "")
                    names.setdefault(found, f"<{label}>")
    return names


def without_inventions(line: str, names: Mapping[str, str]) -> str:
    """A line of an event log, or any JSON, with every invented value told by its name."""
    return _INVENTED.sub(lambda found: names.get(found[0], found[0]), line)


def _found(text: str) -> list[str]:
    escaped = text.replace("\n", "\\n") + '"'
    return [match[0] for match in _INVENTED.finditer(escaped)]


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with the names that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key in sorted(value):
            if not key.startswith("__"):
                yield from _texts(value[key], f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, path)
