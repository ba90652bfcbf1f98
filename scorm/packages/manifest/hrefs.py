"""Where an href leads: into the package, to another server, or nowhere it may go."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = "/!$&'()*+,;=@~"
_DELIMITERS = ":%?#[]"
INTERNAL, EXTERNAL, OUTSIDE, SCHEME, MISSING = "internal", "external", "outside", "scheme", "missing"


@dataclass(frozen=True, slots=True)
class Target:
    """``kind`` is one of the constants above. ``path`` is the file in the archive (or the one looked for), ``tail`` is ``?query#fragment``.

    ``respelt`` is true when the file's name differs from the href by more than encoding: capitals, or composition of accents.
    """

    kind: str
    path: str = ""
    tail: str = ""
    respelt: bool = False

    @property
    def address(self) -> str:
        """What to open: a percent-encoded path with its tail, or the external address."""
        if self.kind == EXTERNAL:
            return quote(self.path, safe=_SAFE + _DELIMITERS)
        return quote(self.path, safe=_SAFE) + quote(self.tail, safe=_SAFE + _DELIMITERS)


def resolve(folder: str, bases: list[str], href: str, find: Callable[[str], str | None]) -> Target:
    """Follow ``href`` through the ``xml:base`` chain from the manifest's ``folder``; ``find`` answers a path's stored name, or None."""
    href = href.strip()
    address = _joined(bases, href)
    scheme = _SCHEME.match(address)
    if address.startswith("//") or (scheme and scheme.group(1).lower() in ("http", "https")):
        return Target(EXTERNAL, address if scheme else "https:" + address)
    if scheme:
        return Target(SCHEME, address)
    for path, tail in _readings(address):
        inside = _normal(path, folder)
        if inside is None:
            return Target(OUTSIDE, path, tail)
        if found := find(inside):
            return Target(INTERNAL, found, tail, respelt=found != inside)
    path, tail = _split(address)
    return Target(MISSING, _normal(unquote(path), folder) or "", tail)


def _joined(bases: list[str], href: str) -> str:
    if _SCHEME.match(href) or href.startswith("//"):
        return href
    address = href
    for base in reversed([b.strip() for b in bases if b and b.strip()]):
        if address.startswith("/"):
            break
        address = base + address if base.endswith(("/", "\\")) else base.replace("\\", "/").rpartition("/")[0] + "/" + address
        if _SCHEME.match(address):
            break
    return address


def _split(address: str) -> tuple[str, str]:
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return path, address[len(path) :]


def _readings(address: str) -> list[tuple[str, str]]:
    """How the href may be meant, the likeliest first: decoded, as written, and with ``?`` or ``#`` as part of the name."""
    path, tail = _split(address)
    return list(dict.fromkeys([(unquote(path), tail), (path, tail), (address, "")]))


def _normal(path: str, folder: str) -> str | None:
    """The path in the archive without ``.`` and ``..``; None when it leaves the archive. A leading slash means the manifest's folder."""
    kept = [segment for segment in folder.split("/") if segment]
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            if not kept:
                return None
            kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    return "/".join(kept)


def with_parameters(address: str, parameters: str) -> str:
    """Add an item's ``parameters`` to a launch address by the rules of the content aggregation model (CAM 3.4.1.4)."""
    parameters = parameters.strip().lstrip("?&")
    if not parameters:
        return address
    if parameters.startswith("#"):
        return address if "#" in address else address + parameters
    before, hash_, fragment = address.partition("#")
    return before + ("&" if "?" in before else "?") + parameters + hash_ + fragment
