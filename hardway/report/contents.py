"""What differs inside of values: the files of user data and bundles, documents and long texts, as unified diffs.

User data names a machine's bundle by its hash. The bundle itself is an object in the bucket, and every computer that
previews keeps the bundles that it renders in its cache, also by hash: see `hardway.report.bundles`. So reports need
nothing in Pulumi's state, which is written anew after each step of an update, and nothing that could go stale.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from hardway.machine.file import File
from hardway.report.model import Edit, FileChange, PropertyChange, ResourceChange, StackPreview
from hardway.report.user_data_files import user_data_files
from hardway.report.values import FileReference, Special, Value, plain, redacted

_BUNDLE_KEY: Final = re.compile(r"bundles/([0-9a-f]{64})\.tar\Z")
_BUNDLE_HASH: Final = re.compile(r"^HW_BUNDLE_SHA256=([0-9a-f]{64})$", re.MULTILINE)
_INLINE: Final = 60
"""Structures that are longer than this as one line of JSON are compared line by line."""
_LONGEST: Final = 20_000
"""Lines beyond which two texts are not compared: that would take minutes."""


class Bundles(Protocol):
    """Where the files of a bundle come from."""

    def files(self, sha256: str) -> Mapping[str, File] | None:
        """The files by path, None if the bundle cannot be had here."""

    def why(self, sha256: str) -> str:
        """Why a bundle cannot be had."""


def with_contents(stack: StackPreview, bundles: Bundles) -> StackPreview:
    """The preview with the differences inside of each changed value."""

    def looked_into(changes: Sequence[ResourceChange]) -> tuple[ResourceChange, ...]:
        return tuple(
            replace(change, properties=tuple(look_into(each, bundles) for each in _without_copies(change)))
            for change in changes
        )

    return replace(stack, changes=looked_into(stack.changes), drift=looked_into(stack.drift))


def _without_copies(change: ResourceChange) -> Sequence[PropertyChange]:
    """The changed properties but those that repeat the hash in a bundle's key."""
    hashes = [_bundle_in_key(each.old) for each in change.properties if each.path == "key"]
    return [each for each in change.properties if _hash_of(each.old) is None or _hash_of(each.old) not in hashes]


def _hash_of(value: Value) -> str | None:
    return value.sha256 if isinstance(value, FileReference) else value if isinstance(value, str) else None


def look_into(change: PropertyChange, bundles: Bundles) -> PropertyChange:
    """The same change with what differs inside of its value, if there is anything to look into."""
    old, new = change.old, change.new
    if isinstance(old, str) or isinstance(new, str):
        keys = _bundle_in_key(old), _bundle_in_key(new)
        if any(keys):
            files, note = _bundle_changes(*keys, bundles)
            return replace(change, files=files, note=note)
        return _texts(change, bundles)
    if any(isinstance(side, Mapping | list) for side in (old, new)) and change.edit is Edit.CHANGE:
        before, after = _lines_of(old), _lines_of(new)
        if max(len(" ".join(before)), len(" ".join(after))) > _INLINE and not isinstance(new, Special):
            return replace(change, files=(_file(change.path, "\n".join(before), "\n".join(after)),))
    return change


def compare(old: Mapping[str, File], new: Mapping[str, File]) -> tuple[FileChange, ...]:
    """Every file that is not the same in both, by path."""
    found = []
    for path in sorted(old.keys() | new.keys()):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        change = _file(path, before.content if before else None, after.content if after else None)
        if before and after and before.mode != after.mode:
            change = replace(change, mode=(f"{before.mode:04o}", f"{after.mode:04o}"))
        found.append(change)
    return tuple(found)


def _texts(change: PropertyChange, bundles: Bundles) -> PropertyChange:
    old, new = _text(change.old), _text(change.new)
    before, after = user_data_files(old), user_data_files(new)
    if before and after:
        return _user_data(change, before, after, bundles)
    if before or after:
        return replace(change, note="" if before else f"user data with {len(after or {})} files")
    if old is not None and new is not None and _document(old) == _document(new) is not None:
        return replace(change, note="only the form of the document differs")
    old, new = _indented(old), _indented(new)
    if change.new is Special.UNKNOWN or "\n" not in (old or "").strip() + (new or "").strip():
        return change
    return replace(change, files=(_file(change.path, old, new),))


def _user_data(
    change: PropertyChange, old: Mapping[str, File], new: Mapping[str, File], bundles: Bundles
) -> PropertyChange:
    before, after = _bundle_of(old), _bundle_of(new)
    if before is None or after is None or before == after:
        return replace(change, files=compare(old, new))
    inside, note = _bundle_changes(before, after, bundles)
    # That the bundle's hash is another one says nothing more than its files do.
    alike = {path: replace(file, content=file.content.replace(before, after)) for path, file in old.items()}
    return replace(change, files=compare(alike, new) + inside, note=note)


def _bundle_of(files: Mapping[str, File]) -> str | None:
    for file in files.values():
        if found := _BUNDLE_HASH.search(file.content):
            return found[1]
    return None


def _bundle_changes(old: str | None, new: str | None, bundles: Bundles) -> tuple[tuple[FileChange, ...], str]:
    """The files that differ between two bundles, and what has to be said about them."""
    sides = [bundles.files(each) if each else None for each in (old, new)]
    missing = [
        f"the files of the {name} bundle {sha256[:12]} cannot be shown: {bundles.why(sha256)}"
        for name, sha256, files in (("old", old, sides[0]), ("new", new, sides[1]))
        if sha256 and files is None
    ]
    if missing:
        return (), "; ".join(missing)
    before, after = sides
    if before is not None and after is not None:
        found = compare(_masked(before), _masked(after))
        if not found:
            return (), "the bundles differ in what is masked here, or in the order of their files"
        verb = "differs" if len(found) == 1 else "differ"
        return found, f"{len(found)} of {len(before.keys() | after.keys())} files in the bundle {verb}"
    return (), f"a bundle with {len(before or after or {})} files"


def _file(path: str, old: str | None, new: str | None) -> FileChange:
    edit = Edit.ADD if old is None else Edit.REMOVE if new is None else Edit.CHANGE
    before, after = (old or "").splitlines(), (new or "").splitlines()
    if len(before) + len(after) > _LONGEST:
        lines: list[str] = [f"@@ {len(before)} lines before, {len(after)} after: too long to be compared @@"]
    else:
        lines = list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]
    if not lines and old != new and edit is Edit.CHANGE:
        lines = ["@@ only the end of the last line differs @@"]
    return FileChange(path=path, edit=edit, lines=tuple(lines))


def _masked(files: Mapping[str, File]) -> dict[str, File]:
    return {path: replace(file, content=redacted(file.content)) for path, file in files.items()}


def _bundle_in_key(value: Value) -> str | None:
    found = _BUNDLE_KEY.search(value) if isinstance(value, str) else None
    return found[1] if found else None


def _text(value: Value) -> str | None:
    """The value as a readable text; launch templates hold user data in base64."""
    if not isinstance(value, str):
        return None
    if len(value) > _INLINE and re.fullmatch(r"[A-Za-z0-9+/]+=*", value):
        try:
            return redacted(base64.b64decode(value, validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            return value
    return value


def _document(text: str | None) -> Any:
    if text is None or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _indented(text: str | None) -> str | None:
    document = _document(text)
    return text if document is None else json.dumps(document, indent=2, ensure_ascii=False)


def _lines_of(value: Value) -> list[str]:
    if value is Special.ABSENT:
        return []
    if isinstance(value, Special | FileReference):
        return [str(plain(value))]
    return json.dumps(plain(value), indent=2, sort_keys=True, ensure_ascii=False).splitlines()
