"""PKI: separate roots, a leaf per owner, and for each machine the map of path to content that it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_random as random
import pulumi_tls as tls

from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
from components.leaf import IssuedLeaf, issue_leaf
from hardway.config.environment import Environment
from hardway.machine.kubeconfig import render_portable_kubeconfig
from hardway.pki_plan import (
    AUTHORITIES,
    CONTROL_PLANE_TRUST,
    POOL_TRUST,
    SERVICE_ACCOUNT_PATH,
    SIGNING_KEY_PATH,
    Authority,
    Leaf,
    break_glass_leaf,
    control_plane_leaves,
    operator_leaf,
    pool_leaves,
)

Files = pulumi.Output[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class PkiHandle:
    """What later layers may know of the PKI. Everything but the authority's certificate is secret."""

    control_plane_files: Mapping[str, Files]
    """Path to PEM text, by member."""

    pool_files: Mapping[str, Files]
    """Path to PEM text, by pool."""

    operator_kubeconfig: pulumi.Output[str]
    """Everyday administration, subject to RBAC."""

    break_glass_kubeconfig: pulumi.Output[str]
    """Emergency administration, above RBAC; expires within hours."""

    authority_pem: pulumi.Output[str]
    """Certificate of the kubernetes authority."""

    encryption_key: pulumi.Output[str]
    """Base64 of the 32 bytes that encrypt Secrets in etcd."""


@dataclass(frozen=True, kw_only=True)
class PkiArgs:
    """What the PKI needs to know."""

    environment: Environment
    """Members, pools, names, addresses, lifetimes and epochs."""

    encryption_key: pulumi.Input[str] | None
    """Key of a cluster that is being restored; None makes one."""


class Pki(pulumi.ComponentResource):
    """All trust of one environment. Keys live in state (encrypted) and on the machine that needs them."""

    handle: PkiHandle
    """For the layers that follow."""

    def __init__(self, name: str, args: PkiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:pki:Pki", name, None, opts)
        self._name = name
        self._environment = args.environment
        self._authorities = {authority: self._authority(authority) for authority in AUTHORITIES}
        service_account = tls.PrivateKey(
            f"{name}-service-account",
            algorithm="RSA",
            rsa_bits=2048,
            opts=pulumi.ResourceOptions(parent=self, protect=args.environment.deletion_protection),
        )
        signing: dict[str, pulumi.Output[str]] = {
            SIGNING_KEY_PATH: self._authorities["kubernetes"].key_pem,
            f"{SERVICE_ACCOUNT_PATH}.key": service_account.private_key_pem,
            f"{SERVICE_ACCOUNT_PATH}.pub": service_account.public_key_pem,
        }
        environment = args.environment
        self.handle = PkiHandle(
            control_plane_files={
                member: self._files(control_plane_leaves(environment, member), CONTROL_PLANE_TRUST, signing)
                for member in environment.control_plane.members
            },
            pool_files={
                pool: self._files(pool_leaves(environment, pool), POOL_TRUST, {}) for pool in environment.pools
            },
            operator_kubeconfig=self._kubeconfig(operator_leaf(environment)),
            break_glass_kubeconfig=self._kubeconfig(break_glass_leaf(environment)),
            authority_pem=self._authorities["kubernetes"].certificate_pem,
            encryption_key=self._encryption_key(args.encryption_key),
        )
        self.register_outputs({"authority_pem": self.handle.authority_pem})

    def _authority(self, authority: Authority) -> CertificateAuthority:
        return CertificateAuthority(
            f"{self._name}-{authority}-ca",
            CertificateAuthorityArgs(
                common_name=f"{self._environment.name} {authority}",
                hours=self._environment.pki.ca_hours,
                protect=self._environment.deletion_protection,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _issue(self, leaf: Leaf) -> IssuedLeaf:
        epoch: int = getattr(self._environment.pki.epochs, leaf.group)
        return issue_leaf(f"{self._name}-{leaf.id}", leaf, self._authorities[leaf.authority], epoch, self)

    def _files(
        self,
        leaves: tuple[Leaf, ...],
        trust: Mapping[str, Authority],
        signing: Mapping[str, pulumi.Output[str]],
    ) -> Files:
        files = dict(signing)
        for path, authority in trust.items():
            files[path] = self._authorities[authority].certificate_pem
        for leaf in leaves:
            issued = self._issue(leaf)
            files[f"{leaf.path}.crt"] = issued.certificate_pem
            files[f"{leaf.path}.key"] = issued.key_pem
        return pulumi.Output.secret(pulumi.Output.all(**files))

    def _kubeconfig(self, leaf: Leaf) -> pulumi.Output[str]:
        issued = self._issue(leaf)
        environment = self._environment
        return pulumi.Output.secret(
            pulumi.Output.all(
                certificate=issued.certificate_pem,
                key=issued.key_pem,
                authority=self._authorities["kubernetes"].certificate_pem,
            ).apply(
                lambda pem: render_portable_kubeconfig(
                    cluster=f"hardway-{environment.name}",
                    server=environment.api_url,
                    user=leaf.common_name,
                    certificate_pem=pem["certificate"],
                    key_pem=pem["key"],
                    authority_pem=pem["authority"],
                )
            )
        )

    def _encryption_key(self, given: pulumi.Input[str] | None) -> pulumi.Output[str]:
        if given is not None:
            return pulumi.Output.secret(given)
        made = random.RandomBytes(
            f"{self._name}-encryption-key",
            length=32,
            # Without this key the Secrets in etcd and in every backup are lost.
            opts=pulumi.ResourceOptions(parent=self, protect=self._environment.deletion_protection),
        )
        return pulumi.Output.secret(made.base64)
