from __future__ import annotations

import pytest

from hardway.machine.file import File
from hardway.machine.user_data import UserData, render_user_data
from hardway.report.user_data_files import user_data_files


def rendered(name: str = "control-plane-1") -> str:
    return render_user_data(
        UserData(
            environment="dev",
            region="eu-central-1",
            role="control-plane",
            name=name,
            bundle_url="https://s3.eu-central-1.amazonaws.com/bucket/bundles/x.tar",
            bundle_sha256="a" * 64,
            data_volume_id="vol-1",
        )
    )


def test_every_file_of_real_user_data_is_found_with_its_mode() -> None:
    files = user_data_files(rendered())
    assert files is not None
    assert {path: oct(file.mode) for path, file in files.items()} == {
        "/etc/hardway/identity.env": "0o644",
        "/usr/local/lib/hardway/fetch-bundle": "0o755",
        "/etc/systemd/system/hardway-boot.service": "0o644",
        "cloud-config": "0o644",
    }
    assert "HW_NAME=control-plane-1\n" in files["/etc/hardway/identity.env"].content
    assert files["/usr/local/lib/hardway/fetch-bundle"].content.startswith("#!/bin/bash\n")


def test_what_is_around_the_files_is_told_without_them() -> None:
    rest = (user_data_files(rendered()) or {})["cloud-config"].content
    assert "systemctl start --no-block hardway-boot.service\n" in rest
    assert "put 0644 /etc/hardway/identity.env\n" in rest
    assert "HW_NAME" not in rest


def test_another_key_of_the_document_is_not_lost() -> None:
    files = user_data_files("#cloud-config\nbootcmd: [true]\nssh_pwauth: true\n")
    assert files == {"cloud-config": File("True\nssh_pwauth: true\n")}


@pytest.mark.parametrize("text", [None, "", "#!/bin/sh\n", "#cloud-config\n{", "#cloud-config\n- a\n"])
def test_what_is_no_user_data_has_no_files(text: str | None) -> None:
    assert user_data_files(text) is None
