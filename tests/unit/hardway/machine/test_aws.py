"""The shell functions that ask AWS, against moto with signatures and policies enforced."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from hardway.machine.template import TEMPLATES

REGION = "eu-central-1"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
ALLOWED = ["s3:*", "secretsmanager:GetSecretValue", "ec2:DescribeInstances", "autoscaling:Describe*"]


def check_requests_after(url: str, count: str) -> None:
    """Moto checks signatures and policies once it has answered `count` requests without."""
    urlopen(Request(f"{url}/moto-api/reset-auth", count.encode(), {"Content-Type": "text/plain"}))


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """URL of a moto that holds a bucket, two secrets and a role, and has begun to check every request."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    clients: dict[str, Any] = {
        name: boto3.client(
            name, endpoint_url=url, region_name=REGION, aws_access_key_id="setup", aws_secret_access_key="setup"
        )
        for name in ("s3", "secretsmanager", "iam")
    }
    clients["s3"].create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("artifacts/one", "artifacts/two"):
        clients["s3"].put_object(Bucket="bucket", Key=key, Body=key.encode())
    clients["secretsmanager"].create_secret(Name="with/value", SecretString="H4sIAAAA")
    clients["secretsmanager"].create_secret(Name="without/value")
    clients["iam"].create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(TRUST))
    statement = {"Effect": "Allow", "Action": ALLOWED, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    clients["iam"].put_role_policy(RoleName="machine", PolicyName="machine", PolicyDocument=policy)
    yield url
    check_requests_after(url, "inf")
    server.stop()


@pytest.fixture(scope="module")
def metadata(aws: str) -> Iterator[str]:
    """URL of a metadata service that hands out the role's credentials, to holders of a token only."""
    sts = boto3.client(
        "sts", endpoint_url=aws, region_name=REGION, aws_access_key_id="setup", aws_secret_access_key="setup"
    )
    made = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/machine", RoleSessionName="i-0123")["Credentials"]
    answers = {
        "iam/security-credentials/": "machine",
        "iam/security-credentials/machine": json.dumps(
            {
                "AccessKeyId": made["AccessKeyId"],
                "SecretAccessKey": made["SecretAccessKey"],
                "Token": made["SessionToken"],
            },
            indent=2,
        ),
        "instance-id": "i-0123",
        "local-ipv4": "10.40.1.11",
    }
    check_requests_after(aws, "0")

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.answer("token")

        def do_GET(self) -> None:
            known = self.headers.get("X-aws-ec2-metadata-token") == "token"
            self.answer(answers.get(self.path.removeprefix("/latest/meta-data/")) if known else None)

        def answer(self, text: str | None) -> None:
            self.send_response(401 if text is None else 200)
            self.send_header("Content-Length", str(len(text or "")))
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(aws: str, metadata: str, tmp_path: Path) -> Any:
    """Runs commands after sourcing the functions, with AWS's addresses replaced and nothing else."""
    library = (TEMPLATES / "common/usr/lib/hardway/aws.sh").read_text()
    library = library.replace(". /etc/hardway/identity.env\n. /etc/hardway/machine.env\n", "")
    library = library.replace("http://169.254.169.254", metadata)
    library = library.replace("https://s3.%s.amazonaws.com", f"{aws}%.0s")
    library = library.replace("https://secretsmanager.$HW_REGION.amazonaws.com", aws)
    library = library.replace("https://$service.$HW_REGION.amazonaws.com", aws)

    def run(commands: str) -> subprocess.CompletedProcess[str]:
        script = f"HW_REGION={REGION} HW_BUCKET=bucket\n{library}\n{commands}\n"
        return subprocess.run(["bash", "-uc", script], cwd=tmp_path, text=True, capture_output=True, check=False)

    return run


def test_metadata_comes_one_value_a_line(run: Any) -> None:
    assert run("aws_metadata instance-id local-ipv4").stdout == "i-0123\n10.40.1.11\n"


def test_an_object_is_fetched_whole(run: Any, tmp_path: Path) -> None:
    assert run("aws_get_object artifacts/one here").returncode == 0
    assert (tmp_path / "here").read_text() == "artifacts/one"


def test_an_object_that_is_not_there_leaves_no_file(run: Any, tmp_path: Path) -> None:
    assert run("aws_get_object artifacts/none here").returncode == 44
    assert list(tmp_path.iterdir()) == []


def test_only_the_first_writer_wins(run: Any) -> None:
    assert run("echo first >mine; aws_put_object_if_absent cluster/formed mine").returncode == 0
    assert run("echo second >mine; aws_put_object_if_absent cluster/formed mine").returncode == 45
    assert run("aws_get_object cluster/formed back; cat back").stdout == "first\n"


def test_an_object_is_replaced_and_its_hash_goes_with_it(run: Any) -> None:
    for text in ("first", "second"):
        assert run(f"echo {text} >mine; aws_put_object cluster/latest mine").returncode == 0
    assert run("aws_get_object cluster/latest back; cat back").stdout == "second\n"
    watched = '_aws_curl() { _aws_signature "$1" >>arguments; printf "%s\\n" "$@" >>arguments; echo 200; }\n'
    sent = run(watched + "aws_put_object cluster/latest mine; cat arguments").stdout
    digest = hashlib.sha256(b"second\n")
    assert f'header = "x-amz-content-sha256: {digest.hexdigest()}"' in sent
    assert f"x-amz-checksum-sha256: {base64.b64encode(digest.digest()).decode()}" in sent


def test_objects_are_fetched_together(run: Any, tmp_path: Path) -> None:
    assert run(r"printf 'artifacts/%s\t%s\n' one 1 two 2 | aws_get_objects").returncode == 0
    assert [(tmp_path / name).read_text() for name in "12"] == ["artifacts/one", "artifacts/two"]


def test_one_missing_of_several_is_named_and_the_others_are_kept(run: Any, tmp_path: Path) -> None:
    done = run(r"printf 'artifacts/%s\t%s\n' one 1 none 2 | aws_get_objects")
    assert done.returncode == 1
    assert done.stderr.startswith("s3 object artifacts/none: HTTP 404 NoSuchKey")
    assert (tmp_path / "1").exists()
    assert not (tmp_path / "2").exists()


def test_a_secret_is_read(run: Any) -> None:
    assert run("aws_get_secret with/value").stdout == "H4sIAAAA"


@pytest.mark.parametrize("name", ["without/value", "nowhere"])
def test_a_secret_without_a_value_is_told_from_one_that_cannot_be_read(run: Any, name: str) -> None:
    assert run(f"aws_get_secret {name}").returncode == 44


def test_a_refusal_is_one_line_that_names_the_permission(run: Any) -> None:
    done = run("echo token | aws_put_secret with/value")
    assert done.returncode == 1
    assert "HTTP 403 AccessDenied" in done.stderr
    assert "secretsmanager:PutSecretValue" in done.stderr
    assert done.stderr.count("\n") == 1


def test_instances_are_described_by_filters(run: Any) -> None:
    assert "<reservationSet" in run("aws_describe_instances tag:hardway:environment=golden").stdout


def test_a_query_api_answers_and_its_refusals_are_told(run: Any) -> None:
    query = "aws_query autoscaling 2011-01-01"
    assert "<AutoScalingGroups" in run(f"{query} DescribeAutoScalingGroups MaxRecords=100").stdout
    refused = run(f"{query} CompleteLifecycleAction AutoScalingGroupName=a InstanceId=i-1")
    assert refused.returncode == 1
    assert "AccessDenied" in refused.stderr


def test_no_credential_reaches_a_command_line(run: Any) -> None:
    watched = 'curl() { printf "%s\\n" "$@" >>arguments; command curl "$@"; }\n'
    arguments = run(watched + "aws_get_object artifacts/one here; aws_get_secret with/value; cat arguments").stdout
    secrets = run('aws_credentials; printf "%s\\n" "$_aws_secret" "$_aws_token"').stdout.split()
    assert len(secrets) == 2
    assert "--output" in arguments
    assert not [secret for secret in secrets if secret in arguments]
