from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.hardway.comment.forge_server import Server, serving


@pytest.fixture(params=["github", "gitea"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A forge of each kind."""
    with serving(request.param) as server:
        yield server
