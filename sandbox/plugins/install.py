"""Puts the stand-ins where the engine looks for plugins: its own plugin folder, so that PATH stays untouched."""

import re
from importlib import metadata
from pathlib import Path

BIN = Path(__file__).resolve().parent / "bin"
#: The distribution whose version a stand-in has, so that it is what the program asks for.
DISTRIBUTIONS = {
    "language-python": "pulumi",
    "resource-aws": "pulumi-aws",
    "resource-command": "pulumi-command",
    "resource-kubernetes": "pulumi-kubernetes",
    "resource-pulumi-python": "pulumi",
    "resource-random": "pulumi-random",
    "resource-tls": "pulumi-tls",
}


def install(pulumi_home: Path) -> None:
    """The engine that has this `PULUMI_HOME` uses the stand-ins; those of other versions are gone."""
    for plugin, distribution in DISTRIBUTIONS.items():
        name = f"pulumi-{plugin}"
        folder = pulumi_home / "plugins" / f"{plugin}-v{metadata.version(distribution)}"
        for other in folder.parent.glob(f"{plugin}-v*"):
            if other != folder and re.fullmatch(re.escape(plugin) + r"-v\d[\w.]*", other.name):
                (other / name).unlink(missing_ok=True)
                other.rmdir()
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(BIN / name)
    # There the engine writes whatever it does into a compressed log, at its most detailed level, and cannot be told not
    # to: a quarter of its CPU time. With a file in the folder's place it goes without; -v still logs.
    if not (logs := pulumi_home / "logs").exists():
        logs.touch()
