"""User data: who a machine is, where its bundle lies, and the short program that fetches it. No secret."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from hardway.machine.artifact_plan import Role
from hardway.machine.template import TEMPLATES

LIMIT_BYTES: Final = 16_384
"""More than this EC2 refuses."""

_FILES: Final = TEMPLATES / "user-data"


@dataclass(frozen=True, kw_only=True)
class UserData:
    """What one machine is told when it is made."""

    environment: str
    region: str
    role: Role
    name: str
    """The member's or the pool's name."""
    bundle_url: str
    bundle_sha256: str
    data_volume_id: str | None


def render_user_data(data: UserData) -> str:
    """A `#cloud-config` that writes the identity and starts the boot; the same on every boot of the machine.

    It does so in `bootcmd`, which runs in cloud-init's network stage: `runcmd` would come last of all,
    after host keys, package sources and much else that the boot does not need.
    """
    identity = {
        "HW_ENVIRONMENT": data.environment,
        "HW_REGION": data.region,
        "HW_ROLE": data.role,
        "HW_NAME": data.name,
        "HW_BUNDLE_URL": data.bundle_url,
        "HW_BUNDLE_SHA256": data.bundle_sha256,
        "HW_DATA_VOLUME_ID": data.data_volume_id or "",
    }
    script = "\n".join(
        [
            "set -eu",
            # A file is there whole or not at all: on a later boot the unit may be reading it already.
            'put() { mkdir -p "${2%/*}"; cat >"$2.new"; chmod "$1" "$2.new"; mv -f "$2.new" "$2"; }',
            _put("0644", "/etc/hardway/identity.env", environment_file(identity)),
            _put("0755", "/usr/local/lib/hardway/fetch-bundle", _read("fetch-bundle")),
            _put("0644", "/etc/systemd/system/hardway-boot.service", _read("hardway-boot.service")),
            "systemctl enable --quiet hardway-boot.service",
            "systemctl start --no-block hardway-boot.service",
            "",
        ]
    )
    text = "#cloud-config\n" + yaml.dump({"bootcmd": [_Literal(script)]}, Dumper=_Dumper, width=200)
    if len(text.encode()) > LIMIT_BYTES:
        raise ValueError(f"user data of {data.name} has {len(text.encode())} bytes; EC2 takes {LIMIT_BYTES}")
    return text


def environment_file(values: dict[str, str]) -> str:
    """Lines of `NAME=value` that both bash and systemd read as meant."""
    return "".join(f"{name}={shlex.quote(value) if value else ''}\n" for name, value in values.items())


def _put(mode: str, path: str, text: str) -> str:
    return f"put {mode} {path} <<'END_OF_FILE'\n{text}END_OF_FILE"


def _read(name: str) -> str:
    return Path(_FILES / name).read_text()


class _Literal(str):
    """A text that is dumped as a block, so that people can read it in the console."""


class _Dumper(yaml.SafeDumper):
    pass


def _represent_literal(dumper: yaml.SafeDumper, text: _Literal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


_Dumper.add_representer(_Literal, _represent_literal)
