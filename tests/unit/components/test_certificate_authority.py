"""A root: what it may sign, and that nothing renews it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
from tests.unit.components.harness import Recording, run


@cache
def declare(protect: bool = True) -> Recording:
    def program() -> dict[str, Any]:
        authority = CertificateAuthority(
            "etcd-ca", CertificateAuthorityArgs(common_name="sandbox etcd", hours=87_600, protect=protect)
        )
        return {"key": authority.key_pem, "certificate": authority.certificate_pem}

    return run(program)


def test_it_signs_certificates_and_nothing_else() -> None:
    root = declare().one("SelfSignedCert", "etcd-ca").inputs
    assert root["isCaCertificate"] is True
    assert root["allowedUses"] == ["cert_signing", "crl_signing"]
    assert root["subject"] == {"commonName": "sandbox etcd", "organization": "hardway"}
    assert root["validityPeriodHours"] == 87_600


def test_leaves_can_name_it_as_their_issuer() -> None:
    # Two roots of one subject are told apart by this alone, while one replaces the other.
    assert declare().one("SelfSignedCert", "etcd-ca").inputs["setSubjectKeyId"] is True


def test_its_key_is_stronger_than_those_of_leaves_and_never_triggered() -> None:
    key = declare().one("PrivateKey", "etcd-ca")
    assert (key.inputs["algorithm"], key.inputs["ecdsaCurve"]) == ("ECDSA", "P384")
    assert not key.replacement_trigger


@pytest.mark.parametrize("protect", [True, False])
def test_key_and_certificate_are_protected_where_asked(protect: bool) -> None:
    assert {one.protect for one in declare(protect) if one.custom} == {protect}


def test_its_key_is_secret_and_its_certificate_is_not() -> None:
    declared = declare()
    assert declared.secret_outputs == {"key"}
    assert "\netcd-ca\n" in declared.outputs["key"]
    assert declared.outputs["certificate"] == "etcd-ca-certPem"
