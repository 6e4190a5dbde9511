"""Keeps one fresh join token per pool: a bootstrap token in the cluster, its text in the secret store.

A Lease per pool is lock and record: who makes the token, and until when the stored one is good. So the
agent needs no right to read Secrets, and only one control plane makes a token.
"""

from __future__ import annotations

import json
import os
import secrets
import string
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from .api import Api, Json, Refused, Unreachable, agent_api, say
from .groups import Groups
from .inventory import SETTINGS, Unknown

LIFETIME = timedelta(hours=2)
_HOLD = timedelta(seconds=60)
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.5
# In a namespace of their own: a right to pools' Leases must be one to no controller's, and names no pool.
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/hardway-join/leases"
_EXPIRES = "hardway.dev/token-expires"
_LETTERS = string.ascii_lowercase + string.digits
_AWS = '. /usr/lib/hardway/aws.sh; aws_put_secret "$1"'


def main() -> None:
    """Renew what needs it; exit 1 with the reason when a pool has been left without."""
    plan = json.loads(SETTINGS.read_text())
    api, deadline = agent_api(), time.monotonic() + _PATIENCE_SECONDS
    failed = False
    for pool in _pools(plan, deadline):
        try:
            say(f"pool {pool}: {_when_allowed(api, plan, pool, deadline)}")
        except (Refused, Unreachable, StoreFailed) as error:
            say(f"pool {pool}: no fresh join token: {error}")
            failed = True
    sys.exit(1 if failed else 0)


def _pools(plan: Json, deadline: float) -> list[str]:
    # Asked for each time: a pool that comes or goes is no reason to replace a control plane. On the first boot the
    # groups may be made after this machine.
    groups = Groups(plan["environment"])
    while True:
        try:
            found, reason = groups.pools(), "the environment has no pool yet"
        except Unknown as error:
            found, reason = [], f"Auto Scaling does not tell the pools: {error}"
        if found:
            return found
        if time.monotonic() > deadline:
            say(reason)
            return []
        time.sleep(_PAUSE_SECONDS)


def _when_allowed(api: Api, plan: Json, pool: str, deadline: float) -> str:
    # On the first boot the API, this program's rights and its namespace come while it waits.
    while True:
        try:
            return renew(api, plan["environment"], pool, plan["member"], datetime.now(UTC))
        except (Unreachable, Refused) as error:
            early = isinstance(error, Unreachable) or error.status in (401, 403, 404)
            if not early or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_SECONDS)


class StoreFailed(Exception):
    """The secret store did not take the token."""


def renew(api: Api, environment: str, pool: str, member: str, now: datetime) -> str:
    """Make and store a new token for a pool unless the last one is younger than half its life."""
    lease = claim(api, pool, member, now)
    if isinstance(lease, str):
        return lease
    token_id, secret = _random(6), _random(16)
    expires = now + LIFETIME
    api.call("POST", "/api/v1/namespaces/kube-system/secrets", token_secret(pool, token_id, secret, expires))
    _store(f"hardway/{environment}/join/{pool}", f"{token_id}.{secret}")
    lease["metadata"].setdefault("annotations", {})[_EXPIRES] = _text(expires)
    api.call("PUT", f"{_LEASES}/{pool}", lease)
    return f"new join token {token_id}, good until {_text(expires)}"


def claim(api: Api, pool: str, member: str, now: datetime) -> Json | str:
    """The pool's Lease, held by this member; or the reason why nothing is to be done."""
    held = {"holderIdentity": member, "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    try:
        lease = api.get(f"{_LEASES}/{pool}")
    except Refused as error:
        if error.status != 404:
            raise
        return _take(api, "POST", _LEASES, {"metadata": {"name": pool}, "spec": held})
    expires = lease["metadata"].get("annotations", {}).get(_EXPIRES)
    if expires and datetime.fromisoformat(expires) - now > LIFETIME / 2:
        return f"join token is good until {expires}"
    spec = lease.get("spec", {})
    since = now - datetime.fromisoformat(spec["renewTime"]) if spec.get("renewTime") else _HOLD
    if spec.get("holderIdentity") != member and since < _HOLD:
        return f"{spec.get('holderIdentity')} makes the join token"
    lease["spec"] = held
    return _take(api, "PUT", f"{_LEASES}/{pool}", lease)


def token_secret(pool: str, token_id: str, secret: str, expires: datetime) -> Json:
    """The Secret that the API server takes for a bootstrap token of one pool."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "bootstrap.kubernetes.io/token",
        "metadata": {"name": f"bootstrap-token-{token_id}", "namespace": "kube-system"},
        "stringData": {
            "token-id": token_id,
            "token-secret": secret,
            "expiration": _text(expires),
            "usage-bootstrap-authentication": "true",
            "auth-extra-groups": f"system:bootstrappers:hardway,system:bootstrappers:hardway:{pool}",
            "description": f"Join token of pool {pool}, made by the node agent",
        },
    }


def _take(api: Api, method: str, path: str, lease: Json) -> Json | str:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", **lease}
    try:
        return api.call(method, path, lease)
    except Refused as error:
        if error.status == 409:
            return "another control plane makes the join token"
        raise


def _store(name: str, token: str) -> None:
    # The token goes through a pipe: command lines and environments can be read by others.
    answer = subprocess.run(
        ["bash", "-c", _AWS, "tokens", name], input=token, capture_output=True, text=True, timeout=120, check=False
    )
    if answer.returncode:
        raise StoreFailed(f"{name}: {(answer.stderr.strip() or 'no reason given').splitlines()[-1]}")


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    os.umask(0o077)
    main()
