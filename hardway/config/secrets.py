"""Secret inputs: each is one top-level key of a stack file, encrypted by Pulumi, and read as an Output."""

from __future__ import annotations

from typing import Final

SECRET_KEYS: Final[dict[str, str]] = {
    "etcd_encryption_key": "Base64 of 32 bytes that encrypts Secrets in etcd; made once when absent. "
    "Set it to restore a backup into a rebuilt environment.",
}
"""Allowed secret keys of an environment and what each is for."""
