from __future__ import annotations

import subprocess
from pathlib import Path

from sandbox.cgroups import Cgroup, Hierarchy, Usage, hierarchies

HYBRID = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
99 31 0:38 / /srv/machine/sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
UNIFIED = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"


def test_hierarchies_of_a_hybrid_host() -> None:
    found = hierarchies(HYBRID)
    assert [(str(h.mount), h.unified) for h in found] == [
        ("/sys/fs/cgroup/cpu", False),
        ("/sys/fs/cgroup/systemd", False),
        ("/sys/fs/cgroup/unified", True),
    ]


def test_hierarchy_of_a_unified_host() -> None:
    assert hierarchies(UNIFIED) == (Hierarchy(Path("/sys/fs/cgroup"), unified=True),)


def test_creating_fills_the_cpuset_of_each_step_and_limits_memory(tmp_path: Path) -> None:
    for mount in ("cpuset", "memory"):
        (tmp_path / mount / "region/machine").mkdir(parents=True)
    (tmp_path / "cpuset/cpuset.cpus").write_text("0-3\n")
    (tmp_path / "cpuset/cpuset.mems").write_text("0\n")
    (tmp_path / "memory/region/machine/memory.limit_in_bytes").touch()
    found = [Hierarchy(tmp_path / mount, unified=False) for mount in ("cpuset", "memory")]
    Cgroup("region/machine", found).create(memory_mib=64)
    for step in ("region", "region/machine"):
        assert (tmp_path / "cpuset" / step / "cpuset.cpus").read_text() == "0-3\n"
        assert (tmp_path / "cpuset" / step / "cpuset.mems").read_text() == "0\n"
    assert (tmp_path / "memory/region/machine/memory.limit_in_bytes").read_text() == str(64 * 2**20)


def test_machines_weigh_by_their_cpus_within_a_region_that_weighs_eight(tmp_path: Path) -> None:
    for mount, file in (("cpu", "cpu.shares"), ("unified", "cpu.weight")):
        (tmp_path / mount / "region/machine").mkdir(parents=True)
        (tmp_path / mount / "region" / file).touch()
        (tmp_path / mount / "region/machine" / file).touch()
    found = [Hierarchy(tmp_path / "cpu", unified=False), Hierarchy(tmp_path / "unified", unified=True)]
    Cgroup("region/machine", found).create(cpus=2)
    assert (tmp_path / "cpu/region/cpu.shares").read_text() == "3072"
    assert (tmp_path / "cpu/region/machine/cpu.shares").read_text() == "2048"
    assert (tmp_path / "unified/region/cpu.weight").read_text() == "300"
    assert (tmp_path / "unified/region/machine/cpu.weight").read_text() == "200"


def test_creating_on_a_unified_host_enables_the_controllers_above(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory hugetlb pids\n")
    Cgroup("region/machine", [Hierarchy(tmp_path, unified=True)]).create()
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+cpu +cpuset +memory +pids +io"
    assert (tmp_path / "region/machine").is_dir()


def test_the_command_enters_every_group_before_it_runs(tmp_path: Path) -> None:
    found = [Hierarchy(tmp_path / mount, unified=False) for mount in ("a", "b c")]
    group = Cgroup("machine", found)
    for hierarchy in found:
        (hierarchy.mount / "machine").mkdir(parents=True)
    command = group.enter_command(["sh", "-c", 'echo "$$ $1"', "sh", "an argument"])
    process, _, argument = subprocess.check_output(command, text=True).strip().partition(" ")
    assert argument == "an argument"
    for hierarchy in found:
        assert (hierarchy.mount / "machine/cgroup.procs").read_text().strip() == process
    assert group.processes() == [int(process)]


def test_usage_of_both_versions(tmp_path: Path) -> None:
    one, two = tmp_path / "one/m", tmp_path / "two/m"
    for folder in (one, two):
        folder.mkdir(parents=True)
    (one / "cpuacct.usage").write_text("1500000000\n")
    (one / "memory.usage_in_bytes").write_text("100\n")
    (one / "memory.max_usage_in_bytes").write_text("300\n")
    assert Cgroup("m", [Hierarchy(one.parent, unified=False)]).usage() == Usage(1.5, 100, 300)
    (two / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 1\n")
    (two / "memory.current").write_text("7\n")
    (two / "memory.peak").write_text("9\n")
    assert Cgroup("m", [Hierarchy(two.parent, unified=True)]).usage() == Usage(2.5, 7, 9)


def test_usage_of_a_group_that_is_gone_is_nothing(tmp_path: Path) -> None:
    assert Cgroup("m", [Hierarchy(tmp_path, unified=True)]).usage() == Usage(0.0, 0, 0)
