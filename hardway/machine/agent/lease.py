"""Lets one control plane do what need not be done three times: whoever holds the Lease."""

from __future__ import annotations

from datetime import datetime, timedelta

from .api import Api, Json, Refused

LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
_HOLD = timedelta(seconds=20)


def holds(api: Api, name: str, member: str, now: datetime) -> bool:
    """Whether `member` holds the Lease from `now` on. It is free 20 s after its last holder fell silent."""
    held = {"holderIdentity": member, "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    try:
        lease = api.get(f"{LEASES}/{name}")
    except Refused as error:
        if error.status != 404:
            raise
        return _write(api, "POST", LEASES, {"metadata": {"name": name}, "spec": held})
    spec = lease.get("spec", {})
    age = now - datetime.fromisoformat(spec["renewTime"]) if spec.get("renewTime") else _HOLD
    if spec.get("holderIdentity") == member and age < _HOLD / 3:
        return True
    if spec.get("holderIdentity") != member and age < _HOLD:
        return False
    return _write(api, "PUT", f"{LEASES}/{name}", {**lease, "spec": held})


def _write(api: Api, method: str, path: str, lease: Json) -> bool:
    try:
        api.call(method, path, {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", **lease})
    except Refused as error:
        if error.status == 409:
            return False
        raise
    return True
