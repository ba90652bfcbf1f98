"""Settings: everything an operator can turn, read once from the environment.

Each field's environment name is ``COLLOQUIUM_`` + its name in capitals; ``NAME_FILE`` reads a secret from a file.
The table in ``docs/operating.md`` is checked against this class by a test.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "COLLOQUIUM_"
LOCAL = "local"
_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?P<prefix>[\w-][\w.-]*(/[\w-][\w.-]*)*)?)?/?", re.ASCII)
SECRET_NAMES = frozenset({"secret_key", "smtp_password", "database_url"})


class UnsafeConfiguration(Exception):
    """The process must not start like this; the message says what to change."""


def setting(default, doc: str):
    """A field with the sentence that documents it."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class Settings:
    """What one installation runs with; immutable for the life of the process."""

    data_dir: Path = setting(Path("data"), "Folder of the database (SQLite), the stored files and the secret key")
    database_url: str = setting("", "SQLAlchemy address, e.g. postgresql+psycopg://user@host/name; empty: SQLite in the data folder")
    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 or :: (IPv4 and IPv6) for every interface")
    port: int = setting(8000, "Port to listen on")
    origin: str = setting("", "Address at which people reach the application; empty: http://localhost:PORT")
    content_origin: str = setting("", "Address that serves uploaded content, another host than ORIGIN; empty: http://127.0.0.1:PORT")
    storage: str = setting("local", "Where files are kept: local (in the data folder), or s3://bucket/prefix")
    s3_endpoint: str = setting("", "Address of the S3 service; empty: AWS_ENDPOINT_URL, else Amazon's. Keys are found as boto3 finds them")
    s3_region: str = setting("", "Region of the bucket; empty: AWS_REGION, else what the configuration of boto3 says")
    cache_bytes: int = setting(10 << 30, "Most bytes of packages that are kept on the local disk where STORAGE is S3")
    secret_key: str = setting("", "At least 32 random characters; empty: made once and kept in the data folder")
    production: bool = setting(False, "Refuse unsafe configurations: plain http, one registrable host for both origins, a short key")
    debug: bool = setting(False, "Component gallery and unminified errors, for developers only; never together with PRODUCTION")
    background: bool = setting(True, "Run projections and housekeeping inside the web process")
    workers: int = setting(1, "Web processes; more than one needs PostgreSQL")
    threads: int = setting(8, "Threads of a web process")
    trusted_proxies: int = setting(0, "How many reverse proxies in front set X-Forwarded-*")
    max_upload_bytes: int = setting(1 << 30, "Largest package that may be uploaded, in bytes")
    max_waiting_uploads: int = setting(2_000, "Most uploaded files of one person that may wait for their import")
    max_package_files: int = setting(20_000, "Most files in one package")
    max_package_bytes: int = setting(2 << 30, "Most bytes of one package when unpacked")
    max_file_bytes: int = setting(1 << 30, "Largest single file inside a package, in bytes")
    max_package_ratio: int = setting(200, "Most times a file over 1 MiB inside a package may grow when unpacked")
    max_body_bytes: int = setting(10 << 20, "Largest body of any request that is not an upload, in bytes")
    max_attachment_bytes: int = setting(1 << 30, "Most bytes of attachments that one request to /xapi/statements may bring")
    max_document_bytes: int = setting(100 << 20, "Largest document (state, profile) that a tool may keep; JSON is bound by MAX_BODY_BYTES")
    xapi_default_version: str = setting("1.0.3", "Version that /xapi reports to a request without a version header: 1.0.3 or 2.0.0")
    smtp_host: str = setting("", "Mail server; empty: mails are printed in the log")
    smtp_port: int = setting(587, "Port of the mail server")
    smtp_user: str = setting("", "User name at the mail server")
    smtp_password: str = setting("", "Password at the mail server")
    smtp_starttls: bool = setting(True, "Encrypt the connection to the mail server")
    mail_from: str = setting("Colloquium <no-reply@localhost>", "Sender of mails")
    fetch_allow: str = setting("", "Comma-separated host:port that link previews may reach though they are internal")

    @property
    def app_host(self) -> str:
        """Host and port of the application origin, as a browser sends them in ``Host``."""
        return urlsplit(self.origin).netloc

    @property
    def content_host(self) -> str:
        """Host and port of the content origin, as a browser sends them in ``Host``."""
        return urlsplit(self.content_origin).netloc

    @property
    def secure(self) -> bool:
        """True where people reach the application over https, so cookies must be Secure."""
        return self.origin.startswith("https:")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def from_env(environ: Mapping[str, str] | None = None, **overrides) -> Settings:
    """Read the environment; raise :class:`UnsafeConfiguration` naming the setting that is wrong."""
    environ = os.environ if environ is None else environ
    values = {f.name: _read(environ, f) for f in fields(Settings)}
    values = {name: value for name, value in values.items() if value is not None} | overrides
    return _completed(Settings(**values))


def _read(environ, f):
    name = PREFIX + f.name.upper()
    raw = environ.get(name)
    if raw is None and (path := environ.get(name + "_FILE")):
        try:
            raw = Path(path).read_text().strip()
        except OSError as error:
            raise UnsafeConfiguration(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
    if raw is None or raw == "":
        return None
    try:
        return _convert(raw, type(f.default))
    except ValueError as error:
        raise UnsafeConfiguration(f"{name}={raw!r} is not a {_kind(f.default)}") from error


def _kind(default) -> str:
    return {bool: "yes or no", int: "whole number"}.get(type(default), "text")


def _convert(raw: str, kind):
    if kind is bool:
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off"):
            return False
        raise ValueError(raw)
    return Path(raw) if issubclass(kind, Path) else kind(raw)


def _completed(settings: Settings) -> Settings:
    """Fill in what depends on other settings, then refuse what is unsafe."""
    changes = {"data_dir": settings.data_dir.resolve()}
    changes["origin"] = (settings.origin or f"http://localhost:{settings.port}").rstrip("/")
    changes["content_origin"] = (settings.content_origin or f"http://127.0.0.1:{settings.port}").rstrip("/")
    url = settings.database_url or f"sqlite:///{changes['data_dir']}/colloquium.db"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    changes["database_url"] = url
    generated = not settings.secret_key
    changes["secret_key"] = settings.secret_key or _kept_secret(changes["data_dir"])
    completed = Settings(**{f.name: changes.get(f.name, getattr(settings, f.name)) for f in fields(Settings)})
    _refuse_unsafe(completed, key_generated=generated)
    return completed


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        return path.read_text().strip()


def _refuse_unsafe(s: Settings, *, key_generated: bool) -> None:
    for name in ("origin", "content_origin"):
        parts = urlsplit(getattr(s, name))
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
            raise UnsafeConfiguration(f"{PREFIX}{name.upper()} must look like https://host or http://host:port, not {getattr(s, name)!r}")
    if urlsplit(s.origin).hostname == urlsplit(s.content_origin).hostname:
        raise UnsafeConfiguration(
            f"{PREFIX}ORIGIN and {PREFIX}CONTENT_ORIGIN name the same host; uploaded packages could then act as the person who "
            "plays them. Give the content another host name (another port is not enough)."
        )
    if len(s.secret_key) < 32:
        raise UnsafeConfiguration(f"{PREFIX}SECRET_KEY needs at least 32 random characters")
    if s.storage != LOCAL:
        bucket_and_prefix(s.storage)
    if s.xapi_default_version not in ("1.0.3", "2.0.0"):
        raise UnsafeConfiguration(f"{PREFIX}XAPI_DEFAULT_VERSION={s.xapi_default_version!r} is not known; it must be 1.0.3 or 2.0.0")
    if s.workers > 1 and s.is_sqlite:
        raise UnsafeConfiguration(
            f"{PREFIX}WORKERS={s.workers} needs PostgreSQL; SQLite serves one web process with {PREFIX}THREADS threads"
        )
    if s.production:
        _refuse_unsafe_production(s, key_generated)


def bucket_and_prefix(address: str) -> tuple[str, str]:
    """The two parts of ``s3://bucket/prefix``; the prefix may be empty. :class:`UnsafeConfiguration` for anything else."""
    found = _S3.fullmatch(address)
    if found is None:
        raise UnsafeConfiguration(f"{PREFIX}STORAGE={address!r} is not known; it must be local, or look like s3://bucket/prefix")
    return found["bucket"], found["prefix"] or ""


def _refuse_unsafe_production(s: Settings, key_generated: bool) -> None:
    if s.debug:
        raise UnsafeConfiguration(f"{PREFIX}DEBUG and {PREFIX}PRODUCTION exclude each other; unset {PREFIX}DEBUG")
    if not (s.secure and s.content_origin.startswith("https:")):
        raise UnsafeConfiguration(f"{PREFIX}ORIGIN and {PREFIX}CONTENT_ORIGIN must be https addresses in production")
    if key_generated and s.workers > 1:
        raise UnsafeConfiguration(f"Set {PREFIX}SECRET_KEY (or {PREFIX}SECRET_KEY_FILE) when several processes serve")
    if len(set(s.secret_key)) < 10:
        raise UnsafeConfiguration(f"{PREFIX}SECRET_KEY is too regular to be random; make one with: openssl rand -base64 48")
