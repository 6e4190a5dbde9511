"""Callers catch one error and no other."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import hardway.artifacts
from hardway.artifacts.errors import ArtifactError


def test_every_error_of_the_package_is_the_one_that_callers_catch() -> None:
    defined = [
        kind
        for module in pkgutil.iter_modules(hardway.artifacts.__path__, "hardway.artifacts.")
        if not module.name.endswith("__main__")
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == module.name
    ]
    assert len(defined) > 1
    assert [kind.__name__ for kind in defined if not issubclass(kind, ArtifactError)] == []
