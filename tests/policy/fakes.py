"""Secrets that open nothing, made up for these tests. They are put together here, as scanners read this file, too."""

from __future__ import annotations

import base64
import hashlib
import json

_RANDOM = hashlib.sha512(b"made up").digest()


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


PRIVATE_KEY = f"-----BEGIN EC PRIVATE KEY-----\n{base64.b64encode(_RANDOM).decode()}\n-----END EC PRIVATE KEY-----\n"
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
WEB_TOKEN = ".".join((_part({"alg": "RS256"}), _part({"sub": "made-up", "exp": 1}), "c2lnbmF0dXJl" * 3))
BOOTSTRAP_TOKEN = ".".join(("x1y2z3", "0123456789abcdef"))
RANDOM = base64.b64encode(_RANDOM[:32]).decode()
"""As an encryption key looks."""

SECRETS = {
    "a private key": PRIVATE_KEY,
    "an AWS access key": AWS_KEY,
    "a JSON web token": WEB_TOKEN,
    "a bootstrap token": BOOTSTRAP_TOKEN,
    "a random text that may be a key": RANDOM,
}
