"""Mints the ten-minute identity by which a control plane sets up the cluster's first rights."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

LIFETIME = timedelta(minutes=10)
# The clock of the machine that checks it may be behind.
_BACKDATE = timedelta(minutes=1)

_CONFIG = """\
[ca]
default_ca = bootstrap
[bootstrap]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = names
x509_extensions = client
unique_subject = no
[names]
organizationName = supplied
commonName = supplied
[client]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
[req]
prompt = no
distinguished_name = subject
[subject]
organizationName = system:masters
commonName = hardway:bootstrap
"""


def mint(folder: Path, authority: Path, authority_key: Path) -> tuple[Path, Path]:
    """A client certificate in `folder` for CN=hardway:bootstrap, O=system:masters, and its key.

    `folder` must be on a file system in memory; its owner removes it, key included.
    """
    config, key, request, certificate = (folder / n for n in ("ca.cnf", "client.key", "client.csr", "client.crt"))
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "index").touch()
    now = datetime.now(UTC)
    _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", str(config),
             "-keyout", str(key), "-out", str(request))  # fmt: skip
    # `x509 -req` counts in days; only `ca` takes an end in minutes.
    _openssl("ca", "-batch", "-config", str(config), "-create_serial", "-rand_serial", "-notext",
             "-cert", str(authority), "-keyfile", str(authority_key),
             "-startdate", _asn1(now - _BACKDATE), "-enddate", _asn1(now + LIFETIME),
             "-in", str(request), "-out", str(certificate))  # fmt: skip
    return certificate, key


def _openssl(*arguments: str) -> None:
    answer = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=30, check=False)
    if answer.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {answer.stderr.strip()[-400:]}")


def _asn1(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%SZ")
