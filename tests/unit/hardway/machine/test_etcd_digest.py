"""The program that says what an etcd holds, with a stand-in for etcdctl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hardway.machine.template import TEMPLATES

PROGRAM = TEMPLATES / "etcd/usr/lib/hardway/etcd-digest"
ETCDCTL = '''#!/usr/bin/python3
"""Serves pages of the keys in the file `keys`, as etcdctl prints them."""
import base64, json, pathlib, sys

root = pathlib.Path(__file__).parent
options = dict(one[2:].split("=", 1) for one in sys.argv[1:] if one.startswith("--") and "=" in one)
start = sys.argv[sys.argv.index("get") + 1]
if options["rev"] == "404":
    sys.exit("etcdserver: mvcc: required revision has been compacted")
with open(root / "pages", "a") as pages:
    print(start, file=pages)
text = lambda value: base64.b64encode(value.encode()).decode()
found = [one for one in json.loads((root / "keys").read_text()) if one[0] >= start]
limit = int(options["limit"])
numbers = {"create_revision": 1, "version": 1}
kvs = [{"key": text(key), "value": text(value), "mod_revision": at, **numbers} for key, value, at in found[:limit]]
print(json.dumps({"header": {}, "kvs": kvs, "count": len(found), **({"more": True} if len(found) > limit else {})}))
'''
KEYS = [
    ["/registry/apiregistration.k8s.io/apiservices/v1.", "a", 2],
    ["/registry/configmaps/default/one", "b", 3],
    ["/registry/configmaps/default/two", "c", 4],
    ["/registry/example.net/things/default/one", "d", 5],
    ["/registry/masterleases/10.0.0.1", "e", 6],
    ["compact_rev_key", "f", 7],
]


@pytest.fixture
def digest(tmp_path: Path) -> Any:
    (tmp_path / "etcdctl").write_text(ETCDCTL)
    (tmp_path / "etcdctl").chmod(0o755)

    def run(keys: list[list[Any]], page: int = 250, revision: int = 9) -> Any:
        (tmp_path / "keys").write_text(json.dumps(sorted(keys)))
        text = PROGRAM.read_text().replace("/opt/hardway/bin", str(tmp_path)).replace("PAGE = 250", f"PAGE = {page}")
        command = ["python3", "-B", "-c", text, "http://127.0.0.1:2379", str(revision)]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr

    return run


def test_keys_are_counted_by_kind_and_what_no_restore_can_have_is_left_out(digest: Any) -> None:
    assert {kind: one["count"] for kind, one in digest(KEYS).items()} == {
        "/registry/apiregistration.k8s.io/apiservices": 1,
        "/registry/configmaps": 2,
        "/registry/example.net/things": 1,
        "compact_rev_key": 1,
    }


@pytest.mark.parametrize("page", [1, 2, 5, 6, 7])
def test_pages_change_nothing(digest: Any, page: int) -> None:
    assert digest(KEYS, page=page) == digest(KEYS)


def test_nothing_at_all_has_a_digest(digest: Any) -> None:
    assert digest([]) == {}


@pytest.mark.parametrize(
    "changed", [["/registry/configmaps/default/onf", "b", 3], [KEYS[1][0], "B", 3], [KEYS[1][0], "b", 8]]
)
def test_another_key_value_or_revision_is_another_hash(digest: Any, changed: list[Any]) -> None:
    before, after = digest(KEYS), digest([changed, *KEYS[:1], *KEYS[2:]])
    assert before.keys() == after.keys()
    assert [kind for kind in before if before[kind] != after[kind]] == ["/registry/configmaps"]


def test_bytes_that_move_from_a_value_into_the_next_key_are_seen(digest: Any) -> None:
    first = digest([["/registry/a/x", "1", 1], ["/registry/a/y", "2", 1]])
    assert first != digest([["/registry/a/x", "12", 1], ["/registry/a/y", "", 1]])


def test_a_revision_that_is_gone_is_a_failure_of_one_line(digest: Any) -> None:
    said = digest(KEYS, revision=404).splitlines()
    assert said[-1] == "etcd-digest: http://127.0.0.1:2379 cannot be read at revision 404"
