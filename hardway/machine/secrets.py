"""The secret files of a machine: what the secret store holds for it, with modes. Owner is always root.

Services that run as users of their own get their keys from systemd (`LoadCredential=`), so no key
needs to be readable by anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardway.machine.file import File

ENCRYPTION_CONFIG = "/etc/kubernetes/encryption.yaml"

_ENCRYPTION = """\
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - secretbox:
          keys:
            - name: key1
              secret: {key}
      # Reads what was written before encryption was on; nothing is written with it.
      - identity: {{}}
"""


def control_plane_secret_files(pem: Mapping[str, str], encryption_key: str) -> dict[str, File]:
    """What one control plane gets from the secret store: its PEM files and the etcd encryption key.

    `encryption_key` is the base64 text of 32 bytes.
    """
    return {**_pem_files(pem), ENCRYPTION_CONFIG: File(_ENCRYPTION.format(key=encryption_key), 0o600)}


def worker_secret_files(pem: Mapping[str, str]) -> dict[str, File]:
    """What every worker of one pool gets from the secret store."""
    return _pem_files(pem)


def _pem_files(pem: Mapping[str, str]) -> dict[str, File]:
    return {path: File(text, 0o600 if "PRIVATE KEY" in text else 0o644) for path, text in pem.items()}
