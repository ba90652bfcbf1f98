"""What the pages of a package give away about how it will behave, read while its bytes stream by."""

import re

from scorm.packages.findings import Findings

_PAGES = (".html", ".htm", ".js", ".mjs", ".xhtml")
_TEXT = (*_PAGES, ".css")
_SERVER = (".php", ".asp", ".aspx", ".jsp", ".cgi", ".pl", ".py", ".htaccess", "web.config")
_API = re.compile(
    rb"LMSInitialize|API_1484_11|LMSSetValue|\bSetValue\s*\(|lesson_status|completion_status"
    rb"|new TinCan\b|XAPIWrapper|[Cc]mi5|[\"'?&]endpoint\b"
)
_WORKER = re.compile(rb"serviceWorker\s*\.\s*register")
_INSECURE = re.compile(
    rb"""<(?:script|link(?![^>]{0,200}canonical)|img|iframe|frame|video|audio|source|embed|object)\b[^>]{0,300}?"""
    rb"""(?:src|href|data)\s*=\s*["']http://|(?:url\(|@import)\s*["']?http://""",
    re.IGNORECASE,
)
_OVERLAP = 400


class Hints:
    """Feed every chunk of every file; ``report`` then adds the findings."""

    def __init__(self):
        self._tail = b""
        self._path = ""
        self._insecure: set[str] = set()
        self._server: list[str] = []
        self._flash = 0
        self._worker = ""
        self._api = False
        self._pages = False

    def begin(self, path: str) -> bool:
        """Start a file; answers whether its text is worth feeding."""
        self._path, self._tail = path, b""
        lowered = path.lower()
        self._flash += lowered.endswith(".swf")
        if lowered.endswith(_SERVER):
            self._server.append(path)
        self._pages = self._pages or lowered.endswith(_PAGES)
        return lowered.endswith(_TEXT)

    def feed(self, chunk: bytes) -> None:
        window = self._tail + chunk
        self._api = self._api or bool(_API.search(window))
        if not self._worker and _WORKER.search(window):
            self._worker = self._path
        if _INSECURE.search(window):
            self._insecure.add(self._path)
        self._tail = window[-_OVERLAP:]

    def report(self, findings: Findings) -> None:
        if self._flash:
            findings.add("file.flash", count=self._flash)
        if self._insecure:
            findings.add("file.insecure", sorted(self._insecure)[0], count=len(self._insecure))
        if self._server:
            findings.add("file.server", names=", ".join(self._server[:5]))
        if self._worker:
            findings.add("file.service_worker", self._worker)
        if self._pages and not self._api:
            findings.add("file.no_api")
