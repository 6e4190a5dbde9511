"""The bare functions on the command line: what goes where, and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts import __main__ as program
from hardway.artifacts.cache import object_path
from hardway.artifacts.engine import Engine
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import load_lock
from hardway.artifacts.progress import Progress

Calls = list[tuple[Any, ...]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What `fetch` and `write_lock` were asked for."""
    made: Calls = []

    def record(name: str) -> Callable[..., None]:
        return lambda *arguments: made.append((name, *arguments[:-1]))

    monkeypatch.setattr(program, "fetch", record("fetch"))
    monkeypatch.setattr(program, "write_lock", record("lock"))
    return made


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        (["fetch", "dev"], ("fetch", "dev", None)),
        (["fetch", "dev", "runc", "etcd"], ("fetch", "dev", ["runc", "etcd"])),
        (["lock", "dev"], ("lock", "dev", "built")),
        (["lock", "dev", "--source", "upstream"], ("lock", "dev", "upstream")),
    ],
)
def test_a_verb_is_its_function(arguments: list[str], call: tuple[Any, ...], calls: Calls) -> None:
    assert program.main(arguments) == 0
    assert calls == [call]


def test_the_list_says_what_is_in_the_cache(capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = load_lock("sandbox").artifacts
    path = object_path(first)
    path.parent.mkdir(parents=True)
    with path.open("wb") as sparse:
        sparse.truncate(first.size_bytes)
    assert program.main(["list", "sandbox"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == [first.name, first.version, str(first.size_bytes), "cached", first.sha256]
    assert [(line[0], line[3]) for line in lines[1:]] == [(one.name, "missing") for one in others]


def test_the_engines_path_alone_is_printed_and_progress_goes_beside_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find(progress: Progress) -> Engine:
        progress("pulumi", "build", 90.4)
        progress("pulumi", "done", 0)
        return Engine(Path("/cache/pulumi"), official=False)

    monkeypatch.setattr(program, "find_engine", find)
    assert program.main(["engine"]) == 0
    said = capsys.readouterr()
    assert said.out == "/cache/pulumi\n"
    assert said.err == "pulumi: build (about 90 s)\npulumi: done\n"


def test_a_failure_is_one_paragraph_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise ArtifactError("dev.json: runc is another one. Mend it.")

    monkeypatch.setattr(program, "fetch", refuse)
    assert program.main(["fetch", "dev"]) == 1
    assert capsys.readouterr().err == "dev.json: runc is another one. Mend it.\n"


def test_what_makes_no_sense_is_exit_code_2() -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["lock", "dev", "--source", "guessed"])
    assert ended.value.code == 2
