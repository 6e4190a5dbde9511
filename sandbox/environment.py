"""The environment variables with which a plain `pulumi` or boto3 talks to a region."""

from __future__ import annotations

import os

from sandbox.paths import RegionDirectory
from sandbox.plugins.install import install
from sandbox.record import RegionRecord

PASSPHRASE = "sandbox"
"""No secret: it encrypts a state that lies beside it. Known, so that the salt in the stack files can be, too."""


def region_environment(directory: RegionDirectory, record: RegionRecord) -> dict[str, str]:
    """What to add to the environment. HARDWAY_PLUGINS=official keeps the user's own plugins and PULUMI_HOME."""
    variables = {
        "AWS_ENDPOINT_URL": record.endpoint,
        "AWS_ACCESS_KEY_ID": record.access_key,
        "AWS_SECRET_ACCESS_KEY": record.secret_key,
        "AWS_REGION": record.region,
        "AWS_DEFAULT_REGION": record.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Without a checksum of each state in a file beside it, which nobody reads.
        "PULUMI_BACKEND_URL": f"file://{directory.pulumi_state}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(directory.passphrase),
        # Each step writes the state; a second copy of what lives as long as the region helps nobody.
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    if os.environ.get("HARDWAY_PLUGINS") != "official":
        install(directory.pulumi_home)
        variables["PULUMI_HOME"] = str(directory.pulumi_home)
    return variables
