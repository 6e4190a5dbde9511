"""Import rules that the contracts in .importlinter cannot see: folders that are no packages, and the tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", ".git", "node_modules"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            if not SKIPPED & set(path.relative_to(REPOSITORY).parts):
                yield path


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def offenders(paths: Iterator[Path], *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)} imports {name}"
        for path in paths
        for name in sorted(imported(path))
        if any(name == module or name.startswith((module + ".", module + "_")) for module in forbidden)
    ]


def test_plain_python_imports_no_pulumi() -> None:
    assert offenders(sources("hardway"), "pulumi") == []


def test_rules_import_neither_the_sdk_nor_what_they_judge() -> None:
    """They judge what the engine is about to do; the pack starts with every preview and must start fast."""
    paths = (path for path in sources("policy") if path.name != "server.py")
    assert offenders(paths, "pulumi", "components", "stacks") == []
    assert offenders(sources("policy"), "components", "stacks", "tests") == []


def test_what_the_pack_judges_knows_nothing_of_it() -> None:
    product = [*sources("hardway", "components", "stacks"), REPOSITORY / "__main__.py"]
    assert offenders(iter(product), "policy") == []


def test_components_import_no_stack_program() -> None:
    assert offenders(sources("components"), "stacks") == []


def test_product_code_knows_no_sandbox() -> None:
    product = [*sources("hardway", "components", "stacks", "policy"), REPOSITORY / "__main__.py"]
    assert offenders((path for path in product if path.exists()), "sandbox") == []


def test_the_region_knows_no_product_code() -> None:
    """It is a region: it sees API calls, never what they are for."""
    assert offenders(sources("sandbox"), "hardway", "components", "stacks") == []


def test_unit_tests_of_product_code_need_no_region() -> None:
    tests = (path for path in sources("tests/unit", "tests/golden") if "sandbox" not in path.parts)
    assert offenders(tests, "sandbox") == []


@pytest.mark.parametrize("package", ["hardway", "components", "policy"])
def test_no_module_is_named_for_what_it_is_not(package: str) -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py"}
    assert [path for path in sources(package) if path.name in vague] == []


def test_each_component_has_its_test() -> None:
    wanted = [
        f"tests/unit/{path.relative_to(REPOSITORY).parent}/test_{path.name}"
        for path in sources("components")
        if not path.name.startswith("__")
    ]
    assert [name for name in wanted if not (REPOSITORY / name).exists()] == []
