"""Keys as the official provider makes them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sandbox.plugins.resource import ProviderError
from sandbox.plugins.tls.keys import PrivateKey, algorithm_of, digest_for, load_key
from sandbox.plugins.wire import Properties


@pytest.mark.parametrize(
    ("inputs", "header"),
    [
        ({"algorithm": "RSA"}, "BEGIN RSA PRIVATE KEY"),
        ({"ecdsaCurve": "P384"}, "BEGIN EC PRIVATE KEY"),
        ({"ecdsaCurve": "P224"}, "BEGIN EC PRIVATE KEY"),
        ({"algorithm": "ED25519"}, "BEGIN PRIVATE KEY"),
    ],
)
def test_a_key_has_its_usual_forms(inputs: Properties, header: str) -> None:
    made = PrivateKey().create({"algorithm": "ECDSA", "ecdsaCurve": "P256", "rsaBits": 2048, **inputs})[1]
    assert header in made["privateKeyPem"]
    private = load_pem_private_key(made["privateKeyPemPkcs8"].encode(), None)
    assert private.public_key() == load_pem_public_key(made["publicKeyPem"].encode())
    assert bool(made["publicKeyOpenssh"]) == (inputs.get("ecdsaCurve") != "P224")


@pytest.mark.parametrize(
    ("curve", "digest"), [("P224", "sha256"), ("P256", "sha256"), ("P384", "sha384"), ("P521", "sha512")]
)
def test_a_curve_signs_with_a_hash_of_its_size(curve: str, digest: str) -> None:
    made = load_key(PrivateKey().create({"algorithm": "ECDSA", "ecdsaCurve": curve})[1]["privateKeyPem"])
    found = digest_for(made)
    assert found is not None
    assert (algorithm_of(made), found.name) == ("ECDSA", digest)


def test_what_cannot_be_made_is_named() -> None:
    with pytest.raises(ProviderError, match="algorithm 'ECDSA' and curve 'P-256'"):
        PrivateKey().create({"algorithm": "ECDSA", "ecdsaCurve": "P-256"})
