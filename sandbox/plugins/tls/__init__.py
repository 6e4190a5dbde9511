"""The `tls` provider: keys, requests and certificates, as the official one makes them."""

from sandbox.plugins.resource import Provider
from sandbox.plugins.server import serve_provider
from sandbox.plugins.tls.certificates import LocallySignedCert, SelfSignedCert
from sandbox.plugins.tls.keys import PrivateKey
from sandbox.plugins.tls.requests import CertRequest


class TlsProvider(Provider):
    name = "tls"

    def __init__(self) -> None:
        super().__init__()
        kinds = (PrivateKey, CertRequest, SelfSignedCert, LocallySignedCert)
        self.resources = {kind.token: kind() for kind in kinds}


def main() -> None:
    """The plugin's process."""
    serve_provider(TlsProvider())
