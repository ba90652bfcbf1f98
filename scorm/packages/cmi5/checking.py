"""The rules that the schema of cmi5 does not check: identifiers and addresses (sections 3, 8.1, 13.1, 14). Pure."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlsplit

from lrs.statements.formats import is_iri
from scorm.packages.cmi5.structure import AU, BLOCK, NAME, SCHEME, Part, Structure, text_in
from scorm.packages.findings import Findings
from scorm.packages.manifest import hrefs

# What the launch adds to a unit's address itself.
PARAMETERS = ("endpoint", "fetch", "actor", "registration", "activityId")
_NEVER_IN_A_URL = re.compile(r"""[\x00-\x20\x7f<>"{}|\\^`\s]|%(?![0-9A-Fa-f]{2})""")
# Addresses that are programs or data themselves would run with the rights of the page that opens them.
_REFUSED_SCHEMES = frozenset({"javascript", "vbscript", "data", "blob", "about", "file", "filesystem", "view-source"})


def check(structure: Structure, *, find: Callable[[str], str | None] | None, findings: Findings) -> None:
    """Add what is wrong to ``findings``, and to each unit the address to open.

    ``find(path)`` answers the stored name of a file in the zip, or None; it is None itself where there is no zip.
    """
    _check_ids(structure, findings)
    for _number, part in structure.units:
        part.address = _address(part, find, findings)


def _check_ids(structure: Structure, findings: Findings) -> None:
    objectives = [objective[0] for objective in structure.objectives]
    named = [("course", structure.id), *((part.kind, part.id) for part in structure.parts), *(("objective", iri) for iri in objectives)]
    for kind, iri in named:
        if not is_iri(iri):
            findings.add("cmi5.iri", NAME, kind=kind, id=iri[:200])
    for kind in (BLOCK, AU):
        _check_unique(kind, (part.id for part in structure.parts if part.kind == kind), findings)
    _check_unique("objective", objectives, findings)
    known = set(objectives)
    for part in structure.parts:
        for idref in part.objectives:
            if idref not in known:
                findings.add("cmi5.idref", NAME, id=idref[:200], title=text_in(part.title)[:200])


def _check_unique(kind: str, ids: Iterable[str], findings: Findings) -> None:
    seen: set[str] = set()
    for iri in ids:
        if iri in seen:
            findings.add(f"cmi5.duplicate_{kind}", NAME, id=iri[:200])
        seen.add(iri)


def _address(part: Part, find: Callable[[str], str | None] | None, findings: Findings) -> str:
    url, title = part.url, text_in(part.title)[:200]
    if _NEVER_IN_A_URL.search(url) or not _readable(url):
        findings.add("cmi5.url", NAME, title=title, url=url[:200])
        return ""
    for name, _value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if name in PARAMETERS:
            findings.add("cmi5.query", NAME, title=title, url=url[:200], name=name)
    scheme = SCHEME.match(url)
    if scheme:
        if scheme.group(1).lower() in _REFUSED_SCHEMES:
            findings.add("cmi5.scheme", NAME, title=title, url=url[:200])
        return url
    if find is None:
        findings.add("cmi5.relative", NAME, title=title, url=url[:200])
        return ""
    target = hrefs.resolve("", [], url, find)
    if target.kind != hrefs.INTERNAL:
        findings.add("cmi5.file_missing", NAME, title=title, url=url[:200])
        return ""
    if target.respelt:
        findings.add("item.launch_case", NAME, title=title, href=url[:200], file=target.path[:200])
    return target.address


def _readable(url: str) -> bool:
    """Whether the parts of the address can be told apart; one on the web needs a host."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) if parts.scheme.lower() in ("http", "https") else True
