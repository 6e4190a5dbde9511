from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
import yaml

from hardway.machine.user_data import LIMIT_BYTES, UserData, environment_file, render_user_data

DATA = UserData(
    environment="golden",
    region="eu-central-1",
    role="control-plane",
    name="control-plane-1",
    bundle_url="https://s3.eu-central-1.amazonaws.com/bucket/bundles/abc.tar",
    bundle_sha256="a" * 64,
    data_volume_id="vol-0123456789abcdef0",
)


def script_of(data: UserData) -> str:
    text = render_user_data(data)
    assert text.startswith("#cloud-config\n")
    (script,) = yaml.safe_load(text)["bootcmd"]
    assert isinstance(script, str)
    return script


def test_it_is_small_and_the_same_each_time() -> None:
    assert render_user_data(DATA) == render_user_data(DATA)
    assert len(render_user_data(DATA).encode()) < LIMIT_BYTES / 2


def test_it_is_readable_as_a_block() -> None:
    assert "\\n" not in render_user_data(DATA).splitlines()[2]


def test_its_script_is_valid_for_sh_and_its_program_for_bash() -> None:
    script = script_of(DATA)
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    program = script.split("fetch-bundle <<'END_OF_FILE'\n")[1].split("END_OF_FILE\n")[0]
    subprocess.run(["bash", "-n"], input=program, text=True, check=True)


def test_it_says_who_the_machine_is() -> None:
    script = script_of(DATA)
    assert "HW_ROLE=control-plane\nHW_NAME=control-plane-1\n" in script
    assert f"HW_BUNDLE_SHA256={'a' * 64}\nHW_DATA_VOLUME_ID=vol-0123456789abcdef0\n" in script


def test_a_worker_has_no_data_volume() -> None:
    assert "HW_DATA_VOLUME_ID=\n" in script_of(replace(DATA, role="worker", name="general", data_volume_id=None))


def test_it_starts_the_boot_without_waiting_for_it() -> None:
    assert script_of(DATA).endswith("systemctl start --no-block hardway-boot.service\n")


def test_more_than_ec2_takes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"user data of general has .* bytes; EC2 takes 16384"):
        render_user_data(replace(DATA, name="general", bundle_url="https://" + "x" * LIMIT_BYTES))


def test_environment_files_are_safe_for_the_shell() -> None:
    assert environment_file({"A": "plain", "B": "", "C": "two words"}) == "A=plain\nB=\nC='two words'\n"
