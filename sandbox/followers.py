"""Everything that follows the API's state in a full region, woken by each change and by each end of a machine."""

from __future__ import annotations

import json
import logging
import threading

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.responses.general import General

from sandbox import (
    autoscaling,
    base_image,
    endpoints,
    hosts_file,
    instance_refresh,
    lifecycle,
    quirks,
    sysctls,
    tls,
)
from sandbox.addresses import RESOLVER, vpc_resolver
from sandbox.dns import Resolver
from sandbox.instance_facts import InstanceFacts
from sandbox.instances import Instances
from sandbox.load_balancer import LoadBalancers
from sandbox.metadata import Facts, MetadataApp, serve_metadata
from sandbox.moto_app import Api, serve
from sandbox.moto_view import read_view
from sandbox.network import Network, tear_down
from sandbox.paths import RegionDirectory

log = logging.getLogger(__name__)


class Followers:
    """Level-triggered: each round reads the whole state and brings the kernel to it."""

    def __init__(self, directory: RegionDirectory, region: str) -> None:
        self._directory, self._region = directory, region
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="followers", daemon=True)
        lifecycle.install()

    def changed(self, service: str = "", action: str = "") -> None:
        """The state has changed: look at it again soon."""
        if service != "s3":
            self._wake.set()

    def start(self, api: Api) -> None:
        """Make the network, serve metadata, DNS and the endpoints, and begin to follow."""
        directory = self._directory
        self._lock = api.lock
        autoscaling.hold(self.changed)
        instance_refresh.refreshes.lock, instance_refresh.refreshes.changed = api.lock, self.changed
        sysctls.apply(directory, {change.name: change.value for change in quirks.host_changes()})
        base, layer = base_image.cached_path(), directory.root / "layer"
        quirks.write_layer(layer, base, tls.authority(directory.authority).read_text())
        self._network = Network(directory)
        self._network.up()
        socket = directory.run / "api.sock"
        serve(api, f"unix://{socket}", 0)
        self._endpoints = endpoints.start(directory, self._region, socket)
        self._facts = InstanceFacts(self._region)
        serve_metadata(directory.router, MetadataApp(self._facts_at), self._hop_limit)
        with self._lock:
            self._view = read_view(self._region)
        self._resolver = Resolver(directory.router, self._region, lambda: self._view)
        self._resolver.follow({RESOLVER})
        self._balancers = LoadBalancers(directory)
        self._instances = Instances(directory, self._region, self._network, (layer, base), api.lock, self.changed)
        General.get_console_output = _console_output(self._instances)
        self._thread.start()

    def _facts_at(self, address: str) -> Facts | None:
        with self._lock:
            return self._facts.at(address)

    def _hop_limit(self, address: str) -> int:
        with self._lock:
            return self._facts.hop_limit(address)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._ended.is_set():
                return
            try:
                self._follow()
            except Exception:
                log.exception("following")

    def _follow(self) -> None:
        with self._lock:
            autoscaling.follow(self._region)
            view = read_view(self._region)
        before, self._view = self._view, view
        if view != before:
            self._network.follow(view)
            self._resolver.follow({RESOLVER, *(vpc_resolver(cidr) for cidr in view.vpcs.values())})
            self._balancers.follow(view)
            hosts_file.write(self._directory.prefix, hosts_file.entries(view))
        self._instances.follow(view)
        published = self._directory.run / "machines.json"
        draft = published.with_suffix(".new")
        draft.write_text(json.dumps(self._instances.describe()))
        draft.replace(published)

    def stop(self) -> None:
        """Power the machines off, then leave nothing of the network."""
        self._ended.set()
        self._wake.set()
        self._thread.join()
        self._instances.stop_all()
        self._balancers.stop()
        self._endpoints.stop()
        hosts_file.write(self._directory.prefix, [])
        tear_down(self._directory)
        sysctls.restore(self._directory)


def _console_output(instances: Instances):  # type: ignore[no-untyped-def]
    def get_console_output(self):  # type: ignore[no-untyped-def]
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        text = Base64EncodedString.from_raw_string(instances.console(instance.id))
        return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), "Output": text})

    return get_console_output
