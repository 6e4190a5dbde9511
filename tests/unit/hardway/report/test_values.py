from __future__ import annotations

from typing import Any

import pytest

from hardway.report.values import FileReference, Special, holds, plain, read_properties, read_value, redacted, veiled

SIGNATURE = "4dabf18193072939515e22adb298388d"
SEALED = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "anything"}
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (SEALED, Special.SECRET),
        ({SIGNATURE: "a mark of a later engine", "value": "plain"}, Special.SECRET),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": "x", "secret": True}, Special.SECRET),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": "x"}, "x"),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, Special.UNKNOWN),
        ({SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "hash": "ab", "path": "/home/me"}, FileReference("ab")),
        ({SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:pulumi:a::b::c::name"}, "name"),
        ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", Special.UNKNOWN),
        ("6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", Special.UNKNOWN),
        ({"a": [1, None, True, SEALED], "__defaults": []}, {"a": [1, None, True, Special.SECRET]}),
    ],
)
def test_marks_of_the_engine_are_read(raw: Any, value: Any) -> None:
    assert read_value(raw) == value


@pytest.mark.parametrize(
    ("resource_type", "properties", "masked"),
    [
        ("kubernetes:core/v1:Secret", {"data": {"a": "YQ=="}, "type": "Opaque"}, {"data": {"a": Special.SECRET}}),
        ("kubernetes:core/v1:Secret", {"stringData": {"a": "b"}}, {"stringData": {"a": Special.SECRET}}),
        ("tls:index/privateKey:PrivateKey", {"privateKeyPem": "x"}, {"privateKeyPem": Special.SECRET}),
        (
            "tls:index/locallySignedCert:LocallySignedCert",
            {"caPrivateKeyPem": "x"},
            {"caPrivateKeyPem": Special.SECRET},
        ),
        ("random:index/randomPassword:RandomPassword", {"result": "x"}, {"result": Special.SECRET}),
        ("aws:secretsmanager/secretVersion:SecretVersion", {"secretString": "x"}, {"secretString": Special.SECRET}),
    ],
)
def test_what_always_holds_keys_is_masked_though_the_provider_forgot(
    resource_type: str, properties: dict[str, Any], masked: dict[str, Any]
) -> None:
    read = read_properties(resource_type, properties)
    assert {name: read[name] for name in masked} == masked


def test_a_config_map_is_no_secret() -> None:
    assert read_properties("kubernetes:core/v1:ConfigMap", {"data": {"a": "b"}}) == {"data": {"a": "b"}}


def test_the_copy_of_an_object_in_its_annotations_is_masked() -> None:
    name = "kubectl.kubernetes.io/last-applied-configuration"
    read = read_properties("kubernetes:core/v1:Pod", {"metadata": {"annotations": {name: "{}", "other": "1"}}})
    assert read["metadata"]["annotations"] == {name: Special.SECRET, "other": "1"}


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        KEY.replace("\n-----END EC PRIVATE KEY-----\n", ""),
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "https://user:pass-word@registry.example.net/",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "glpat-" + "wJalrXUtnFEMI7MDENGb",
        "w1alrx.utnf3mi7mdengbpx",
        KEY.replace("EC PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
    ],
    ids=["key", "cut key", "access key", "token", "url", "secret key", "git", "bootstrap", "pgp"],
)
def test_what_looks_like_a_key_is_masked_anywhere(text: str) -> None:
    shown = redacted(f"before {text} after")
    assert "[secret]" in shown
    assert shown.startswith("before ")
    assert not any(part in shown for part in ("MHcCAQEEIB", "AKIA", "eyJ", "pass-word", "wJalr", "w1alrx"))


def test_what_says_whose_a_key_is_stays() -> None:
    assert redacted("https://user:pa$s-word@host/path") == "https://[secret]@host/path"
    assert redacted("secret_key: " + "a1B2" * 10) == "secret_key: [secret]"


def test_certificates_are_told_apart_by_a_digest() -> None:
    first = redacted("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    second = redacted("-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n")
    assert first.startswith("[certificate ")
    assert first != second


@pytest.mark.parametrize(
    ("value", "other", "veil"),
    [
        ("plain", Special.SECRET, Special.SECRET),
        ({"a": "x", "b": "y"}, {"a": Special.SECRET}, {"a": Special.SECRET, "b": "y"}),
        (["x", "y"], ["x", Special.SECRET], ["x", Special.SECRET]),
        (["x", "y", "z"], [Special.SECRET], Special.SECRET),
        ('{"a": "x"}', {"a": Special.SECRET}, Special.SECRET),
        (Special.ABSENT, Special.SECRET, Special.ABSENT),
        (Special.UNKNOWN, Special.SECRET, Special.UNKNOWN),
        ("plain", "other", "plain"),
    ],
)
def test_a_value_is_as_secret_as_its_other_side(value: Any, other: Any, veil: Any) -> None:
    assert veiled(value, other) == veil


def test_special_values_are_found_and_told_anywhere() -> None:
    value = {"a": [Special.UNKNOWN, FileReference("ab")]}
    assert holds(value, Special.UNKNOWN)
    assert not holds(value, Special.SECRET)
    assert plain(value) == {"a": ["[not known yet]", "file sha256:ab"]}
