from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from sandbox import quirks
from sandbox.quirks import Host

V1 = Host(cgroup_version=1, may_raise_limits=False)
V2 = Host(cgroup_version=2, may_raise_limits=True)
KUBELET = "/etc/kubernetes/kubelet.conf.d/99-host.conf"
CONTAINERD = "/etc/containerd/conf.d/99-host.toml"


def test_cgroup_v1_without_resource_capability() -> None:
    files = quirks.files(V1)
    kubelet = yaml.safe_load(files[KUBELET])
    assert kubelet["failCgroupV1"] is False
    assert (kubelet["cgroupDriver"], kubelet["cgroupRoot"]) == ("cgroupfs", "/")
    runtime = tomllib.loads(files[CONTAINERD])["plugins"]["io.containerd.cri.v1.runtime"]
    assert runtime["restrict_oom_score_adj"] is True
    assert runtime["containerd"]["runtimes"]["runc"]["options"] == {"SystemdCgroup": False}


def test_cgroup_v2_keeps_what_the_product_says() -> None:
    files = quirks.files(V2)
    kubelet = yaml.safe_load(files[KUBELET])
    assert set(kubelet) == {
        "apiVersion",
        "kind",
        "evictionHard",
        "imageGCHighThresholdPercent",
        "imageGCLowThresholdPercent",
    }
    assert tomllib.loads(files[CONTAINERD]) == {"version": 3}


def test_no_quirk_touches_a_file_of_the_product() -> None:
    ours = ("99-host", "host.conf", "sandbox", "ds-identify.cfg")
    assert all(any(word in path for word in ours) for path in quirks.files(V1))


def test_cloud_init_reads_the_metadata_service_only_and_leaves_the_network_alone() -> None:
    config = yaml.safe_load(quirks.files(V1)["/etc/cloud/cloud.cfg.d/99-host.cfg"])
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
