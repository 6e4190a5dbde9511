"""The stand-ins are where the engine looks for plugins."""

from __future__ import annotations

import os
import re
from importlib import metadata
from pathlib import Path

from sandbox.plugins.install import BIN, DISTRIBUTIONS, install


def test_each_plugin_is_there_once_in_the_version_of_its_package(tmp_path: Path) -> None:
    old = tmp_path / "plugins/resource-aws-v7.0.0"
    old.mkdir(parents=True)
    (old / "pulumi-resource-aws").symlink_to(BIN / "pulumi-resource-aws")

    install(tmp_path)
    install(tmp_path)
    found = sorted(path.name for path in (tmp_path / "plugins").iterdir())
    assert found == sorted(f"{plugin}-v{metadata.version(name)}" for plugin, name in DISTRIBUTIONS.items())
    for folder in (tmp_path / "plugins").iterdir():
        (plugin,) = folder.iterdir()
        assert re.match(re.escape(plugin.name.removeprefix("pulumi-")) + "-v", folder.name)
        assert os.access(plugin, os.X_OK)


def test_the_engine_finds_no_folder_for_a_log_of_everything(tmp_path: Path) -> None:
    install(tmp_path)
    install(tmp_path)
    assert (tmp_path / "logs").is_file()
