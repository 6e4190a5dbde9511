"""A machine while it runs for its instance: the volumes behind its disks, and the notice of its end."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import volumes
from sandbox.machine import Machine
from sandbox.paths import RegionDirectory


@dataclass
class Running:
    """A machine that was booted, and for which round of the instance's life."""

    machine: Machine
    round: int
    directory: RegionDirectory
    attached: dict[str, Path] = field(default_factory=dict)

    def attach(self, wanted: Mapping[str, int]) -> None:
        """The machine's disks are the wanted volumes, given by id with their size in GiB, and no others."""
        for volume_id in self.attached.keys() - wanted.keys():
            self.machine.detach(volume_id)
            volumes.detach(self.directory.volume(volume_id))
            del self.attached[volume_id]
        for volume_id in wanted.keys() - self.attached.keys():
            image = self.directory.volume(volume_id)
            volumes.create(image, wanted[volume_id])
            device = volumes.attach(image)
            self.machine.attach(volume_id, device)
            self.attached[volume_id] = device

    def release(self) -> None:
        """No loop device holds a volume of the machine, which has ended."""
        for volume_id in self.attached:
            volumes.detach(self.directory.volume(volume_id))
        self.attached.clear()

    def watch(self, ended: Callable[[], None]) -> None:
        """`ended` is called once the machine has ended, noticed without asking again and again."""
        manager = self.machine.manager_pid
        if manager is None:
            return

        def wait() -> None:
            handle = os.pidfd_open(manager)
            try:
                select.select([handle], [], [])
            finally:
                os.close(handle)
            ended()

        threading.Thread(target=wait, name=f"watch {self.machine.spec.instance_id}", daemon=True).start()
