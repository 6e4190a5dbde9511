"""Names in a stack file are identities: what goes is what was named, and no order matters."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.engine.repository import Repository, copy_repository

STACK_FILE = "stacks/Pulumi.prod.yaml"
MIDDLE_POOL = "storage"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One copy for all tests here; each begins with it as it was committed."""
    folder = tmp_path_factory.mktemp("identity")
    return copy_repository(folder / "repository", folder)


@pytest.fixture(autouse=True)
def _as_committed(repository: Repository) -> None:
    repository.restore()


def rewrite(repository: Repository, document: Any) -> None:
    (repository.folder / STACK_FILE).write_text(yaml.safe_dump(document, sort_keys=False))


def changes(repository: Repository) -> list[tuple[str, str]]:
    """Operation and name of everything that changes in any stack of the environment."""
    report = repository.report("preview", "prod", "--base", "HEAD", "--no-policy")
    assert all(stack["succeeded"] for stack in report["stacks"])
    return [(change["operation"], change["name"]) for stack in report["stacks"] for change in stack["changes"]]


def backwards(value: Any) -> Any:
    """The value with the keys of every mapping in the opposite order; lists mean what their order says and stay."""
    if isinstance(value, dict):
        return {key: backwards(inner) for key, inner in reversed(value.items())}
    return [backwards(inner) for inner in value] if isinstance(value, list) else value


def test_only_the_pool_that_was_taken_out_goes(repository: Repository) -> None:
    document = yaml.safe_load((repository.folder / STACK_FILE).read_text())
    pools = document["config"]["hardway:pools"]
    assert list(pools).index(MIDDLE_POOL) not in (0, len(pools) - 1)
    del pools[MIDDLE_POOL]
    rewrite(repository, document)
    found = changes(repository)
    of_the_pool = {operation for operation, name in found if MIDDLE_POOL in name}
    # Hooks are forgotten: they end with their group.
    assert of_the_pool == {"delete", "forget"}, found
    # What control planes may do to the pool's token and group goes with the pool; nothing else is touched.
    assert [one for one in found if MIDDLE_POOL not in one[1]] == [("update", "control-plane")]


def test_the_order_of_a_stack_file_means_nothing(repository: Repository) -> None:
    document = yaml.safe_load((repository.folder / STACK_FILE).read_text())
    turned = backwards(document)
    assert list(turned["config"]) != list(document["config"])
    rewrite(repository, turned)
    assert changes(repository) == []
