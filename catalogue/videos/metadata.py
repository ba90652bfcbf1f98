"""Asking the outside for the title and picture of an address: oEmbed from known providers, Open Graph from any other page."""

import codecs
import io
from dataclasses import dataclass
from urllib.parse import urljoin

import orjson
from lxml import etree, html

from catalogue.items import images
from catalogue.videos.rules import Address, oembed_url
from core.errors import Invalid, TooLarge
from core.fetch import FetchError, Guard, safe_fetch

PAGE_BYTES = 512 << 10
JSON_BYTES = 64 << 10


@dataclass(frozen=True)
class Metadata:
    """What the outside says about an address; every part may be missing, and all of it is hostile text."""

    title: str = ""
    description: str = ""
    author: str = ""
    image_url: str = ""
    seconds: int | None = None
    language: str | None = None


def look_up(address: Address, *, through: Guard | None = None) -> Metadata:
    """Ask once. :class:`FetchError` when nothing could be learnt."""
    if address.provider:
        return _oembed(address, through)
    page = safe_fetch(address.url, types=("text/html", "application/xhtml+xml"), max_bytes=PAGE_BYTES, cut=True, through=through)
    return open_graph(page.body, page.charset, page.url)


def picture(url: str, *, through: Guard | None = None) -> str | None:
    """Fetch a picture and keep a re-encoded copy; answers its storage key, None when it is not to be had."""
    if not url:
        return None
    try:
        fetched = safe_fetch(url, types=("image/*",), through=through)
        return images.keep(io.BytesIO(fetched.body))
    except (FetchError, Invalid, TooLarge):
        return None


def _oembed(address: Address, through: Guard | None) -> Metadata:
    types = ("application/json", "application/json+oembed", "text/json")
    answer = safe_fetch(oembed_url(address.provider, address.url), types=types, max_bytes=JSON_BYTES, through=through)
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise FetchError("type", "json") from error
    if not isinstance(told, dict):
        raise FetchError("type", "json")
    seconds = told.get("duration")
    return Metadata(
        title=_text(told.get("title"), 300),
        author=_text(told.get("author_name"), 200),
        image_url=_text(told.get("thumbnail_url"), 2_000),
        seconds=seconds if isinstance(seconds, int) and 0 < seconds < 86_400 else None,
    )


def open_graph(body: bytes, charset: str | None, url: str) -> Metadata:
    """Title, description and picture of a page. A page without a title tells nothing: :class:`FetchError`."""
    try:
        parser = html.HTMLParser(encoding=_known(charset), no_network=True, huge_tree=False)
        page = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FetchError("type", "html") from error
    told = _properties(page)
    title = told.get("og:title") or told.get("twitter:title") or (page.findtext(".//title") or "")
    if not _text(title, 300):
        raise FetchError("type", "no title")
    image = told.get("og:image:secure_url") or told.get("og:image") or told.get("twitter:image") or ""
    seconds = told.get("og:video:duration") or told.get("video:duration") or ""
    return Metadata(
        title=_text(title, 300),
        description=_text(told.get("og:description") or told.get("description"), 1_000),
        author=_text(told.get("og:site_name"), 200),
        image_url=_joined(url, image),
        seconds=int(seconds) if seconds.isascii() and seconds.isdigit() and 0 < int(seconds[:9]) < 86_400 else None,
        language=_text(page.get("lang"), 16) or None,
    )


def _properties(page) -> dict[str, str]:
    """The first value of each ``<meta>`` by its property or name."""
    told: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name and meta.get("content"):
            told.setdefault(name, meta.get("content").strip())
    return told


def _joined(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)[:2_000] if reference else ""
    except ValueError:
        return ""


def _known(charset: str | None) -> str | None:
    try:
        return codecs.lookup(charset).name if charset else None
    except LookupError:
        return None


def _text(value, limit: int) -> str:
    return " ".join(value.replace("\x00", "").split())[:limit] if isinstance(value, str) else ""
