"""Network load balancers: haproxy on their own addresses, and target health as it really is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from sandbox.haproxy import Haproxy
from sandbox.paths import RegionDirectory
from sandbox.view import Balancer, TargetGroup, View

_UNHEALTHY = ("Target.FailedHealthChecks", "Health checks failed")
_INITIAL = ("Elb.InitialHealthChecking", "Initial health checks in progress")
_UNUSED = ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")


def config(view: View, statistics: str) -> str:
    """haproxy's configuration for every listener of every load balancer; empty when there is none."""
    sections = [text for balancer in view.balancers for text in _balancer(balancer, view)]
    if not sections:
        return ""
    head = f"""\
global
  maxconn 8000
  nbthread 1
  hard-stop-after 10s
  stats socket {statistics} mode 600 level user
defaults
  mode tcp
  timeout connect 2s
  timeout client 350s
  timeout server 350s
  retries 0
"""
    return head + "".join(sections)


def _balancer(balancer: Balancer, view: View) -> Iterator[str]:
    for port, arn in balancer.listeners:
        group = view.target_groups.get(arn)
        if group is None:
            continue
        for number, address in enumerate(balancer.addresses):
            name = f"{arn.rpartition('/')[2]}-{port}-{number}"
            yield f"frontend in-{name}\n  bind {address}:{port}\n  default_backend {name}\n"
            yield _backend(name, group, address, port, first=number == 0)


def _backend(name: str, group: TargetGroup, address: str, port: int, *, first: bool) -> str:
    # By chance, as a hash of the connection's addresses and ports is. Who is sent to a target that is gone, and not yet
    # known to be, waits in vain there: nobody is sent on to another one.
    lines = [f"backend {name}", "  balance random(1)", f"  source {address}"]
    lines += [f"  timeout check {group.timeout}s"]
    if first and group.check_protocol in ("HTTP", "HTTPS"):
        lines += [f"  option httpchk GET {group.check_path}", "  http-check expect rstatus (2|3)[0-9][0-9]"]
    # A load balancer whose targets all fail sends to all of them, as on AWS.
    lines += ["  option allbackups"]
    checked = f"{name.rpartition('-')[0]}-0"
    for target, target_port in group.targets:
        server = f"{target}:{target_port}"
        check = _check(group) if first else f"track {checked}/{server}"
        lines.append(f"  server {server} {server} {check} on-marked-down shutdown-sessions")
    lines += [f"  server any-{target} {target}:{target_port} backup" for target, target_port in group.targets]
    return "\n".join(lines) + "\n"


def _check(group: TargetGroup) -> str:
    secure = " check-ssl verify none" if group.check_protocol == "HTTPS" else ""
    port = f" port {group.check_port}" if group.check_port else ""
    # The first check comes at once, later ones at the group's interval.
    return (
        f"check{secure}{port} inter {group.interval}s fastinter {group.interval}s"
        f" rise {group.healthy} fall {group.unhealthy}"
    )


class LoadBalancers:
    """Keeps haproxy like the View, and lets `DescribeTargetHealth` say what haproxy sees."""

    def __init__(self, directory: RegionDirectory) -> None:
        self._proxy = Haproxy(directory, "balancers")
        FakeTargetGroup.health_for = _health_for(self.health)

    def follow(self, view: View) -> None:
        """Serve every listener; an end of the last one ends haproxy."""
        text = config(view, str(self._proxy.statistics))
        if text:
            self._proxy.run(text)
        else:
            self._proxy.stop()

    def health(self, arn: str, target: str, port: int) -> tuple[str, str, str]:
        """State, reason and description of one registered target."""
        prefix, suffix = f"{arn.rpartition('/')[2]}-", "-0"
        for row in self._proxy.rows():
            backend, server = row.get("pxname", ""), row.get("svname", "")
            if backend.startswith(prefix) and backend.endswith(suffix) and server == f"{target}:{port}":
                return _state(row)
        return ("unused", *_UNUSED)

    def stop(self) -> None:
        """No load balancer serves any more."""
        self._proxy.stop()


def _state(row: dict[str, str]) -> tuple[str, str, str]:
    if row.get("check_status", "") in ("", "INI"):
        return ("initial", *_INITIAL)
    if row["status"].startswith("UP") and row["check_status"].endswith("OK"):
        return ("healthy", "", "")
    reason, text = _UNHEALTHY
    detail = row.get("last_chk") or row.get("check_desc") or row["check_status"]
    return ("unhealthy", reason, f"{text}: {detail}")


def _health_for(health: Callable[[str, str, int], tuple[str, str, str]]) -> Callable[..., Any]:
    moto_health = FakeTargetGroup.health_for

    def health_for(self: Any, target: dict[str, Any], ec2_backend: Any) -> Any:
        registered = self.targets.get(target["Id"])
        if registered is None or self.target_type != "ip":
            return moto_health(self, target, ec2_backend)
        port = int(registered["Port"])
        state, reason, text = health(self.arn, target["Id"], port)
        return FakeHealthStatus(target["Id"], port, self.health_check_port, state, reason or None, text or None)

    return health_for
