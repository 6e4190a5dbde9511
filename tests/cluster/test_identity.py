"""Roles read their own secrets, user data alone is worth nothing, and a kubelet is one node and no other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.cluster import scans
from tests.cluster.conftest import Sandbox

JOIN = "hardway/sandbox/join/general"
READ = """
. /usr/lib/hardway/aws.sh
for name; do
  if aws_get_secret "$name" >/dev/null 2>/run/reason; then echo "read $name"; else echo "$(</run/reason)"; fi
done
"""
WRITE = """
. /usr/lib/hardway/aws.sh
echo intruder >/run/intruder
aws_put_object_if_absent bundles/intruder /run/intruder
aws_put_object_if_absent cluster/intruder /run/intruder
aws_get_object cluster/formed /run/formed
aws_put_secret hardway/sandbox/pool/general </run/intruder
aws_put_secret hardway/sandbox/join/general </run/intruder
aws_describe_instances
"""
STOLEN = """
. /etc/hardway/identity.env
ask() { curl -s -o /dev/null -w '%{http_code}\\n' -m 10 "$@"; }
json=(-H 'Content-Type: application/x-amz-json-1.1' -H 'X-Amz-Target: secretsmanager.GetSecretValue')
ask "$HW_BUNDLE_URL"
ask "${HW_BUNDLE_URL%/bundles/*}?list-type=2"
ask "${json[@]}" -d '{"SecretId": "hardway/sandbox/pool/general"}' "https://secretsmanager.$HW_REGION.amazonaws.com/"
ask "${json[@]}" -d '{"SecretId": "hardway/sandbox/join/general"}' "https://secretsmanager.$HW_REGION.amazonaws.com/"
ask -k -H 'Content-Type: application/json' -d '{}' "$0/apis/certificates.k8s.io/v1/certificatesigningrequests"
ask -k -H 'Authorization: Bearer aaaaaa.bbbbbbbbbbbbbbbb' "$0/apis/certificates.k8s.io/v1/certificatesigningrequests"
"""
REQUEST = """
openssl ecparam -name prime256v1 -genkey -noout -out /run/intruder.key
openssl req -new -key /run/intruder.key -subj "$0" ${1:+-addext "subjectAltName=$1"} | base64 -w0
"""
AS_KUBELET = """
pair=/var/lib/kubelet/pki/kubelet-client-current.pem
curl -sS -m 10 --cacert /etc/kubernetes/pki/kubernetes-ca.crt --cert $pair --key $pair -X "$0" \
  -H "Content-Type: $1" ${3:+-d "$3"} "$2"
"""


@pytest.fixture(scope="module")
def workers(sandbox: Sandbox) -> list[str]:
    """Node names of two workers."""
    return [node["metadata"]["name"] for node in sandbox.objects("nodes", "-l", "hardway.dev/role=worker")]


@pytest.fixture
def requests(sandbox: Sandbox) -> Iterator[list[str]]:
    """Names of the certificate requests that a test makes."""
    made: list[str] = []
    yield made
    if made:
        sandbox.kubectl("delete", "csr", *made)


def secrets(sandbox: Sandbox) -> list[str]:
    """The name of every secret of the region."""
    variables = sandbox.variables()
    store = boto3.client(
        "secretsmanager",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    return [secret["Name"] for secret in store.list_secrets()["SecretList"]]


@pytest.mark.parametrize(
    ("machine", "own"),
    [
        ("worker", {"hardway/sandbox/pool/general"}),
        ("control-plane-2", {f"hardway/sandbox/control-plane/control-plane-{number}" for number in (1, 2, 3)}),
    ],
    ids=["worker", "control-plane"],
)
def test_a_role_reads_its_own_secrets_and_no_other(
    sandbox: Sandbox, workers: list[str], machine: str, own: set[str]
) -> None:
    """Signed with the machine's own credentials, for every secret that there is. The break-glass one is nobody's."""
    names = secrets(sandbox)
    assert len(names) >= 6
    where = workers[0] if machine == "worker" else machine
    said = sandbox.on(where, "bash", "-c", READ, "read", *names).stdout.splitlines()
    refused = [line for line in said if "AccessDeniedException" in line]
    assert {line for line in said if line not in refused} == {f"read {name}" for name in own | {JOIN}}
    assert len(refused) == len(names) - len(own) - 1


def test_a_worker_writes_nothing_and_sees_no_inventory(sandbox: Sandbox, workers: list[str]) -> None:
    done = sandbox.on(workers[0], "bash", "-c", WRITE, check=False)
    assert [("AccessDenied" in line or "UnauthorizedOperation" in line) for line in done.stderr.splitlines()] == [
        True
    ] * 6
    assert done.stdout == ""


def test_stolen_user_data_opens_nothing(sandbox: Sandbox) -> None:
    """What stands in it, asked with from a pod: the network of a machine without its credentials."""
    # Any of them: after a worker was lost, both may be on one.
    pod = next(pod for pod in sandbox.objects("pods", "-n", "demo") if pod["status"]["phase"] == "Running")
    where = pod["spec"]["nodeName"]
    inside = scans.pod_namespace(sandbox, where, pod["status"]["podIP"])
    url = "https://api.sandbox.hardway.internal:6443"
    answers = sandbox.on(where, *inside, "bash", "-c", STOLEN, url).stdout.split()
    assert len(answers) == 6
    assert set(answers) <= {"400", "401", "403"}, answers


def as_kubelet(sandbox: Sandbox, node: str, method: str, path: str, body: object = None) -> dict[str, Any]:
    """What the API answers a node's own kubelet."""
    url = f"https://api.sandbox.hardway.internal:6443{path}"
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    given = [json.dumps(body)] if body is not None else []
    said: dict[str, Any] = json.loads(sandbox.on(node, "bash", "-c", AS_KUBELET, method, kind, url, *given).stdout)
    return said


@pytest.mark.parametrize(
    ("signer", "usage", "subject", "names", "reason"),
    [
        ("kube-apiserver-client-kubelet", "client auth", "{other}", "", "can only create a node CSR with CN"),
        ("kubelet-serving", "server auth", "{other}", "DNS:{other}", "can only create a node CSR with CN"),
        ("kubelet-serving", "server auth", "{own}", "DNS:{own},DNS:{other}", "does not own {other}"),
        ("kubelet-serving", "server auth", "{own}", "DNS:{own},DNS:api.sandbox.hardway.internal", "does not own api"),
    ],
)
def test_a_kubelet_gets_no_certificate_for_another_node(
    sandbox: Sandbox,
    workers: list[str],
    requests: list[str],
    signer: str,
    usage: str,
    subject: str,
    names: str,
    reason: str,
) -> None:
    own, other = workers
    fill = {"own": own, "other": other}
    subject = f"/O=system:nodes/CN=system:node:{subject.format(**fill)}"
    pem = sandbox.on(own, "bash", "-c", REQUEST, subject, names.format(**fill)).stdout.strip()
    body = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"generateName": "intruder-"},
        "spec": {"request": pem, "signerName": f"kubernetes.io/{signer}", "usages": ["digital signature", usage]},
    }
    made = as_kubelet(sandbox, own, "POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", body)
    if made["kind"] == "Status":
        assert (made["code"], reason in made["message"]) == (403, True), made["message"]
        return
    requests.append(made["metadata"]["name"])
    end = time.monotonic() + 60
    while True:
        status = json.loads(sandbox.kubectl("get", "csr", requests[0], "-o", "json"))["status"]
        if status.get("conditions"):
            break
        assert time.monotonic() < end, "nobody decided"
        time.sleep(0.5)
    assert [condition["type"] for condition in status["conditions"]] == ["Denied"]
    assert reason.format(**fill) in status["conditions"][0]["message"]
    assert "certificate" not in status


def test_a_kubelet_is_limited_to_its_own_node(sandbox: Sandbox, workers: list[str]) -> None:
    own, other = workers
    label = {"metadata": {"labels": {"test.hardway.dev/intruder": "yes"}}}
    guarded = {"metadata": {"labels": {"node-restriction.kubernetes.io/intruder": "yes"}}}
    taint = {"key": "test.hardway.dev/intruder", "effect": "PreferNoSchedule"}
    secret = sandbox.objects("secrets", "-n", "kube-system")[0]["metadata"]["name"]
    tried = {
        "label another node": ("PATCH", f"/api/v1/nodes/{other}", label),
        "say that another node is well": ("PATCH", f"/api/v1/nodes/{other}/status", {"status": {"phase": "Running"}}),
        "give itself a guarded label": ("PATCH", f"/api/v1/nodes/{own}", guarded),
        "give itself a taint": ("PATCH", f"/api/v1/nodes/{own}", {"spec": {"taints": [taint]}}),
        "delete another node": ("DELETE", f"/api/v1/nodes/{other}", None),
        "read a secret of no pod of its own": ("GET", f"/api/v1/namespaces/kube-system/secrets/{secret}", None),
        "list all secrets": ("GET", "/api/v1/secrets", None),
    }
    answers = {what: as_kubelet(sandbox, own, *request) for what, request in tried.items()}
    assert {what: answer.get("code") for what, answer in answers.items()} == dict.fromkeys(tried, 403)
