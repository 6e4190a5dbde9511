"""The files inside of a machine's user data, as `hardway.machine.user_data` puts them there."""

from __future__ import annotations

import re
from typing import Final

import yaml

from hardway.machine.file import File

_PUT: Final = re.compile(
    r"^put (?P<mode>[0-7]{4}) (?P<path>/\S+) <<'(?P<end>\w+)'\n(?P<content>.*?)^(?P=end)\n", re.MULTILINE | re.DOTALL
)
_REST: Final = "cloud-config"


def user_data_files(text: str | None) -> dict[str, File] | None:
    """Each file that the user data writes, and what is around them as `cloud-config`; None if it is no user data."""
    if text is None or not text.startswith("#cloud-config\n"):
        return None
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    if not isinstance(document, dict):
        return None
    files: dict[str, File] = {}

    def take(found: re.Match[str]) -> str:
        files[found["path"]] = File(found["content"], int(found["mode"], 8))
        return f"put {found['mode']} {found['path']}\n"

    commands = document.get("bootcmd")
    rest = [_PUT.sub(take, each) if isinstance(each, str) else each for each in commands or []]
    others = {name: value for name, value in document.items() if name != "bootcmd"}
    scripts = "".join(each if isinstance(each, str) else f"{each}\n" for each in rest)
    return {**files, _REST: File(scripts + (yaml.safe_dump(others, sort_keys=True) if others else ""))}
