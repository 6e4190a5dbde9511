"""The approver records each verdict once, and looks again while a request waits."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.approver import Approver
from hardway.machine.agent.decision import CLIENT, Machine
from hardway.machine.agent.inventory import Unknown


class FakeApi:
    """Knows one node, if any, by the status of its condition Ready, and keeps what is recorded."""

    def __init__(self, ready: str = "") -> None:
        self.ready = ready
        self.recorded: list[Json] = []
        self.refuse: Refused | None = None

    def get(self, path: str) -> Json:
        assert path == "/api/v1/nodes/worker"
        if not self.ready:
            raise Refused(404, "not found")
        return {
            "metadata": {"name": "worker", "creationTimestamp": "2026-01-01T00:01:00Z"},
            "status": {"conditions": [{"type": "Ready", "status": self.ready}]},
        }

    def call(self, method: str, path: str, body: Json) -> Json:
        assert (method, path) == ("PUT", "/apis/certificates.k8s.io/v1/certificatesigningrequests/c/approval")
        if self.refuse:
            raise self.refuse
        self.recorded.append(body["status"]["conditions"][0])
        return body


class FakeInventory:
    """The machines that EC2 tells of, or no answer."""

    def __init__(self, machines: dict[str, Machine] | None) -> None:
        self.known = machines

    def machines(self, name: str) -> dict[str, Machine]:
        if self.known is None:
            raise Unknown("HTTP 503")
        return self.known


LAUNCHED = datetime(2026, 1, 1, tzinfo=UTC)
WORKER = {"worker": Machine("general", frozenset({"worker"}), frozenset({"10.0.0.1"}), LAUNCHED)}


def item() -> Json:
    names = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:nodes"),
        x509.NameAttribute(NameOID.COMMON_NAME, "system:node:worker"),
    ]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    request = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return {
        "metadata": {"name": "c", "creationTimestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        "spec": {
            "request": base64.b64encode(request.public_bytes(serialization.Encoding.PEM)).decode(),
            "signerName": CLIENT,
            "username": "system:bootstrap:abcdef",
            "groups": ["system:bootstrappers:hardway:general"],
            "usages": ["digital signature", "client auth"],
        },
    }


def approver(api: FakeApi, machines: dict[str, Machine] | None = WORKER) -> Approver:
    fake: Any = api
    inventory: Any = FakeInventory(machines)
    return Approver(fake, inventory)


def test_an_approval_is_recorded() -> None:
    api = FakeApi()
    assert not approver(api).answer(item())
    assert [(c["type"], c["reason"]) for c in api.recorded] == [("Approved", "HardwayNodeAgent")]


def test_a_denial_is_recorded_with_its_reason() -> None:
    api = FakeApi(ready="True")
    assert not approver(api).answer(item())
    assert api.recorded[0]["type"] == "Denied"
    assert "node worker is Ready" in api.recorded[0]["message"]


def test_a_node_that_is_cut_off_keeps_its_identity() -> None:
    api = FakeApi(ready="Unknown")
    assert not approver(api).answer(item())
    assert api.recorded[0]["type"] == "Denied"
    assert "node worker joined before" in api.recorded[0]["message"]


def test_a_new_machine_of_the_same_name_joins() -> None:
    api = FakeApi(ready="Unknown")
    newer = replace(WORKER["worker"], launched=LAUNCHED + timedelta(hours=1))
    assert not approver(api, {"worker": newer}).answer(item())
    assert api.recorded[0]["type"] == "Approved"


def test_a_request_that_is_answered_is_left() -> None:
    api = FakeApi()
    assert not approver(api).answer({**item(), "status": {"conditions": [{"type": "Approved"}]}})
    assert api.recorded == []


def test_an_unknown_machine_gets_another_look(capsys: pytest.CaptureFixture[str]) -> None:
    api = FakeApi()
    waiting = approver(api, machines={})
    assert waiting.answer(item())
    assert waiting.answer(item())
    assert capsys.readouterr().err.count("no running instance is called worker") == 1
    assert api.recorded == []


def test_nothing_is_decided_while_ec2_cannot_be_asked() -> None:
    api = FakeApi()
    assert approver(api, machines=None).answer(item())
    assert api.recorded == []


def test_a_request_is_given_up_after_ten_minutes() -> None:
    old = item()
    old["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    assert not approver(FakeApi(), machines={}).answer(old)


def test_a_request_that_makes_no_sense_is_denied() -> None:
    api = FakeApi()
    broken = item()
    broken["spec"]["request"] = base64.b64encode(b"nonsense").decode()
    approver(api).answer(broken)
    assert api.recorded[0]["type"] == "Denied"


@pytest.mark.parametrize("status", [404, 409])
def test_another_control_plane_may_have_been_first(status: int) -> None:
    api = FakeApi()
    api.refuse = Refused(status, "conflict")
    assert not approver(api).answer(item())


def test_any_other_refusal_is_told() -> None:
    api = FakeApi()
    api.refuse = Refused(403, "forbidden")
    with pytest.raises(Refused):
        approver(api).answer(item())
