"""Invented values: ids, times and keys that a throw-away region made up, told by the name of what they belong to.

A preview against such a region would otherwise show `subnet-0f1e…`, which exists nowhere and is another one each time.
Named `<Subnet network-private-a>` it says more, and the same inputs give the same report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_TIME: Final = r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"
# As texts stand in JSON, where line ends are escaped.
_INVENTED: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]+-----[^\"]*?-----END [A-Z0-9 ]+-----(?:\\n)?"
    rf"|{_TIME}"
    r"|:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}(?![A-Za-z0-9])"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b(?:[0-9a-f]{2}:){5,}[0-9a-f]{2}\b"  # hardware addresses, fingerprints
    r"|\bSHA256:[A-Za-z0-9+/]{43}|\bAAAA[A-Za-z0-9+/]{20,}=*"  # keys as SSH writes them
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\b[a-z]+-[0-9a-f]{8,}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}(?![A-Za-z0-9])"  # hashes, serial numbers, ids of roles and zones
)
_NEVER_INVENTED: Final = ("0.", "127.0.", "169.254.", "255.")
# The engine's mark of secrets and assets.
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"


def invented_values(resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What stands for each invented value, from the resources of a state in its order, which is that of creation.

    A value is invented if a resource has it in its outputs, and neither its own inputs nor a resource before it had it.
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
        outputs = [("id", str(resource.get("id") or "")), *_texts(resource.get("outputs") or {})]
        for path, text in outputs:
            for found in _found(text):
                if found not in said and not found.startswith(_NEVER_INVENTED):
                    names.setdefault(found, _name(found, kind, name, path))
    return names


def without_inventions(line: str, names: Mapping[str, str]) -> str:
    """A line of an event log, or any other JSON, with every invented value told by its name."""
    return _INVENTED.sub(lambda found: names.get(found[0], found[0]), line)


def _name(value: str, kind: str, name: str, path: str) -> str:
    if re.fullmatch(_TIME, value):
        # Several resources have the same second.
        return "<time>"
    label = f"<{kind} {name}>" if path in ("id", "arn") else f"<{kind} {name} {path}>"
    return f":secret:{label}" if value.startswith(":secret:") else label


def _found(text: str) -> list[str]:
    return [match[0] for match in _INVENTED.finditer(text.replace("\n", "\\n"))]


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with the names that lead to it; none of a secret or an asset."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping) and _SIGNATURE not in value:
        for key in sorted(value):
            if not key.startswith("__"):
                yield from _texts(value[key], f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, path)
