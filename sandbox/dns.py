"""The resolver of every VPC: private zones, instance names, and AWS names where the VPC has a way to them."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable

from dnslib import PTR, QTYPE, RCODE, RR, A, DNSError, DNSRecord

from sandbox.addresses import SERVICE_ADDRESS
from sandbox.namespaces import inside
from sandbox.view import Interface, View

TTL = 5
_INSTANCE = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.(?:[a-z0-9-]+\.compute|ec2)\.internal")


def addresses(view: View, region: str, asker: Interface, name: str) -> list[str] | None:
    """IPv4 addresses of a name as a VPC sees it; None when there is no such name."""
    for record in view.records:
        if record.name == name and asker.vpc in record.vpcs:
            if record.type == "A":
                return list(record.values) or addresses(view, region, asker, record.alias)
            if record.type == "CNAME":
                return addresses(view, region, asker, record.values[0].rstrip(".").lower())
    for balancer in view.balancers:
        if balancer.dns_name == name:
            return list(balancer.addresses)
    if found := _INSTANCE.fullmatch(name):
        address = ".".join(found.groups())
        interface = view.interface_at(address)
        return [address] if interface and interface.vpc == asker.vpc else None
    if name.endswith(".amazonaws.com"):
        return _aws(view, region, asker, name.removesuffix(".amazonaws.com"))
    return None


def _aws(view: View, region: str, asker: Interface, name: str) -> list[str] | None:
    subnet = view.subnets[asker.subnet]
    if name == "s3" or name.endswith(".s3") or name.endswith(f"s3.{region}"):
        return [SERVICE_ADDRESS] if subnet.s3_gateway or subnet.nat else None
    service = name.removesuffix(f".{region}")
    for endpoint in view.endpoints:
        if endpoint.vpc == asker.vpc and endpoint.service == service:
            # The asker's own zone first: what it tries first should not cross zones.
            near = endpoint.addresses.get(asker.subnet)
            others = [address for address in endpoint.addresses.values() if address != near]
            return [near, *others] if near else others
    return [SERVICE_ADDRESS] if subnet.nat else None


def answer(request: bytes, view: View, region: str, asker: Interface | None) -> bytes:
    """The reply to one query. An unknown name is refused at once: nobody waits for a timeout."""
    query = DNSRecord.parse(request)
    reply = query.reply(ra=1, aa=0)
    name, kind = str(query.q.qname).rstrip(".").lower(), QTYPE[query.q.qtype]
    if asker is None:
        reply.header.rcode = RCODE.REFUSED
        return bytes(reply.pack())
    if kind == "PTR" and name.endswith(".in-addr.arpa"):
        return _reverse(reply, name, view, region)
    known = addresses(view, region, asker, name)
    if known is None:
        # A name between known ones exists without addresses; below no zone of ours nothing exists.
        if not any(record.name.endswith("." + name) for record in view.records):
            reply.header.rcode = RCODE.NXDOMAIN
    elif kind in ("A", "ANY"):
        for address in known:
            reply.add_answer(RR(query.q.qname, QTYPE.A, rdata=A(address), ttl=TTL))
    return bytes(reply.pack())


def _reverse(reply: DNSRecord, name: str, view: View, region: str) -> bytes:
    address = ".".join(reversed(name.removesuffix(".in-addr.arpa").split(".")))
    if view.interface_at(address):
        target = f"ip-{address.replace('.', '-')}.{region}.compute.internal."
        reply.add_answer(RR(name, QTYPE.PTR, rdata=PTR(target), ttl=TTL))
    else:
        reply.header.rcode = RCODE.NXDOMAIN
    return bytes(reply.pack())


class Resolver:
    """Serves DNS in the router, on each address that it is told of. The asker is known by its address."""

    def __init__(self, namespace: str, region: str, view: Callable[[], View]) -> None:
        self._namespace = namespace
        self._region = region
        self._view = view
        self._sockets: dict[str, tuple[socket.socket, socket.socket]] = {}

    def follow(self, wanted: set[str]) -> None:
        """Listen on exactly these addresses, by UDP and TCP."""
        for address in wanted - self._sockets.keys():
            self._sockets[address] = inside(self._namespace, lambda: _listen(address))  # noqa: B023 (called at once)
            for serve, sock in zip((self._serve_udp, self._serve_tcp), self._sockets[address], strict=True):
                threading.Thread(target=serve, args=(sock,), name=f"dns {address}", daemon=True).start()
        for address in self._sockets.keys() - wanted:
            for sock in self._sockets.pop(address):
                sock.close()

    def _reply(self, request: bytes, asker: str) -> bytes | None:
        view = self._view()
        try:
            return answer(request, view, self._region, view.interface_at(asker))
        except (DNSError, struct.error):
            return None

    def _serve_udp(self, sock: socket.socket) -> None:
        while sock.fileno() >= 0:
            try:
                request, peer = sock.recvfrom(4096)
            except OSError:
                return
            if reply := self._reply(request, peer[0]):
                sock.sendto(reply, peer)

    def _serve_tcp(self, sock: socket.socket) -> None:
        while sock.fileno() >= 0:
            try:
                connection, peer = sock.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                    reply = self._reply(connection.recv(length, socket.MSG_WAITALL), peer[0])
                    connection.sendall(struct.pack("!H", len(reply or b"")) + (reply or b""))
                except (OSError, struct.error):
                    continue


def _listen(address: str) -> tuple[socket.socket, socket.socket]:
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind((address, 53))
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    stream.bind((address, 53))
    stream.listen(64)
    return datagrams, stream
