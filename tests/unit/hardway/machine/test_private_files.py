from __future__ import annotations

from hardway.machine.file import File
from hardway.machine.private_files import with_private_modes


def test_the_benchmarks_files_are_roots_alone() -> None:
    paths = ("/etc/kubernetes/kubelet.kubeconfig", "/etc/systemd/system/kubelet.service", "/etc/etcd/etcd.env")
    assert with_private_modes({path: File("x") for path in paths}) == {path: File("x", 0o600) for path in paths}


def test_what_services_with_users_of_their_own_read_stays_as_it_is() -> None:
    files = {"/etc/kubernetes/audit-policy.yaml": File("x"), "/usr/lib/hardway/boot": File("#!", 0o755)}
    assert with_private_modes(files) == files
