"""One process, two origins: the application and the content answer by the ``Host`` they were asked at (PLAYER.md).

Health checks answer on any host. A top-level visit to the content host's front page is sent to the application.
"""

import re
from collections.abc import Callable, Iterable

from core.patience import REQUEST, limited
from core.settings import Settings

HEALTH = ("/healthz", "/readyz")
_SLASHES = re.compile("//+")


class Hosts:
    """WSGI: choose the application by host, after collapsing ``//`` (clients join an endpoint that ends in ``/``)."""

    def __init__(self, application: Callable, content: Callable, settings: Settings):
        self.application, self.content, self.settings = application, content, settings

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if "//" in path:
            path = environ["PATH_INFO"] = _SLASHES.sub("/", path)
        host = environ.get("HTTP_HOST", "").lower()
        if host == self.settings.app_host.lower() or path in HEALTH:
            with limited(REQUEST):
                return self.application(environ, start_response)
        if host == self.settings.content_host.lower():
            if path == "/":
                return _redirect(start_response, self.settings.origin + "/")
            with limited(REQUEST):
                return self.content(environ, start_response)
        return _unknown(start_response, host, self.settings)


def _redirect(start_response, where: str):
    start_response("303 See Other", [("Location", where), ("Content-Length", "0")])
    return [b""]


def _unknown(start_response, host: str, settings: Settings):
    text = (
        f"This server does not answer for the host {host!r:.200}.\n"
        f"It is set up for {settings.origin} (COLLOQUIUM_ORIGIN) and {settings.content_origin} (COLLOQUIUM_CONTENT_ORIGIN).\n"
        "If people reach it at another address, change these settings and restart it.\n"
    ).encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text))), ("X-Content-Type-Options", "nosniff")]
    start_response("400 Bad Request", headers)
    return [text]
