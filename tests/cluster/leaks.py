"""Finds secrets where none may be, in the forms in which they get there: as they are, in base64, in hexadecimal."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

# https://github.com/pulumi/pulumi/blob/v3.255.0/sdk/go/common/resource/sig/sig.go: marks a secret in a state.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_PEM = re.compile(r"-----BEGIN (?:EC|RSA) PRIVATE KEY-----\n(.+?)-----END", re.DOTALL)
_KUBECONFIG = re.compile(r"client-key-data: (\S+)")
_SAME_KEY_AGAIN = (".privateKeyOpenssh", ".privateKeyPemPkcs8")


class Detector:
    """Knows secrets by name, and in a text finds which of them it tells."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.names = sorted(secrets)
        self._needles = {needle: name for name, value in secrets.items() for needle in forms(value)}

    def find(self, content: bytes) -> set[str]:
        """Names of the secrets in a content, whether packed by gzip or broken into lines."""
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        whole = content.replace(b"\\n", b"").translate(None, b"\r\n \t\\")
        return {name for needle, name in self._needles.items() if needle in content or needle in whole}

    def search(self, places: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
        """Place by place the names of the secrets in it, for the places that have any."""
        return {place: found for place, content in places if (found := self.find(content))}


def forms(secret: str) -> set[bytes]:
    """What of a secret is looked for; each is too long to be found by chance."""
    keys = _PEM.findall(secret)
    for packed in _KUBECONFIG.findall(secret):
        keys += _PEM.findall(base64.b64decode(packed).decode())
    if not keys:
        text = secret.encode()
        # Long ones are packed files, whose beginning is a header: the middle tells.
        return _in_all_forms(text[len(text) // 2 :][:60] if len(text) > 200 else text)
    found: set[bytes] = set()
    for key in keys:
        der, line = base64.b64decode(key), key.replace("\n", "").encode()
        # Of an elliptic key its number, without the point, which is public; of an RSA key a part of a prime. All in
        # the first lines or the middle of a PEM, and in the middle of what wraps the key in another format.
        start, end = (8, 38) if len(der) < 400 else (624, 670)
        found |= {*_in_all_forms(der[start:end]), *in_base64(line[start * 4 // 3 + 2 : end * 4 // 3])}
    return found


def _in_all_forms(content: bytes) -> set[bytes]:
    return {content, content.hex().encode(), *in_base64(content)}


def in_base64(content: bytes) -> set[bytes]:
    """What is in the base64 of any text that holds the content, wherever in it that begins."""
    parts = [content[start:][: (len(content) - start) // 3 * 3] for start in range(3)]
    return {base64.b64encode(part) for part in parts}


def secrets_of_state(exported: str) -> dict[str, str]:
    """Every secret text of `pulumi stack export --show-secrets`, by resource and property."""
    found: dict[str, str] = {}
    for resource in json.loads(exported)["deployment"].get("resources", ()):
        name = resource["urn"].rpartition("::")[2]
        for path, value in _secrets(resource.get("outputs", {}), ""):
            if isinstance(value, str) and len(value) >= 16 and not path.endswith(_SAME_KEY_AGAIN):
                found[f"{resource['type']} {name}{path}"] = value
    return found


def _secrets(node: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        if _SIGNATURE in node and "plaintext" in node:
            yield path, json.loads(node["plaintext"])
        else:
            for key, value in node.items():
                yield from _secrets(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from _secrets(value, path)


def files(root: Path, skipped: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder but those in the skipped folders or of the skipped names right below it."""
    left_out = set(skipped)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.relative_to(root).parts[0] not in left_out:
            yield str(path), path.read_bytes()


def processes() -> Iterator[tuple[str, bytes]]:
    """Command line and environment of every process of this computer, those on the machines included."""
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                yield str(process / name), (process / name).read_bytes()
            except OSError:
                continue  # it has ended
