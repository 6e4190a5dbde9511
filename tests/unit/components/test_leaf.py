"""One leaf: a key, a request and a certificate, and what an epoch replaces."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pulumi

from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
from components.leaf import issue_leaf
from hardway.pki_plan import Leaf
from tests.unit.components.harness import Recording, is_secret, run

SERVER = Leaf(
    owner="control-plane-1",
    name="etcd-server",
    authority="etcd",
    common_name="control-plane-1",
    uses=("server_auth",),
    dns_names=("control-plane-1", "localhost"),
    ip_addresses=("10.40.1.11",),
    group="etcd",
    hours=8_760,
    path="/etc/etcd/pki/server",
)
CLIENT = replace(SERVER, organization="system:nodes", uses=("client_auth",), dns_names=(), ip_addresses=())


@cache
def declare(leaf: Leaf = SERVER, epoch: int = 1) -> Recording:
    def program() -> dict[str, Any]:
        parent = pulumi.ComponentResource("hardway:pki:Pki", "pki")
        authority = CertificateAuthority(
            "ca", CertificateAuthorityArgs(common_name="sandbox etcd", hours=87_600, protect=True)
        )
        issued = issue_leaf("leaf", leaf, authority, epoch, parent)
        return {"key": issued.key_pem, "certificate": issued.certificate_pem}

    return run(program)


def test_the_request_says_who_it_is_and_is_for_the_leafs_own_key() -> None:
    request = declare().one("CertRequest", "leaf").inputs
    assert request["subject"] == {"commonName": "control-plane-1"}
    assert (request["dnsNames"], request["ipAddresses"]) == (["control-plane-1", "localhost"], ["10.40.1.11"])
    assert declare().one("PrivateKey", "leaf").urn in declare().one("CertRequest", "leaf").depends_on


def test_a_client_has_an_organization_and_no_names() -> None:
    request = declare(CLIENT).one("CertRequest", "leaf").inputs
    assert request["subject"] == {"commonName": "control-plane-1", "organization": "system:nodes"}
    assert not {"dnsNames", "ipAddresses"} & request.keys()


def test_the_authority_signs_for_what_was_planned_and_no_more() -> None:
    signed = declare().one("LocallySignedCert", "leaf").inputs
    assert signed["certRequestPem"] == "leaf-certRequestPem"
    assert signed["caCertPem"] == "ca-certPem"
    assert signed["allowedUses"] == ["digital_signature", "server_auth"]
    assert (signed["isCaCertificate"], signed["validityPeriodHours"]) == (False, 8_760)


def test_an_epoch_triggers_the_key_alone() -> None:
    triggers = [
        {one.name: one.replacement_trigger for one in declare(epoch=epoch).of("PrivateKey")} for epoch in (1, 2)
    ]
    assert [one["leaf"] for one in triggers] == [1, 2]
    assert triggers[0]["ca"] == triggers[1]["ca"]
    followers = (declare().one("CertRequest", "leaf"), declare().one("LocallySignedCert", "leaf"))
    assert not any(one.replacement_trigger for one in followers)


def test_no_private_key_is_handed_on_in_the_open() -> None:
    declared = declare()
    assert declared.secret_outputs == {"key"}
    assert is_secret(declared.one("LocallySignedCert", "leaf").inputs["caPrivateKeyPem"])


def test_it_is_the_parents_child_and_no_component() -> None:
    declared = declare()
    made = [one for one in declared if one.name == "leaf"]
    assert {one.type.rpartition(":")[2] for one in made} == {"PrivateKey", "CertRequest", "LocallySignedCert"}
    assert {one.parent for one in made} == {declared.one("Pki", "pki").urn}
