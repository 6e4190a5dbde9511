"""What one machine boots, as the checks read it: files with modes and owners, and the settings of its programs."""

from __future__ import annotations

import base64
import io
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal

import yaml

Role = Literal["control-plane", "worker"]

UNITS: Final = "/etc/systemd/system"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C one is ten times as fast, and every preview reads the files of all machines."""

_PROFILING: Final = {"enableProfiling": "profiling"}
_KUBE_PROXY: Final = {"metricsBindAddress": "metrics-bind-address"}
_KUBELET: Final = {
    "authentication.anonymous.enabled": "anonymous-auth",
    "authentication.x509.clientCAFile": "client-ca-file",
    "authorization.mode": "authorization-mode",
    "eventRecordQPS": "event-qps",
    "featureGates": "feature-gates",
    "makeIPTablesUtilChains": "make-iptables-util-chains",
    "podPidsLimit": "pod-max-pids",
    "readOnlyPort": "read-only-port",
    "rotateCertificates": "rotate-certificates",
    "seccompDefault": "seccomp-default",
    "serverTLSBootstrap": "rotate-server-certificates",
    "streamingConnectionIdleTimeout": "streaming-connection-idle-timeout",
    "tlsCertFile": "tls-cert-file",
    "tlsCipherSuites": "tls-cipher-suites",
    "tlsPrivateKeyFile": "tls-private-key-file",
}
"""Keys of configuration files by the flag that the benchmark names; a flag would win over its key."""


@dataclass(frozen=True)
class MachineFile:
    """One file as it is unpacked on the machine."""

    content: str
    mode: int
    owner: str = "root:root"


@dataclass(frozen=True)
class Settings:
    """What a program is told, by the names of its flags, wherever it reads them from."""

    values: Mapping[str, str]
    unit: str
    """The file that starts the program."""

    file: str
    """The file that configures it; the unit if it has none."""

    from_unit: frozenset[str] = frozenset()
    """Flags that the unit sets; they win over the file."""

    credentials: Mapping[str, str] = field(default_factory=dict)
    """Files that systemd hands to the program: the path that the program sees, and the file behind it."""


@dataclass(frozen=True)
class Machine:
    """The files of one machine: of its bundle, of its secret, or of both."""

    name: str
    role: Role
    files: Mapping[str, MachineFile]

    @cached_property
    def api_server(self) -> Settings:
        return self._unit("kube-apiserver")

    @cached_property
    def controller_manager(self) -> Settings:
        return self._unit("kube-controller-manager")

    @cached_property
    def scheduler(self) -> Settings:
        return self._configured("kube-scheduler", "/etc/kubernetes/scheduler.yaml", _PROFILING)

    @cached_property
    def kubelet(self) -> Settings:
        return self._configured("kubelet", "/etc/kubernetes/kubelet.yaml", _KUBELET)

    @cached_property
    def kube_proxy(self) -> Settings:
        return self._configured("kube-proxy", "/etc/kubernetes/kube-proxy.yaml", _KUBE_PROXY)

    @cached_property
    def etcd(self) -> Settings:
        path = "/etc/etcd/etcd.env"
        pairs = re.findall(r"^ETCD_([A-Z_]+)=(.*)$", self.text(path), re.MULTILINE)
        return self._layered("etcd", path, {name.lower().replace("_", "-"): value for name, value in pairs})

    def text(self, path: str) -> str:
        """Content of a file; empty if there is none."""
        file = self.files.get(path)
        return file.content if file else ""

    def document(self, path: str) -> Mapping[str, Any]:
        """A YAML file as a mapping; empty if there is none."""
        found = yaml.load(self.text(path), Loader=_LOADER)
        return found if isinstance(found, Mapping) else {}

    def directive(self, unit: str, key: str) -> str | None:
        """Value of a directive in a unit, as `User`; None if it is not there."""
        found = re.search(rf"^{key}=(.*)$", self.text(f"{UNITS}/{unit}.service"), re.MULTILINE)
        return found[1] if found else None

    def _unit(self, name: str) -> Settings:
        path = f"{UNITS}/{name}.service"
        text = self.text(path).replace("\\\n", " ")
        command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
        flags = dict(re.findall(r"\s--([a-z0-9-]+)(?:=(\S*))?", command[1] if command else ""))
        loaded = re.findall(r"^LoadCredential=([^:\s]+):(\S+)$", text, re.MULTILINE)
        credentials = {f"/run/credentials/{name}.service/{one}": source for one, source in loaded}
        return Settings(flags, path, path, frozenset(flags), credentials)

    def _configured(self, unit: str, path: str, keys: Mapping[str, str]) -> Settings:
        document = self.document(path)
        values = {flag: _flag_value(found) for key, flag in keys.items() if (found := _at(document, key)) is not None}
        return self._layered(unit, path, values)

    def _layered(self, unit: str, path: str, values: Mapping[str, str]) -> Settings:
        program = self._unit(unit)
        return replace(program, values={**values, **program.values}, file=path)


def unpack(archive: bytes) -> dict[str, MachineFile]:
    """The files of a packed bundle by absolute path."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        return {
            f"/{member.name}": MachineFile(_text(packed, member), member.mode, _owner(member))
            for member in packed.getmembers()
            if member.isfile()
        }


def unpack_secret(text: str) -> dict[str, MachineFile]:
    """The files in the value of a machine's secret."""
    return unpack(base64.b64decode(text))


def _text(packed: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    stream = packed.extractfile(member)
    return stream.read().decode(errors="replace") if stream else ""


def _owner(member: tarfile.TarInfo) -> str:
    return ":".join("root" if number == 0 else str(number) for number in (member.uid, member.gid))


def _at(document: Any, key: str) -> Any:
    for step in key.split("."):
        document = document.get(step) if isinstance(document, Mapping) else None
    return document


def _flag_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, Mapping):
        return ",".join(f"{key}={_flag_value(one)}" for key, one in value.items())
    return str(value)
