"""Seed images: OCI archives with one static program, made here byte for byte the same each time.

The archive names its image twice, by tag and by digest, both as containerd's own annotation, so that a plain
`ctr -n k8s.io images import` yields both names; pods use the one by digest, which no later import can move.
The layer is not compressed: the stored object is, and zlib's bytes differ from one Python to the next.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

REGISTRY: Final = "hardway.local"
"""Not a host: it makes plain that these images are never pulled."""

USER: Final = 65532
EPOCH: Final = "1970-01-01T00:00:00Z"
OCI: Final = "application/vnd.oci.image"

PASSWD: Final = f"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:{USER}:{USER}:nonroot:/:/sbin/nologin\n"


@dataclass(frozen=True, kw_only=True)
class ImageArchive:
    """The archive's bytes, and the reference that pods must use."""

    content: bytes
    reference: str


def pack_image(
    *, name: str, version: str, program: Path, entrypoint: tuple[str, ...], arguments: tuple[str, ...], license: str
) -> ImageArchive:
    """An archive for `ctr images import` whose image runs `program` at entrypoint[0] as an unprivileged user."""
    layer = _layer(entrypoint[0].lstrip("/"), program.read_bytes())
    labels = {
        "org.opencontainers.image.title": name,
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.licenses": license,
    }
    config = _json(
        {
            "created": EPOCH,
            "architecture": "amd64",
            "os": "linux",
            "config": {
                "User": f"{USER}:{USER}",
                "Entrypoint": list(entrypoint),
                "Cmd": list(arguments),
                "Env": ["PATH=/"],
                "WorkingDir": "/",
                "Labels": labels,
            },
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
            "history": [{"created": EPOCH, "comment": f"{name} {version}"}],
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": _descriptor(f"{OCI}.config.v1+json", config),
            "layers": [_descriptor(f"{OCI}.layer.v1.tar", layer)],
            "annotations": labels,
        }
    )
    reference = f"{REGISTRY}/{name}@{_digest(manifest)}"
    index = _json(
        {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.index.v1+json",
            "manifests": [
                _descriptor(f"{OCI}.manifest.v1+json", manifest)
                | {
                    "platform": {"architecture": "amd64", "os": "linux"},
                    "annotations": {"io.containerd.image.name": full_name},
                }
                for full_name in (f"{REGISTRY}/{name}:{version}", reference)
            ],
        }
    )
    files = {"oci-layout": _json({"imageLayoutVersion": "1.0.0"}), "index.json": index}
    files |= {f"blobs/sha256/{_hex(blob)}": blob for blob in sorted((config, manifest, layer), key=_hex)}
    content = _tar([_entry(path, len(data)) for path, data in files.items()], files)
    return ImageArchive(content=content, reference=reference)


def _layer(path: str, program: bytes) -> bytes:
    folders = [_folder("etc", 0o755), _folder("tmp", 0o1777)]
    files = {"etc/passwd": PASSWD.encode(), path: program}
    return _tar([*folders, _entry("etc/passwd", len(PASSWD)), _entry(path, len(program), 0o755)], files)


def _entry(path: str, size: int, mode: int = 0o644) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = size, mode
    return entry


def _folder(path: str, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    return entry


def _tar(entries: list[tarfile.TarInfo], files: dict[str, bytes]) -> bytes:
    """A tar of the entries with neither time nor owner in it."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for entry in entries:
            archive.addfile(entry, io.BytesIO(files.get(entry.name, b"")))
    return target.getvalue()


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(blob), "size": len(blob)}


def _digest(blob: bytes) -> str:
    return f"sha256:{_hex(blob)}"


def _hex(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
