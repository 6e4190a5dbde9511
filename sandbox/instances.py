"""Instances as machines: what moto says is running is booted, what it says is terminated is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import StateReason

from sandbox import lifecycle, volumes
from sandbox.lifecycle import PENDING, SHUTTING_DOWN, STOPPING, finish, set_state
from sandbox.machine import Machine, MachineSpec
from sandbox.moto_app import ACCOUNT
from sandbox.network import Network
from sandbox.paths import RegionDirectory
from sandbox.running import Running
from sandbox.view import View

log = logging.getLogger(__name__)
ROOT_DEVICES = ("/dev/xvda", "/dev/sda1")


class Instances:
    """Keeps machines and instances alike. `changed` is called when moto's state was changed from here."""

    def __init__(
        self,
        directory: RegionDirectory,
        region: str,
        network: Network,
        layers: tuple[Path, ...],
        lock: threading.RLock,
        changed: Callable[[], None],
    ) -> None:
        self._directory, self._network, self._layers = directory, network, layers
        self._ec2 = ec2_backends[ACCOUNT][region]
        self._lock, self._changed = lock, changed
        self._machines: dict[str, Running] = {}
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="machine")
        self._network_lock = threading.Lock()

    def follow(self, view: View) -> None:
        """Begin whatever each instance needs; returns before it is done."""
        with self._lock:
            self._view = view
            # What is younger than the view has its turn in the round that its own change causes.
            known = {interface.instance for interface in view.interfaces if interface.instance}
            for instance_id in known | set(self._machines):
                self._again.add(instance_id)
                if instance_id not in self._busy:
                    self._busy.add(instance_id)
                    self._pool.submit(self._settle, instance_id)
            kept = set(self._ec2.volumes)
        for image in self._directory.volume("x").parent.glob("*.img"):
            if image.stem not in kept:
                volumes.detach(image)
                image.unlink()

    def _settle(self, instance_id: str) -> None:
        try:
            while True:
                with self._lock:
                    if instance_id not in self._again:
                        self._busy.discard(instance_id)
                        return
                    self._again.discard(instance_id)
                    instance = self._ec2.get_instance_by_id(instance_id)
                if instance is not None:
                    self._settle_once(instance)
        except Exception:
            log.exception("instance %s", instance_id)
            with self._lock:
                self._busy.discard(instance_id)

    def _settle_once(self, instance: Any) -> None:
        running = self._machines.get(instance.id)
        with self._lock:
            state, current_round = instance.state, getattr(instance, "round", 0)
        if state == SHUTTING_DOWN:
            self._destroy(instance, running)
        elif state == STOPPING:
            if running and lifecycle.is_forced(instance):
                self._cut_off(running)
            elif running:
                self._power_off(running)
            self._finish(instance)
        elif state == PENDING or (state == "running" and running and running.round != current_round):
            if running:
                self._power_off(running)
            self._boot(instance, current_round)
        elif state == "running" and running and not running.machine.alive():
            self._ended_itself(instance, running)
        elif state == "running" and running:
            running.attach(self._wanted_volumes(instance))

    def _boot(self, instance: Any, current_round: int) -> None:
        with self._lock:
            interface = self._view.interface_at(instance.private_ip_address)
            mac, node = instance.nics[0].mac_address, instance.private_dns_name.partition(".")[0]
        if interface is None or interface.instance != instance.id:
            return
        with self._network_lock:
            namespace = self._network.connect(interface, mac, self._view)
        size = INSTANCE_TYPES.get(instance.instance_type, {})
        spec = MachineSpec(
            instance_id=instance.id,
            name=node,
            namespace=namespace,
            directory=self._directory.machine(instance.id),
            layers=self._layers,
            memory_mib=size.get("MemoryInfo", {}).get("SizeInMiB", 4096),
            vcpus=size.get("VCpuInfo", {}).get("DefaultVCpus", 2),
        )
        running = Running(Machine(spec), current_round, self._directory)
        running.machine.boot()
        running.attach(self._wanted_volumes(instance))
        self._machines[instance.id] = running
        running.watch(self._changed)
        with self._lock:
            if instance.state == PENDING:
                set_state(instance, "running")
        self._changed()

    def _wanted_volumes(self, instance: Any) -> dict[str, int]:
        with self._lock:
            mapping = instance.get_block_device_mapping
            return {
                block.volume_id: int(self._ec2.volumes[block.volume_id].size)
                for device, block in mapping
                if device not in ROOT_DEVICES and block.volume_id in self._ec2.volumes
            }

    def _power_off(self, running: Running) -> None:
        running.machine.stop()
        self._disconnect_power(running)
        self._release(running)

    def _cut_off(self, running: Running) -> None:
        """As when the power fails: the network first, or the kernel would tell the peers of sockets that close."""
        self._disconnect_power(running)
        running.machine.kill()
        self._release(running)

    def _disconnect_power(self, running: Running) -> None:
        with self._network_lock:
            self._network.power_off(running.machine.spec.instance_id)

    def _release(self, running: Running) -> None:
        running.release()
        self._machines.pop(running.machine.spec.instance_id, None)

    def _destroy(self, instance: Any, running: Running | None) -> None:
        if running:
            running.machine.destroy()
            self._release(running)
        with self._network_lock:
            self._network.disconnect(instance.id)
        self._finish(instance)

    def _finish(self, instance: Any) -> None:
        with self._lock:
            finish(instance)
        self._changed()

    def _ended_itself(self, instance: Any, running: Running) -> None:
        """A machine that powered itself off is a stopped instance, or a terminated one if it asked for that."""
        self._cut_off(running)
        with self._lock:
            ends = instance.instance_initiated_shutdown_behavior == "terminate"
            set_state(instance, SHUTTING_DOWN if ends else STOPPING)
            if not ends:
                finish(instance)
            reason = "Client.InstanceInitiatedShutdown"
            instance.state_reason = StateReason(f"{reason}: Instance initiated shutdown", reason)
        self._changed()

    def console(self, instance_id: str) -> str:
        """What an instance wrote to its console."""
        running = self._machines.get(instance_id)
        return running.machine.console() if running else ""

    def describe(self) -> list[dict[str, Any]]:
        """The instances with their machines, as the command line shows them."""
        with self._lock:
            found = []
            for instance in self._ec2.all_instances():
                if instance.state == "terminated":
                    continue
                tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
                running = self._machines.get(instance.id)
                node = instance.private_dns_name.partition(".")[0]
                found.append(
                    {
                        "instance_id": instance.id,
                        "state": instance.state,
                        "name": tags.get("Name", ""),
                        "member": tags.get("hardway:machine", ""),
                        "pool": tags.get("hardway:pool", ""),
                        "node": node,
                        "address": instance.private_ip_address,
                        "zone": instance.placement.zone,
                        "namespace": self._network.namespace(instance.id),
                        "leader_pid": running.machine.leader_pid if running else None,
                    }
                )
            return found

    def stop_all(self) -> None:
        """Every machine is powered off in good order, all at once."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._power_off, list(self._machines.values())))
        self._pool.shutdown(wait=False, cancel_futures=True)
