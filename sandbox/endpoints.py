"""The AWS endpoints that machines see: TLS on the region's addresses in front of the API's socket."""

from __future__ import annotations

from pathlib import Path

from sandbox.haproxy import Haproxy
from sandbox.paths import RegionDirectory
from sandbox.tls import endpoint_certificate


def config(certificate: Path, socket: Path) -> str:
    """One listener on every address of the router; the security groups decide who reaches which."""
    return f"""\
global
  maxconn 2000
  nbthread 1
  ssl-default-bind-options ssl-min-ver TLSv1.2
  tune.bufsize 65536
defaults
  mode tcp
  timeout connect 5s
  timeout client 120s
  timeout server 120s
frontend endpoints
  bind 0.0.0.0:443 ssl crt {certificate} alpn http/1.1
  default_backend api
backend api
  server api unix@{socket}
"""


def start(directory: RegionDirectory, region: str, socket: Path) -> Haproxy:
    """Serve the endpoints."""
    proxy = Haproxy(directory, "endpoints")
    proxy.run(config(endpoint_certificate(directory.authority, region), socket))
    return proxy
