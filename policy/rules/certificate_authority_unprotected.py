"""Roots of trust are protected from deletion."""

from __future__ import annotations

from collections.abc import Iterator

from policy.provider_values import is_on
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(certificate: Resource, settings: Settings) -> Iterator[str]:
    if is_on(certificate.at("isCaCertificate", default=False)) and not certificate.protect:
        yield "The authority is not protected: pass protect=True to its certificate and to its key."


RULE = ResourceRule(
    name="certificate-authority-unprotected",
    what="Pulumi refuses to delete or replace a certificate authority until somebody releases it.",
    why="With a new root nobody trusts anybody: every kubelet, etcd member and client is locked out at once.",
    source="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    fix="Pass ResourceOptions(protect=True) to the certificate and the key of the authority.",
    severity=Severity.CRITICAL,
    reference="story: https://github.com/pulumi/pulumi-tls/issues/173",
    types=("tls:index/selfSignedCert:SelfSignedCert",),
    check=_check,
)
