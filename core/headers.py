"""Security headers of the application origin, and addresses of static files that change with their bytes."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, current_app, g, request, url_for

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


def allow_frames(*sources: str) -> None:
    """Let this one page embed these origins besides the content origin (a video provider, after a click)."""
    g.frame_sources = (*getattr(g, "frame_sources", ()), *sources)


def security_headers(response):
    """Set what every answer of the application origin carries (PLAYER.md, "Headers to send")."""
    settings = current_app.config["SETTINGS"]
    frames = " ".join((settings.content_origin, *getattr(g, "frame_sources", ())))
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-src {frames}; frame-ancestors 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if not request.path.startswith("/xapi"):
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault(
        "Permissions-Policy", f'camera=(), microphone=(), geolocation=(), unload=(self "{settings.content_origin}")'
    )
    if settings.secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if request.endpoint and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "private, no-store" if request.method != "GET" else "private, no-cache")
    return response


@lru_cache(maxsize=512)
def _fingerprint(path: str, _stamp: int) -> str:
    return sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """Address of a file of core/static with its fingerprint, so that browsers may keep it for a year."""
    try:
        version = _fingerprint(path, (STATIC / path).stat().st_mtime_ns)
    except FileNotFoundError:
        return url_for("static", filename=path)
    return url_for("static", filename=path, v=version)


def _cache_static(response):
    if request.endpoint and request.endpoint.endswith("static") and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def init_app(app: Flask) -> None:
    app.after_request(security_headers)
    app.after_request(_cache_static)
    app.add_template_global(asset, "asset")
