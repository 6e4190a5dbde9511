"""Answers the certificate requests of kubelets as soon as they are made: a node's boot waits for it."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

from .api import Api, Json, Refused, Unreachable, agent_api, say
from .decision import CLIENT, SERVING, Asker, Node, Verdict, decide
from .inventory import Inventory, Unknown
from .node import read_node
from .request import Malformed, parse_pem

_REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
_WATCH_SECONDS = 300
_LONGEST_PAUSE_SECONDS = 15
_GIVE_UP_SECONDS = 600


class Approver:
    """Decides about each open request once, and again while what it claims may become true."""

    def __init__(self, api: Api, inventory: Inventory) -> None:
        self._api = api
        self._inventory = inventory
        self._said: dict[str, str] = {}

    def answer(self, item: Json) -> bool:
        """Decide about one request; true when it needs another look later."""
        spec, name = item["spec"], item["metadata"]["name"]
        if spec["signerName"] not in (CLIENT, SERVING) or item.get("status", {}).get("conditions"):
            self._said.pop(name, None)
            return False
        try:
            verdict = self._verdict(spec)
        except Unknown as error:
            verdict = Verdict("wait", f"cannot ask EC2: {error}")
        if self._said.get(name) != verdict.reason:
            say(f"{verdict.answer} {name} of {spec['username']}: {verdict.reason}")
            self._said[name] = verdict.reason
        if verdict.answer != "wait":
            self._record(item, verdict)
            return False
        return _age_seconds(item) < _GIVE_UP_SECONDS

    def _verdict(self, spec: Json) -> Verdict:
        asker = Asker(
            spec["username"], frozenset(spec.get("groups", ())), spec["signerName"], frozenset(spec["usages"])
        )
        try:
            request = parse_pem(base64.b64decode(spec["request"]).decode())
        except (Malformed, ValueError) as error:
            return Verdict("deny", str(error))
        name = request.common_name.removeprefix("system:node:")
        machines = self._inventory.machines(name)
        return decide(asker, request, machines, self._node(name) if spec["signerName"] == CLIENT else None)

    def _node(self, name: str) -> Node | None:
        try:
            return read_node(self._api.get(f"/api/v1/nodes/{name}"))
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def _record(self, item: Json, verdict: Verdict) -> None:
        condition = {
            "type": "Approved" if verdict.answer == "approve" else "Denied",
            "status": "True",
            "reason": "HardwayNodeAgent",
            "message": verdict.reason,
        }
        item = {**item, "status": {**item.get("status", {}), "conditions": [condition]}}
        try:
            self._api.call("PUT", f"{_REQUESTS}/{item['metadata']['name']}/approval", item)
        except Refused as error:
            # Every control plane runs this program: another one was first, or the request is gone.
            if error.status not in (404, 409):
                raise


def run(api: Api, approver: Approver) -> None:
    """List, then watch; look again at requests that wait. Returns when the watch ends."""
    listing = api.get(_REQUESTS)
    kind = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    ages = [_age_seconds(item) for item in listing["items"] if approver.answer({**kind, **item})]
    # While requests wait the watch is cut short, so that they get their next look: soon when they are new.
    seconds = min(max(1, int(min(ages) / 10)), _LONGEST_PAUSE_SECONDS) if ages else _WATCH_SECONDS
    for event in api.watch(_REQUESTS, listing["metadata"]["resourceVersion"], seconds):
        if event["type"] == "ERROR":
            return
        if event["type"] in ("ADDED", "MODIFIED") and approver.answer(event["object"]):
            return


def main() -> None:
    """Run for ever; a fault is told and tried again."""
    api = agent_api()
    approver = Approver(api, Inventory())
    last = ""
    while True:
        try:
            run(api, approver)
            last = ""
        except (Unreachable, Refused) as error:
            if str(error) != last:
                say(f"cannot follow certificate requests: {error}")
                last = str(error)
            time.sleep(0.5)


def _age_seconds(item: Json) -> float:
    created = datetime.fromisoformat(item["metadata"]["creationTimestamp"])
    return (datetime.now(UTC) - created).total_seconds()


if __name__ == "__main__":
    main()
