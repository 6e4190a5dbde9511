from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from hardway.machine.file import File
from hardway.report.contents import compare, look_into, with_contents
from hardway.report.model import Edit, Operation, PropertyChange, ResourceChange, StackPreview
from hardway.report.values import FileReference, Special
from tests.fixtures.events.reports import recorded

OLD, NEW = "a" * 64, "b" * 64
KEY = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"


class Kept:
    """Bundles by hash."""

    def __init__(self, **files: Mapping[str, File]) -> None:
        self._files = {"a" * 64: files.get("old"), "b" * 64: files.get("new")}

    def files(self, sha256: str) -> Mapping[str, File] | None:
        return self._files.get(sha256)

    def why(self, sha256: str) -> str:
        return f"nobody has {sha256[:4]}"


BOTH = Kept(old={"/etc/a": File("one\ntwo\n")}, new={"/etc/a": File("one\n2\n")})


def changed(path: str, old: Any, new: Any) -> PropertyChange:
    edit = Edit.ADD if old is Special.ABSENT else Edit.REMOVE if new is Special.ABSENT else Edit.CHANGE
    return PropertyChange(path=path, edit=edit, old=old, new=new)


def user_data(digest: str, more: str = "") -> str:
    return (
        "#cloud-config\nbootcmd:\n- |\n  put 0644 /etc/hardway/identity.env <<'END'\n"
        f"  HW_BUNDLE_URL=https://s3/bundles/{digest}.tar\n  HW_BUNDLE_SHA256={digest}\n{more}  END\n"
    )


def test_files_are_compared_by_content_and_mode() -> None:
    old = {"/same": File("x"), "/gone": File("y\n"), "/mode": File("z", 0o644), "/text": File("1\n2\n3\n")}
    new = {"/same": File("x"), "/new": File("w\n"), "/mode": File("z", 0o755), "/text": File("1\n2!\n3\n")}
    found = {each.path: each for each in compare(old, new)}
    assert {path: each.edit for path, each in found.items()} == {
        "/gone": Edit.REMOVE,
        "/mode": Edit.CHANGE,
        "/new": Edit.ADD,
        "/text": Edit.CHANGE,
    }
    assert found["/mode"].mode == ("0644", "0755")
    assert found["/mode"].lines == ()
    assert found["/text"].lines == ("@@ -1,3 +1,3 @@", " 1", "-2", "+2!", " 3")
    assert found["/new"].lines[-1] == "+w"


def test_only_the_end_of_a_file_may_differ() -> None:
    assert compare({"/a": File("x")}, {"/a": File("x\n")})[0].lines == ("@@ only the end of the last line differs @@",)


def test_a_bundle_in_a_key_is_told_by_its_files() -> None:
    change = look_into(changed("key", f"bundles/{OLD}.tar", f"bundles/{NEW}.tar"), BOTH)
    assert [each.path for each in change.files] == ["/etc/a"]
    assert change.note == "1 of 1 files in the bundle differs"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "base64"])
def test_a_bundle_in_user_data_is_told_by_its_files_and_not_by_its_hash(packed: bool) -> None:
    texts = [user_data(OLD), user_data(NEW)]
    if packed:
        texts = [base64.b64encode(text.encode()).decode() for text in texts]
    change = look_into(changed("userData", *texts), BOTH)
    assert [each.path for each in change.files] == ["/etc/a"]
    assert NEW not in repr(change.files)


def test_another_line_of_user_data_is_told_beside_the_bundle() -> None:
    change = look_into(changed("userData", user_data(OLD), user_data(NEW, "  HW_NAME=x\n")), BOTH)
    assert [each.path for each in change.files] == ["/etc/hardway/identity.env", "/etc/a"]
    assert [line for line in change.files[0].lines if line[0] in "+-"] == ["+HW_NAME=x"]


def test_a_bundle_that_cannot_be_had_is_admitted() -> None:
    change = look_into(changed("key", f"bundles/{OLD}.tar", f"bundles/{NEW}.tar"), Kept(new={"/etc/a": File("x")}))
    assert change.files == ()
    assert change.note == "the files of the old bundle aaaaaaaaaaaa cannot be shown: nobody has aaaa"


def test_a_key_in_a_bundle_is_masked() -> None:
    kept = Kept(old={"/k": File(KEY.format("AAAA"))}, new={"/k": File(KEY.format("BBBB") + "more\n")})
    change = look_into(changed("key", f"bundles/{OLD}.tar", f"bundles/{NEW}.tar"), kept)
    assert [line for line in change.files[0].lines if line[0] in "+-"] == ["+more"]
    assert "AAAA" not in repr(change)


def test_a_difference_that_is_masked_altogether_is_said() -> None:
    kept = Kept(old={"/k": File(KEY.format("AAAA"))}, new={"/k": File(KEY.format("BBBB"))})
    change = look_into(changed("key", f"bundles/{OLD}.tar", f"bundles/{NEW}.tar"), kept)
    assert "masked" in change.note


def test_documents_are_compared_line_by_line() -> None:
    old, new = (json.dumps({"Statement": [{"Action": action, "Effect": "Allow"}]}) for action in ("s3:Get", "s3:*"))
    change = look_into(changed("policy", old, new), Kept())
    assert [line.strip('+- ",') for line in change.files[0].lines if line[0] in "+-"] == [
        'Action": "s3:Get',
        'Action": "s3:*',
    ]


def test_a_document_that_was_only_written_otherwise_says_so() -> None:
    change = look_into(changed("policy", '{"a": 1, "b": 2}', '{"b":2,"a":1}'), Kept())
    assert change.files == ()
    assert change.note == "only the form of the document differs"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("short", "texts"),
        (1, 2),
        (Special.SECRET, Special.SECRET),
        ("many\nlines\n", Special.UNKNOWN),
        ({"a": 1}, {"a": 2}),
        ("A" * 64, "B" * 64),
    ],
)
def test_what_fits_on_a_line_stays_on_one(old: Any, new: Any) -> None:
    assert look_into(changed("value", old, new), Kept()).files == ()


def test_structures_that_are_long_are_compared_line_by_line() -> None:
    old, new = ({"list": [{"name": f"entry {number}", "on": number == at} for number in range(9)]} for at in (3, 4))
    change = look_into(changed("value", old, new), Kept())
    assert sum(line[0] == "+" for line in change.files[0].lines) == 2


def test_texts_too_long_to_compare_are_counted() -> None:
    old, new = ("".join(f"{side} {line}\n" for line in range(11_000)) for side in ("old", "new"))
    assert look_into(changed("data", old, new), Kept()).files[0].lines == (
        "@@ 11000 lines before, 11000 after: too long to be compared @@",
    )


def test_the_same_hash_in_other_properties_is_not_repeated() -> None:
    properties = (
        changed("key", f"bundles/{OLD}.tar", f"bundles/{NEW}.tar"),
        changed("source", FileReference(OLD), FileReference(NEW)),
        changed("sourceHash", OLD, NEW),
        changed("tags", {"a": 1}, {"a": 2}),
    )
    change = ResourceChange(urn="u", type="t", name="n", operation=Operation.REPLACE, properties=properties)
    seen = with_contents(StackPreview(stack="s", succeeded=True, changes=(change,)), BOTH)
    assert [each.path for each in seen.changes[0].properties] == ["key", "tags"]


def test_a_real_preview_tells_what_differs_in_the_files_of_its_machines() -> None:
    changes = {
        (each.type.split(":")[-1], each.name): each for each in recorded("replace-one-control-plane").stacks[0].changes
    }
    expected = {
        "/etc/etcd/etcd.env": Edit.CHANGE,
        "/etc/hardway/new.conf": Edit.ADD,
        "/etc/hardway/old.conf": Edit.REMOVE,
        "/usr/lib/hardway/boot": Edit.CHANGE,
    }
    for resource in (("Instance", "control-plane-1"), ("LaunchTemplate", "general"), ("BucketObjectv2", "general")):
        (change,) = changes[resource].properties
        assert {each.path: each.edit for each in change.files} == expected
