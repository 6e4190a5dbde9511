"""What the documentation and the messages tell people to type exists, and generated pages are current."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardway.cli import reference

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = ("hardway", "components", "stacks", "sandbox", ".ci")
COMMANDS = reference.command_tree()
GROUPS = {name.split()[0] for name in COMMANDS if " " in name}
PLACEHOLDERS = re.compile(r"^(ENV|MACHINE|NODE|IMAGE|KEY|\{.*|<.*|…|\[.*)$")


def pages() -> list[Path]:
    return [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").rglob("*.md"))]


def documented() -> Iterator[tuple[str, str]]:
    """Each `./hw …` in code of a page, as (where, command line)."""
    for page in pages():
        for number, line in enumerate(page.read_text().splitlines(), 1):
            if line.startswith("Usage: "):
                continue
            for found in re.finditer(r"\./hw ([^`)\n]*)", line):
                yield f"{page.relative_to(REPOSITORY)}:{number}", found[1]


def said_by_code() -> Iterator[tuple[str, str]]:
    """Each `./hw command` that code or a stack file tells people to type."""
    found_in = (path for name in SOURCES for path in (REPOSITORY / name).rglob("*") if path.is_file())
    for path in [REPOSITORY / "hw", *found_in]:
        if path.suffix in (".py", ".yaml", ".sh", ".j2", "") and "__pycache__" not in path.parts:
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                for found in re.finditer(r"\./hw ([a-z]+(?: [a-z]+)?)", line):
                    yield f"{path.relative_to(REPOSITORY)}:{number}", found[1]


def fault(line: str) -> str | None:
    """Why a command line cannot be typed, or None."""
    words = shlex.split(line.split("#")[0].split(" | ")[0], posix=False)
    name = " ".join(words[: 2 if words[0] in GROUPS and len(words) > 1 else 1])
    if words[0] in GROUPS and (len(words) == 1 or PLACEHOLDERS.match(words[1])):
        return None
    if name not in COMMANDS:
        return f"there is no ./hw {name}"
    given = words[: words.index("--")] if "--" in words else words
    options = [word.split("=")[0].rstrip(".,;") for word in given if word.startswith("--")]
    unknown = [option for option in options if option not in COMMANDS[name]]
    return f"./hw {name} takes no {' '.join(unknown)}" if unknown else None


def test_every_command_in_the_docs_exists() -> None:
    lines = list(documented())
    assert len(lines) > 30
    assert [f"{where}: {reason}" for where, line in lines if (reason := fault(line))] == []


def test_every_command_that_code_suggests_exists() -> None:
    known = {*COMMANDS, *GROUPS}
    lines = list(said_by_code())
    assert len(lines) > 10
    wrong = [
        f"{where}: ./hw {line}"
        for where, line in lines
        if line not in COMMANDS and ((line.split()[0] in GROUPS and " " in line) or line.split()[0] not in known)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_generated_pages_are_current(name: str) -> None:
    page = reference.DIRECTORY / name
    assert page.read_text() == reference.pages()[name], "run python -m hardway.cli.reference"


def named_files() -> Iterator[tuple[str, Path]]:
    """Each file, folder or module of this repository that a page names, as (where, path); no patterns such as <env>."""
    top = "|".join(path.name for path in REPOSITORY.iterdir() if path.is_dir() and path.name[0] != ".")
    for page in pages():
        text, where = page.read_text(), str(page.relative_to(REPOSITORY))
        for name in re.findall(rf"(?<![\w./-])(?:{top})/[\w./<>{{}}*-]*", text):
            # hardway/prod/… is the name of a secret.
            if not re.search(r"[<{*]|\bENV\b|^hardway/prod/", name):
                yield where, REPOSITORY / name.rstrip(".")
        for module in re.findall(r"python -m ((?:\w+\.)*\w+)", text):
            path = REPOSITORY / module.replace(".", "/")
            yield where, path if path.is_dir() else path.with_suffix(".py")


def test_files_and_modules_that_pages_name_exist() -> None:
    named = list(named_files())
    assert len(named) > 50
    assert [f"{where}: {path.relative_to(REPOSITORY)}" for where, path in named if not path.exists()] == []


def test_units_whose_journal_pages_ask_for_are_on_machines() -> None:
    templates = REPOSITORY / "hardway" / "machine" / "templates"
    units = {path.name.split(".")[0] for path in templates.glob("*/etc/systemd/system/*.service*")}
    asked = {words[2] for _, line in documented() if (words := line.split())[0] == "logs" and len(words) > 2}
    assert len(asked) > 5
    assert {name for name in asked if not name.startswith("-")} <= units


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(REPOSITORY)}: {target}"
        for page in pages()
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("up sandbox --yes", None),
        ("sandbox reset", None),
        ("kubectl sandbox -- get pods --all-namespaces", None),
        ("fly sandbox", "there is no ./hw fly"),
        ("sandbox fly", "there is no ./hw sandbox fly"),
        ("up sandbox --fast", "./hw up takes no --fast"),
    ],
)
def test_the_check_itself_finds_faults(line: str, expected: str | None) -> None:
    assert fault(line) == expected
