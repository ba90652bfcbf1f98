"""Fetching addresses that somebody typed, without becoming their way into the internal network.

Every hop is parsed, resolved, checked, and then connected to *at the checked address*, so that a name which changes its mind
between the check and the connection gains nothing. No proxy settings, cookies or credentials are ever used.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookupTimeout
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from flask import current_app
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

MAX_URL = 2_000
MAX_BYTES = 2 << 20
MAX_REDIRECTS = 3
SECONDS = 5.0
PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_HOST = 253
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)
_TRANSITION = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96", "192.88.99.0/24", "fec0::/10")
)
_lookups = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lookup")


class FetchError(Exception):
    """The address was not fetched. ``code``: url, scheme, port, address, redirects, time, size, type, status or network."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class Fetched:
    """What came back: the final address, the media type without parameters, the charset that was named, the bytes."""

    url: str
    content_type: str
    charset: str | None
    body: bytes


@dataclass(frozen=True)
class Target:
    """One checked hop."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def _lookup(host: str, port: int) -> list[str]:
    return [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Guard:
    """What may be reached: public addresses on these ports, and the ``allow``ed ``host:port`` whatever their address."""

    allow: frozenset[str] = frozenset()
    ports: frozenset[int] = PORTS
    resolve: Callable[[str, int], Iterable[str]] = _lookup

    def target(self, url: str, *, seconds: float = SECONDS) -> Target:
        """Parse, resolve and check one address; :class:`FetchError` says which check it failed."""
        scheme, host, port, path = _parts(url)
        if f"{host}:{port}" in self.allow:
            return Target(scheme, host, port, path, tuple(self._addresses(host, port, seconds)))
        if port not in self.ports:
            raise FetchError("port", str(port))
        addresses = self._addresses(host, port, seconds)
        if not addresses or not all(is_public(address) for address in addresses):
            raise FetchError("address", host)
        return Target(scheme, host, port, path, tuple(addresses))

    def _addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """Looking a name up has no time limit of its own, so it waits in another thread."""
        try:
            return list(dict.fromkeys(_lookups.submit(self.resolve, host.strip("[]"), port).result(timeout=max(seconds, 0.01))))
        except LookupTimeout as error:
            raise FetchError("time", "lookup") from error
        except (OSError, UnicodeError) as error:
            raise FetchError("network", "lookup") from error


def guard() -> Guard:
    """The guard of this installation (setting ``FETCH_ALLOW``)."""
    allowed = current_app.config["SETTINGS"].fetch_allow
    return Guard(allow=frozenset(entry.strip().lower() for entry in allowed.split(",") if entry.strip()))


def is_public(address: str) -> bool:
    """True for an address of the public internet; tunnels and mapped forms of IPv4 inside IPv6 are not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and (ip.ipv4_mapped or ip.scope_id):
        return False
    if any(ip in net for net in _TRANSITION if net.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _parts(url: str) -> tuple[str, str, int, str]:
    """(scheme, host in ASCII, port, path with query) of an http address without credentials."""
    if len(url) > MAX_URL or any(c.isspace() or ord(c) < 0x21 or ord(c) == 0x7F or c == "\\" for c in url):
        raise FetchError("url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError) as error:
        raise FetchError("url") from error
    if parts.scheme not in ("http", "https"):
        raise FetchError("scheme", parts.scheme)
    if "@" in parts.netloc or not (":" in host or _is_name(host)):
        raise FetchError("url")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    return parts.scheme, f"[{host}]" if ":" in host else host, port or (443 if parts.scheme == "https" else 80), path


def _is_name(host: str) -> bool:
    """True for labels with dots between; one dot may end it. Label by label, so that no pattern can be made to try every split."""
    return len(host) <= MAX_HOST and all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))


def safe_fetch(
    url: str, *, types: Iterable[str], max_bytes: int = MAX_BYTES, seconds: float = SECONDS, cut: bool = False, through: Guard | None = None
) -> Fetched:
    """GET an address under all limits, following at most three redirects, each checked anew.

    ``types``: media types that are wanted (``image/*`` for a family). ``cut``: a longer body is cut at ``max_bytes`` instead of
    refused. Every outcome but 200 with a wanted type within the limits raises :class:`FetchError`.
    """
    through = through or guard()
    wanted = tuple(types)
    deadline = time.monotonic() + seconds
    for _hop in range(MAX_REDIRECTS + 1):
        target = through.target(url, seconds=deadline - time.monotonic())
        answer = _get(target, wanted, max_bytes, deadline, cut)
        if isinstance(answer, Fetched):
            return Fetched(url, answer.content_type, answer.charset, answer.body)
        url = urljoin(url, answer)
    raise FetchError("redirects")


def _get(target: Target, wanted: tuple[str, ...], max_bytes: int, deadline: float, cut: bool) -> Fetched | str:
    """One hop: the body, or the address of the next hop."""
    connection = _connected(target, deadline)
    # A peer that sends a byte now and then never runs into a socket's timeout; this ends the whole exchange.
    alarm = threading.Timer(max(deadline - time.monotonic(), 0.01), _hang_up, [connection.sock])
    alarm.start()
    try:
        headers = {
            "Host": _host_header(target),
            "User-Agent": "Colloquium link preview",
            "Accept": ", ".join(wanted),
            "Accept-Encoding": "identity",
        }
        connection.request("GET", target.path, headers=headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        if response.status in _REDIRECTS and response.headers.get("Location"):
            return response.headers["Location"][:MAX_URL]
        content_type, charset = _checked_head(response, wanted)
        return Fetched("", content_type, charset, _body(response, max_bytes, deadline, cut))
    except (FetchError, HTTPError, OSError, ValueError) as error:
        if time.monotonic() >= deadline:  # whatever it looked like, it was our own hanging up
            raise FetchError("time") from error
        if isinstance(error, FetchError):
            raise
        raise FetchError("network") from error
    finally:
        alarm.cancel()
        connection.close()


def _connected(target: Target, deadline: float) -> HTTPConnection:
    """A connection to one of the checked addresses; TLS is verified against the name, not the address."""
    for address in target.addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        if target.scheme == "https":
            name = target.host.strip("[]")
            connection = HTTPSConnection(
                address, target.port, timeout=left, ssl_context=ssl.create_default_context(), server_hostname=name, assert_hostname=name
            )
        else:
            connection = HTTPConnection(address, target.port, timeout=left)
        try:
            connection.connect()
            return connection
        except (HTTPError, OSError):
            connection.close()
    raise FetchError("time" if time.monotonic() >= deadline else "network")


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):  # the peer may have been faster
        sock.shutdown(socket.SHUT_RDWR)


def _host_header(target: Target) -> str:
    default = 443 if target.scheme == "https" else 80
    return target.host if target.port == default else f"{target.host}:{target.port}"


def _checked_head(response, wanted: tuple[str, ...]) -> tuple[str, str | None]:
    if response.status != 200:
        raise FetchError("status", str(response.status))
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise FetchError("type", "compressed")
    kind, _, parameters = response.headers.get("Content-Type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in wanted and f"{kind.partition('/')[0]}/*" not in wanted:
        raise FetchError("type", kind[:100])
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]{1,40})", parameters, re.IGNORECASE | re.ASCII)
    return kind, charset.group(1) if charset else None


def _body(response, max_bytes: int, deadline: float, cut: bool) -> bytes:
    chunks, size = [], 0
    while chunk := response.read1(64 << 10):
        size += len(chunk)
        if size > max_bytes and not cut:
            raise FetchError("size")
        chunks.append(chunk)
        if size > max_bytes:
            break
        if time.monotonic() >= deadline:
            raise FetchError("time")
    if time.monotonic() >= deadline:
        raise FetchError("time")
    return b"".join(chunks)[:max_bytes]
