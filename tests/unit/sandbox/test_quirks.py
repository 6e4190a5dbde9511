from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509

from sandbox import quirks
from sandbox.quirks import Host

V1 = Host(cgroup_version=1, may_raise_limits=False)
V2 = Host(cgroup_version=2, may_raise_limits=True)


def drop_ins(host: Host, folder: str) -> list[str]:
    """The contents of the drop-ins in a folder, in the order in which they are read."""
    files = quirks.files(host)
    return [files[path].read_text() for path in sorted(files) if path.startswith(folder)]


def kubelet(host: Host) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for text in drop_ins(host, "/etc/kubernetes/kubelet.conf.d/"):
        document = yaml.safe_load(text)
        assert document.pop("apiVersion") == "kubelet.config.k8s.io/v1beta1"
        assert document.pop("kind") == "KubeletConfiguration"
        settings |= document
    return settings


def runtimes(host: Host) -> list[Any]:
    documents = [tomllib.loads(text) for text in drop_ins(host, "/etc/containerd/conf.d/")]
    assert all(document["version"] == 3 for document in documents)
    name = "io.containerd.cri.v1.runtime"
    return [document["plugins"][name] for document in documents if name in document["plugins"]]


def test_cgroup_v1_without_resource_capability() -> None:
    settings = kubelet(V1)
    assert settings["failCgroupV1"] is False
    assert (settings["cgroupDriver"], settings["cgroupRoot"]) == ("cgroupfs", "/")
    assert runtimes(V1) == [
        {"containerd": {"runtimes": {"runc": {"options": {"SystemdCgroup": False}}}}},
        {"restrict_oom_score_adj": True},
    ]


def test_cgroup_v2_keeps_what_the_product_says() -> None:
    assert set(kubelet(V2)) == {"evictionHard", "imageGCHighThresholdPercent", "imageGCLowThresholdPercent"}
    assert runtimes(V2) == []


def test_no_quirk_touches_a_file_of_the_product() -> None:
    ours = ("99-host", "98-host", "sandbox", "ds-identify.cfg")
    assert all(any(word in path for word in ours) for path in quirks.files(V1))


def test_cloud_init_reads_the_metadata_service_only_and_leaves_the_network_alone() -> None:
    config = yaml.safe_load(drop_ins(V1, "/etc/cloud/cloud.cfg.d/")[0])
    assert config["datasource_list"] == ["Ec2"]
    assert config["network"] == {"config": "disabled"}
    assert {"bootcmd", "write-files"} <= set(config["cloud_init_modules"])
    assert {"runcmd", "scripts-user"} <= set(config["cloud_final_modules"])


def test_the_host_is_only_ever_raised() -> None:
    for change in quirks.host_changes():
        current = Path("/proc/sys", *change.name.split(".")).read_text()
        assert int(current) < int(change.value)


def test_the_layer_masks_units_and_trusts_the_region(tmp_path: Path, region_ca: str) -> None:
    base, layer = tmp_path / "base", tmp_path / "layer"
    (base / "etc/ssl/certs").mkdir(parents=True)
    (base / "etc/ssl/certs/ca-certificates.crt").write_text("the public ones\n")
    quirks.write_layer(layer, base, region_ca, V1)
    quirks.write_layer(layer, base, region_ca, V1)
    units = layer / "etc/systemd/system"
    assert all((units / unit).readlink() == Path("/dev/null") for unit in quirks.MASKED_UNITS)
    assert (units / "sysinit.target.wants/sandbox-prepare.service").resolve().is_file()
    assert (layer / "usr/lib/sandbox/prepare").stat().st_mode & 0o111
    certificates = layer / "etc/ssl/certs"
    assert (certificates / "ca-certificates.crt").read_text() == "the public ones\n" + region_ca
    hashed = [path for path in certificates.iterdir() if path.suffix == ".0"]
    assert [path.read_text() for path in hashed] == [region_ca]
    x509.load_pem_x509_certificate(hashed[0].read_bytes())


@pytest.fixture
def region_ca() -> str:
    """A certificate whose contents don't matter."""
    subject = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=a region"]
    return subprocess.check_output([*subject, "-keyout", "/dev/null"], text=True, stderr=subprocess.DEVNULL)
