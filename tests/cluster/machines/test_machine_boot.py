"""A machine boots Debian's cloud-init from the metadata service, has volumes, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from sandbox import nspawn, volumes
from sandbox.machine import Machine
from tests.cluster.machines.host import MachineHost, wait_for_cloud_init, wait_until

USER_DATA = """\
#cloud-config
bootcmd:
- [sh, -c, 'echo early > /run/bootcmd']
write_files:
- {path: /etc/told, content: by user data}
runcmd:
- [sh, -c, 'echo "$(cat /etc/told)" > /run/runcmd; echo told-the-console > /dev/console']
"""


def booted(machine: Machine) -> None:
    """The machine runs and cloud-init has done all that it does."""
    machine.boot()
    wait_for_cloud_init(machine)


def said(machine: Machine, command: str) -> str:
    done = machine.run(["sh", "-c", command])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def traces() -> dict[str, object]:
    """What a machine leaves on its host while it exists."""
    mounts = Path("/proc/self/mountinfo").read_text()
    return {
        "mounts": [line for line in mounts.splitlines() if "i-hw" in line],
        "groups": sorted(str(path) for path in Path("/sys/fs/cgroup").glob("**/i-hw*")),
        "propagate": sorted(Path("/run/systemd/nspawn/propagate").glob("i-hw*")),
    }


def test_user_data_runs_and_the_journal_is_clean(machine_host: MachineHost) -> None:
    machine = machine_host.machine("m1", USER_DATA)
    booted(machine)
    assert said(machine, "cat /run/bootcmd /run/runcmd") == "early\nby user data"
    assert "told-the-console" in machine.console()
    assert said(machine, "systemctl --failed --no-legend") == ""
    assert said(machine, "hostname") == f"ip-{machine.spec.instance_id}"
    assert said(machine, "systemd-detect-virt --container") == "systemd-nspawn"
    assert machine.usage().cpu_seconds > 0.1


def test_kernel_settings_stay_in_the_machine(machine_host: MachineHost) -> None:
    machine = machine_host.machine("m1", "#cloud-config\n")
    before = Path("/proc/sys/kernel/panic").read_text()
    booted(machine)
    said(machine, "sysctl -w kernel.panic=77 net.ipv4.ip_forward=1")
    assert said(machine, "sysctl -n kernel.panic net.ipv4.ip_forward") == "77\n1"
    assert Path("/proc/sys/kernel/panic").read_text() == before
    assert machine.run(["sysctl", "-w", "vm.swappiness=1"]).returncode != 0, "the host's own settings are safe"


def test_a_volume_comes_and_goes_and_outlives_a_reboot(machine_host: MachineHost, tmp_path: Path) -> None:
    image = tmp_path / "vol-0a1b.img"
    volumes.create(image, 1)
    device = volumes.attach(image)
    try:
        assert volumes.attach(image) == device
        machine = machine_host.machine("m1", "#cloud-config\n")
        booted(machine)
        link = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a1b"
        machine.attach("vol-0a1b", device)
        said(machine, f"mkfs.ext4 -q {link} && mkdir /data && mount {link} /data && echo kept > /data/file && sync")

        first = machine.leader_pid
        said(machine, "systemctl --no-block reboot")
        wait_until(lambda: machine.leader_pid not in (first, None), 30, machine.console)
        wait_until(lambda: machine.run(["test", "-b", link]).returncode == 0, 30, machine.console)
        assert said(machine, f"mount {link} /data && cat /data/file && umount /data") == "kept"

        machine.detach("vol-0a1b")
        assert machine.run(["test", "-e", link]).returncode != 0
        machine.destroy()
    finally:
        volumes.detach(image)
    assert volumes.attached(image) is None


def test_stopping_is_in_good_order_and_keeps_the_disk(machine_host: MachineHost) -> None:
    machine = machine_host.machine("m1", "#cloud-config\n")
    booted(machine)
    said(machine, "echo kept > /root/file")
    machine.stop()
    assert not machine.alive()
    assert "Reached target" in machine.console().rpartition("poweroff.target")[0]
    booted(machine)
    assert said(machine, "cat /root/file") == "kept"
    assert said(machine, "cat /var/lib/cloud/data/instance-id") == machine.spec.instance_id


def test_a_machine_that_powers_itself_off_is_noticed(machine_host: MachineHost) -> None:
    machine = machine_host.machine("m1", "#cloud-config\n")
    booted(machine)
    machine.run(["systemctl", "--no-block", "poweroff"])
    wait_until(lambda: not machine.alive(), 30, machine.console)
    machine.stop()
    assert not traces()["mounts"]


def test_a_machine_is_ended_and_removed_by_another_process_than_its_own(machine_host: MachineHost) -> None:
    before = traces()
    machine = machine_host.machine("m1", "#cloud-config\n")
    booted(machine)
    said(machine, "setsid sleep 1000 > /dev/null 2>&1 &")
    during = traces()
    assert during["mounts"]
    assert during["groups"]
    found = Machine(machine.spec)
    assert found.alive()
    assert found.leader_pid == machine.leader_pid
    lock = nspawn.lock_of(machine.spec.directory / "root")
    assert lock.exists()
    found.destroy()
    assert traces() == before
    assert not lock.exists()
    assert not machine.spec.directory.exists()
    assert not machine.alive()


def test_a_killed_container_manager_does_not_hide_the_machine(machine_host: MachineHost) -> None:
    before = traces()
    machine = machine_host.machine("m1", "#cloud-config\n")
    booted(machine)
    managers = subprocess.check_output(["pgrep", "-f", f"systemd-nspawn.*{machine.spec.instance_id}"], text=True)
    os.kill(int(managers.split()[0]), signal.SIGKILL)
    assert machine.alive(), "the machine's own init goes on without it"
    lock = nspawn.lock_of(machine.spec.directory / "root")
    machine.destroy()
    assert traces() == before
    assert not lock.exists()
