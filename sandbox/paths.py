"""Where one region keeps everything: its directory, and the names that follow from it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RegionDirectory:
    """The directory of one region. Kernel objects carry `prefix`, so they can be found without a record."""

    root: Path

    @property
    def prefix(self) -> str:
        """Short name that starts every namespace, link and cgroup of this region."""
        return "hw" + hashlib.sha256(str(self.root).encode()).hexdigest()[:4]

    @property
    def router(self) -> str:
        """Name of the network namespace that routes between machines."""
        return f"{self.prefix}-router"

    @property
    def office_link(self) -> str:
        """Name of the host's link into the region."""
        return f"{self.prefix}-office"

    @property
    def record(self) -> Path:
        return self.root / "region.json"

    @property
    def changes(self) -> Path:
        """What was changed outside of the directory and has no name of ours, with its old value."""
        return self.root / "changes.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Sockets and generated configuration of the region's own processes."""
        return self.root / "run"

    @property
    def pulumi_state(self) -> Path:
        return self.root / "state"

    @property
    def pulumi_home(self) -> Path:
        return self.root / "pulumi"

    @property
    def passphrase(self) -> Path:
        return self.root / "passphrase"

    @property
    def authority(self) -> Path:
        """Folder of the region's certificate authority, which the base image trusts."""
        return self.root / "ca"

    @property
    def objects(self) -> Path:
        """Contents of large objects in buckets."""
        return self.root / "objects"

    def machine(self, instance_id: str) -> Path:
        return self.root / "machines" / instance_id

    def volume(self, volume_id: str) -> Path:
        return self.root / "volumes" / f"{volume_id}.img"

    def create(self) -> None:
        """Make the directory and its fixed folders, readable by their owner only."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        for folder in (self.logs, self.run, self.pulumi_state, self.pulumi_home, self.authority, self.objects):
            folder.mkdir(exist_ok=True)
        for name in ("machines", "volumes"):
            (self.root / name).mkdir(exist_ok=True)


def region_directory() -> RegionDirectory:
    """The directory named by HARDWAY_SANDBOX, or the user's own."""
    chosen = os.environ.get("HARDWAY_SANDBOX")
    root = Path(chosen) if chosen else Path.home() / ".local/state/hardway/sandbox"
    return RegionDirectory(root.expanduser().resolve())
