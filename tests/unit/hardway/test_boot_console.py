"""What a console says of a boot."""

from __future__ import annotations

from hardway.boot_console import Boot, awaits_restore, last_boot, last_restore


def console(*lines: str) -> str:
    """Boot lines, given as `step state reason`, among others."""
    words = (line.split(" ", 2) for line in lines)
    return "".join(
        f"[    3.1] hardway-boot: step={step} state={state} reason={' '.join(reason)}\nother\n"
        for step, state, *reason in words
    )


def test_nothing_is_said_of_a_console_without_boot_lines() -> None:
    assert last_boot("Debian GNU/Linux 12") == Boot()


def test_the_newest_line_counts() -> None:
    assert last_boot(console("bundle running", "units running")) == Boot("units", "running")
    assert last_boot(console("bundle running", "bundle failed no such key")) == Boot("bundle", "failed", "no such key")
    assert last_boot(console("bundle failed no such key", "bundle running", "units done")) == Boot("units", "done")


def test_an_attempt_that_comes_no_further_does_not_hide_what_failed() -> None:
    failed = ("bundle running", "sysctl running", "sysctl failed no module")
    assert last_boot(console(*failed, "bundle running")) == Boot("sysctl", "failed", "no module")
    assert last_boot(console(*failed, "bundle running", "sysctl running")) == Boot("sysctl", "failed", "no module")


def test_an_attempt_that_comes_further_does() -> None:
    lines = ("sysctl running", "sysctl failed no module", "sysctl running", "artifacts running")
    assert last_boot(console(*lines)) == Boot("artifacts", "running")


def test_another_boot_begins_anew() -> None:
    lines = ("sysctl running", "sysctl failed no module", "sysctl running", "units done", "sysctl running")
    assert last_boot(console(*lines)) == Boot("sysctl", "running")


def test_a_restore_is_told_of_beside_the_other_steps() -> None:
    assert last_restore(console("units running")) == Boot()
    waiting = ("units running", "restore waiting this disk is empty", "units running waiting for etcd.service")
    assert last_restore(console(*waiting)) == Boot("restore", "waiting", "this disk is empty")
    assert awaits_restore(console(*waiting))
    assert not awaits_restore(console(*waiting, "restore running"))
    assert not awaits_restore(console("units done"))
