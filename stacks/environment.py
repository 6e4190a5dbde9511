"""The environment: from an empty account to machines that form a cluster by themselves."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2

from components.artifacts import Artifacts, ArtifactsArgs
from components.backups import BackupsHandle
from components.cluster_secrets import cluster_secrets
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.dns import ApiName, ApiNameArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.load_balancer import ApiLoadBalancer, ApiLoadBalancerArgs
from components.naming import Naming
from components.network import Network, NetworkArgs, endpoint_subnets
from components.pki import Pki, PkiArgs
from components.restore_drill import RestoreDrill, RestoreDrillArgs
from components.worker_group import group_name
from components.worker_pool import WorkerPool, WorkerPoolArgs
from hardway.artifacts.lock import load_lock
from hardway.config.environment import Environment, ManagementLink
from hardway.config.lock_match import require_locked
from hardway.machine.bundle import pack, pack_secrets
from hardway.machine.control_plane import render_control_plane
from hardway.machine.drill import render_drill
from hardway.machine.secrets import control_plane_secret_files, worker_secret_files
from hardway.machine.worker import render_worker


def environment_stack(config: Environment) -> None:
    """Declare everything that one environment is made of, and export what others need of it."""
    naming = Naming(environment=config.name, stack=pulumi.get_stack())
    lock = load_lock(config.name)
    require_locked(config.versions, lock.versions, config.name, f"stacks/Pulumi.{config.name}.yaml")
    members, pools = config.control_plane.members, config.pools
    backups = _backups(config.management) if config.management else None

    image = ec2.get_ami_output(owners=[config.image.owner], filters=[{"name": "name", "values": [config.image.name]}])
    key = EncryptionKey(
        "key",
        EncryptionKeyArgs(
            naming=naming,
            account_id=aws.get_caller_identity_output().account_id,
            purpose="Volumes, bundles and secrets",
            workers_disks=True,
            protect=config.deletion_protection,
        ),
    )
    network = Network(
        "network",
        NetworkArgs(
            naming=naming,
            config=config.network,
            region=config.region,
            domain=config.domain,
            buckets=(config.artifacts.bucket, *([config.management.backup_bucket] if config.management else [])),
        ),
    ).handle
    artifacts = Artifacts(
        "artifacts",
        ArtifactsArgs(
            naming=naming,
            bucket=config.artifacts.bucket,
            region=config.region,
            lock=lock,
            key_arn=key.arn,
            protect=config.deletion_protection,
        ),
    ).handle
    pki = Pki(
        "pki", PkiArgs(environment=config, encryption_key=pulumi.Config().get_secret("etcd_encryption_key"))
    ).handle
    balancer = ApiLoadBalancer(
        "api",
        ApiLoadBalancerArgs(
            naming=naming,
            vpc_id=network.vpc_id,
            addresses={subnet: str(one) for subnet, one in config.control_plane.api_addresses.items()},
            subnet_ids=network.subnet_ids,
            security_group_id=network.security_group_ids["api"],
            targets={member: str(spec.address) for member, spec in members.items()},
            deletion_protection=config.deletion_protection,
        ),
    )
    ApiName(
        "api-name",
        ApiNameArgs(
            host=config.api_host,
            zone_id=network.zone_id,
            load_balancer_dns_name=balancer.dns_name,
            load_balancer_zone_id=balancer.zone_id,
        ),
    )

    join_secrets = cluster_secrets(
        naming=naming,
        pools=pools,
        key_arn=key.arn,
        break_glass=pki.break_glass_kubeconfig,
        deletion_protection=config.deletion_protection,
    )
    control_plane = ControlPlane(
        "control-plane",
        ControlPlaneArgs(
            naming=naming,
            config=config.control_plane,
            region=config.region,
            network=network,
            artifacts=artifacts,
            bucket_name=config.artifacts.bucket,
            ami=image.id,
            image_owner=image.owner_id,
            key_arn=key.arn,
            bundles={member: pack(render_control_plane(config, member, lock)) for member in members},
            secrets={
                member: pulumi.Output.all(pem=pki.control_plane_files[member], key=pki.encryption_key).apply(
                    lambda made: pack_secrets(control_plane_secret_files(made["pem"], made["key"]))
                )
                for member in members
            },
            join_secret_arns=join_secrets,
            groups=[group_name(naming, pool) for pool in pools],
            backups=backups,
            deletion_protection=config.deletion_protection,
        ),
    )
    # One pool after the other: each waits until the machines of the one before are what they shall be.
    gate: pulumi.Resource = control_plane.gate
    for pool, spec in pools.items():
        gate = WorkerPool(
            f"pool-{pool}",
            WorkerPoolArgs(
                naming=naming,
                pool=pool,
                config=spec,
                region=config.region,
                network=network,
                artifacts=artifacts,
                ami=image.id,
                image_owner=image.owner_id,
                root_device=image.root_device_name,
                key_arn=key.arn,
                bundle=pack(render_worker(config, pool, lock)),
                secret=pki.pool_files[pool].apply(lambda pem: pack_secrets(worker_secret_files(pem))),
                join_secret_arn=join_secrets[pool],
                gate=gate,
                deletion_protection=config.deletion_protection,
            ),
        ).gate

    exports: dict[str, Any] = {
        "api_url": config.api_url,
        "bucket": config.artifacts.bucket,
        "cluster_dns_address": str(config.cluster_dns_address),
        "cluster_domain": config.cluster_domain,
        "control_planes": control_plane.addresses,
        "kubeconfig": pki.operator_kubeconfig,
        "pools": sorted(pools),
        "vpc_id": network.vpc_id,
    }
    if backups is not None:
        drill = RestoreDrill(
            "restore-drill",
            RestoreDrillArgs(
                naming=naming,
                region=config.region,
                network=network,
                artifacts=artifacts,
                backups=backups,
                ami=image.id,
                image_owner=image.owner_id,
                root_device=image.root_device_name,
                instance_type=config.control_plane.instance_type,
                # The backup as it came and unpacked, and three members of it.
                root_volume_gib=config.control_plane.root_volume_gib + 5 * config.control_plane.etcd_volume_gib,
                key_arn=key.arn,
                bundle=pack(render_drill(config, lock)),
            ),
        )
        exports |= {
            "backup_bucket": backups.bucket,
            "drill_launch_template": drill.template_id,
            "drill_subnet_id": network.subnet_ids[endpoint_subnets(config.network)[0]],
        }
    for name, value in exports.items():
        pulumi.export(name, value)


def _backups(link: ManagementLink) -> BackupsHandle:
    """What the management stack has for the environment; an error if machines would be told of another bucket."""
    management = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{link.stack}")

    def checked(bucket: str) -> str:
        if bucket != link.backup_bucket:
            raise pulumi.RunError(
                f"hardway:management.backup_bucket is {link.backup_bucket}, but the backup bucket of the stack"
                f" {link.stack} is {bucket}: machines would send backups where they may not. Say {bucket}."
            )
        return bucket

    return BackupsHandle(
        bucket=management.require_output("backup_bucket").apply(checked),
        key_arn=management.require_output("backup_key_arn"),
    )
