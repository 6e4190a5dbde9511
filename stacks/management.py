"""Management: what must outlive the clusters that it serves. Environments refer to it, and it refers to none."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.management.backup_vault import BackupVault, BackupVaultArgs
from components.naming import Naming
from hardway.config.management import Management


def management_stack(config: Management) -> None:
    """Declare what saves clusters, and export what environments need of it."""
    naming = Naming(environment=config.name, stack=pulumi.get_stack())
    key = EncryptionKey(
        "key",
        EncryptionKeyArgs(
            naming=naming,
            account_id=aws.get_caller_identity_output().account_id,
            purpose="Backups",
            workers_disks=False,
            protect=config.deletion_protection,
        ),
    )
    vault = BackupVault(
        "backups",
        BackupVaultArgs(
            naming=naming,
            bucket=config.backups.bucket,
            lock_days=config.backups.lock_days,
            key_arn=key.arn,
            protect=config.deletion_protection,
        ),
    )
    pulumi.export("backup_bucket", vault.bucket)
    pulumi.export("backup_key_arn", key.arn)
