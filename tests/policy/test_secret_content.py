"""What is taken for a secret, and what looks like one and is none."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from policy.secret_content import secrets_in
from tests.policy.fakes import AWS_KEY, BOOTSTRAP_TOKEN, PRIVATE_KEY, RANDOM, SECRETS, WEB_TOKEN

ROOT = Path(__file__).parents[2]
DIGEST = hashlib.sha256(b"made up").hexdigest()


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_found_amid_other_text(kind: str) -> None:
    assert secrets_in(f"before {SECRETS[kind]} after") == (kind,)


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_found_in_base64_gzip_and_both(kind: str) -> None:
    plain = f"some text before\n{SECRETS[kind]}\n".encode()
    for content in (
        gzip.compress(plain),
        b"content: " + base64.b64encode(plain),
        b"content: " + base64.b64encode(gzip.compress(plain)),
        base64.encodebytes(base64.b64encode(gzip.compress(plain))),
    ):
        assert kind in secrets_in(content)


@pytest.mark.parametrize(
    "text",
    [
        "password: correct-h0rse-battery",
        'DB_PASSWORD="Tr0ub4dor&3x"',
        "api-key = 7Fhw83Kd02mX",
        f"token={DIGEST}",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "https://admin:correct-horse@registry.example.net/v2/",
        "ghp_" + "a1B2" * 9,
        "AGE-SECRET-KEY-1" + "Q2W3" * 14,
    ],
)
def test_what_is_given_a_secrets_name_or_form_is_found(text: str) -> None:
    assert len(secrets_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        DIGEST,
        f"sha256:{DIGEST}",
        f"https://s3.eu-central-1.amazonaws.com/hardway-prod-artifacts/bundles/{DIGEST}.tar",
        f"image: registry.example.net/team/app@sha256:{DIGEST}",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:hardway/prod/join/general-A1bC2d",
        "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        "6f0c2a0e-9d1c-4b5e-8f27-1e6d5c4b3a29",
        "checksumSha256: " + base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
        "publicKeyFingerprintSha256: SHA256:" + base64.b64encode(hashlib.sha256(b"x").digest()).decode().rstrip("="),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + RANDOM[:40],
        f"-----BEGIN CERTIFICATE-----\n{RANDOM}\n{RANDOM}\n-----END CERTIFICATE-----",
        f"-----BEGIN PUBLIC KEY-----\n{RANDOM}\n-----END PUBLIC KEY-----",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "link=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a1b2c3d4e5f67890",
        "subnet-0a1b2c3d4e5f67890,subnet-9f8e7d6c5b4a32100",
        "http_tokens: required",
        "https://admin:${PASSWORD}@registry.example.net/v2/",
        "secret_name: hardway/prod/control-plane/control-plane-1",
        "bootstrap-token-file: /etc/kubernetes/join",
        'TOKEN="$(curl -X PUT http://169.254.169.254/latest/api/token)"',
        "token-cleaner: --controllers=*,bootstrapsigner,tokencleaner",
        "secret_name: hardway-prod-pool-1a",
        "secret_path: a1/b2/c3/d4/e5/f6",
        "api_key: MyApiKeyName",
        "token_issued: 2026-09-18T07:45:31Z",
        "token_reviewer: serviceaccount2controller",
        "password: a1a1a1a1a1a1",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "aA1aA1aA1aA1aA1aA1aA1aA1aA1",
        "a1b2a1b2a1b2a1b2a1b2a1b2a1b2",
        "MyApiKeyNameIsHereAndThere",
        "V1_AMD64_EC2_S3_R2D2_C3PO_K8S",
    ],
)
def test_what_is_no_secret_is_not_taken_for_one(text: str) -> None:
    assert secrets_in(text) == ()


def _made(alphabet: str, length: int, numbers: random.Random) -> str:
    return "".join(numbers.choice(alphabet) for _ in range(length))


@pytest.mark.parametrize(
    ("least", "make"),
    [
        (0.75, lambda numbers: base64.b64encode(numbers.randbytes(18)).decode()),
        (0.95, lambda numbers: base64.b64encode(numbers.randbytes(32)).decode()),
        (0.95, lambda numbers: base64.urlsafe_b64encode(numbers.randbytes(32)).decode()),
        (0.95, lambda numbers: _made(string.ascii_letters + string.digits + "/+", 40, numbers)),
        (0.75, lambda numbers: _made(string.ascii_lowercase + string.digits, 32, numbers)),
        (0.85, lambda numbers: f"password: {_made(string.ascii_letters + string.digits, 16, numbers)}"),
        (0.90, lambda numbers: f"password: {_made(string.ascii_letters + string.digits, 24, numbers)}"),
    ],
)
def test_most_random_texts_are_found(least: float, make: Callable[[random.Random], str]) -> None:
    numbers = random.Random(7)
    found = sum(bool(secrets_in(make(numbers))) for _ in range(500))
    assert found / 500 >= least


def test_nothing_that_our_machines_boot_is_taken_for_a_secret() -> None:
    files = [path for path in (ROOT / "tests/golden").rglob("*") if path.is_file() and "files" in path.parts]
    assert len(files) > 60
    found = {path.name: secrets_in(path.read_bytes()) for path in files}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_a_secret_is_one_finding_and_two_are_two() -> None:
    assert secrets_in(f"token: {WEB_TOKEN}") == ("a JSON web token",)
    assert set(secrets_in(PRIVATE_KEY + AWS_KEY + " " + BOOTSTRAP_TOKEN)) == {
        "a private key",
        "an AWS access key",
        "a bootstrap token",
    }


@pytest.mark.parametrize(("depth", "found"), [(4, ("a private key",)), (5, ()), (9, ())])
def test_it_is_unpacked_so_deep_and_no_deeper(depth: int, found: tuple[str, ...]) -> None:
    archive, text = PRIVATE_KEY.encode(), PRIVATE_KEY.encode()
    for _ in range(depth):
        archive, text = gzip.compress(archive), base64.b64encode(text)
    assert secrets_in(archive) == found
    assert bool(found) == ("a private key" in secrets_in(text))


def test_what_is_broken_is_no_error() -> None:
    assert secrets_in(b"\x1f\x8bnothing") == ()
    assert secrets_in(b"\xff\xfe\x00") == ()
