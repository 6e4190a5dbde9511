from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox import base_image
from sandbox.base_image import BaseImageError, Mirror

DEB822 = """\
Types: deb
# http://snapshot.example/archive/debian/20250520T000000Z
URIs: http://deb.example/debian
Suites: bookworm bookworm-updates
Types: deb
URIs: http://deb.example/debian-security/
Suites: bookworm-security
"""


def test_the_package_list_has_what_a_boot_needs_and_nothing_of_kubernetes() -> None:
    names = base_image.package_names((base_image.RECIPE / "packages.txt").read_text())
    assert len(names) == len(set(names))
    assert {"cloud-init", "curl", "zstd", "iptables"} <= set(names)
    assert not {"nftables", "jq", "conntrack", "containerd", "runc", "kubelet"} & set(names)


def test_package_names_without_comments() -> None:
    assert base_image.package_names("# a list\ncurl\n\n  zstd # why\n") == ("curl", "zstd")


@pytest.mark.parametrize(
    "sources",
    [
        [DEB822],
        [
            "deb [signed-by=/k] http://other.example/ubuntu jammy main\ndeb http://deb.example/debian bookworm main\n",
            "deb http://deb.example/debian-security bookworm-security main",
        ],
    ],
)
def test_the_mirror_is_the_hosts_own(sources: list[str]) -> None:
    mirror = base_image.host_mirror(sources)
    assert mirror == Mirror("http://deb.example/debian", "http://deb.example/debian-security")
    assert mirror.sources_list().splitlines() == [
        "deb http://deb.example/debian bookworm main",
        "deb http://deb.example/debian bookworm-updates main",
        "deb http://deb.example/debian-security bookworm-security main",
    ]


def test_a_host_without_a_debian_mirror_is_told_what_helps() -> None:
    with pytest.raises(BaseImageError, match=r"no Debian mirror in /etc/apt.*address ends in /debian"):
        base_image.host_mirror(["deb http://deb.example/ubuntu jammy main"])


def test_the_key_changes_with_the_recipe(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    shutil.copytree(base_image.RECIPE, recipe)
    before = base_image.recipe_key(recipe)
    assert before == base_image.recipe_key()
    (recipe / "packages.txt").write_text("curl\n")
    assert base_image.recipe_key(recipe) != before


def test_a_cached_image_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDWAY_CACHE", str(tmp_path))
    base_image.cached_path().mkdir(parents=True)
    said: list[str] = []
    assert base_image.ensure(said.append) == tmp_path / "base-image" / base_image.recipe_key()
    assert said == []
