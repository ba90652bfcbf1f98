"""Addresses of videos: which provider, which video, and the frame we build ourselves. Nothing a provider sends becomes HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

MAX_URL = 2_000


@dataclass(frozen=True)
class Provider:
    """A provider of videos: where its addresses point, how it is asked for a title, and how its frame is built.

    ``hosts`` are matched with and without ``www.``; ``paths`` are patterns of the path (with query) that name the video as ``id``,
    some of them with a ``key`` that unlisted videos need. ``frame`` has ``{id}`` and ends before ``key``.
    """

    name: str
    label: str
    hosts: frozenset[str]
    paths: tuple[str, ...]
    oembed: str
    frame: str
    page: str
    key_parameter: str = ""

    @property
    def frame_origin(self) -> str:
        """What the page must be allowed to embed."""
        parts = urlsplit(self.frame)
        return f"{parts.scheme}://{parts.netloc}"


_YT = r"(?P<id>[A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])"
PROVIDERS = (
    Provider(
        name="youtube",
        label="YouTube",
        hosts=frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}),
        paths=(rf"/watch\?(?:[^#]*&)?v={_YT}", rf"/(?:embed|shorts|live|v)/{_YT}"),
        oembed="https://www.youtube.com/oembed",
        frame="https://www.youtube-nocookie.com/embed/{id}?rel=0",
        page="https://www.youtube.com/watch?v={id}",
    ),
    Provider(
        name="youtube",
        label="YouTube",
        hosts=frozenset({"youtu.be"}),
        paths=(rf"/{_YT}",),
        oembed="https://www.youtube.com/oembed",
        frame="https://www.youtube-nocookie.com/embed/{id}?rel=0",
        page="https://www.youtube.com/watch?v={id}",
    ),
    Provider(
        name="vimeo",
        label="Vimeo",
        hosts=frozenset({"vimeo.com", "player.vimeo.com"}),
        paths=(
            r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/)?(?P<id>\d{5,12})/?\?(?:[^#]*&)?h=(?P<key>[0-9a-f]{6,40})",
            r"/(?P<id>\d{5,12})/(?P<key>[0-9a-f]{6,40})(?![\w-])",
            r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/)?(?P<id>\d{5,12})(?![\w-])",
        ),
        oembed="https://vimeo.com/api/oembed.json",
        frame="https://player.vimeo.com/video/{id}?dnt=1",
        page="https://vimeo.com/{id}",
        key_parameter="h",
    ),
    Provider(
        name="ted",
        label="TED",
        hosts=frozenset({"ted.com", "embed.ted.com"}),
        paths=(r"/talks/(?:lang/[a-z-]{2,10}/)?(?P<id>[a-z0-9_]{3,100})(?![\w-])",),
        oembed="https://www.ted.com/services/v1/oembed.json",
        frame="https://embed.ted.com/talks/{id}",
        page="https://www.ted.com/talks/{id}",
    ),
    Provider(
        name="dailymotion",
        label="Dailymotion",
        hosts=frozenset({"dailymotion.com"}),
        paths=(r"/(?:embed/)?video/(?P<id>[a-z0-9]{5,12})(?![A-Za-z0-9])",),
        oembed="https://www.dailymotion.com/services/oembed",
        frame="https://geo.dailymotion.com/player.html?video={id}",
        page="https://www.dailymotion.com/video/{id}",
    ),
    Provider(
        name="dailymotion",
        label="Dailymotion",
        hosts=frozenset({"dai.ly"}),
        paths=(r"/(?P<id>[a-z0-9]{5,12})(?![A-Za-z0-9])",),
        oembed="https://www.dailymotion.com/services/oembed",
        frame="https://geo.dailymotion.com/player.html?video={id}",
        page="https://www.dailymotion.com/video/{id}",
    ),
)


@dataclass(frozen=True)
class Address:
    """An address as we keep it; with a provider and the id (``id`` or ``id/key``) when it is a video we can show ourselves."""

    url: str
    provider: Provider | None = None
    video_id: str | None = None


def read(text: str, providers: Sequence[Provider] = PROVIDERS) -> Address | None:
    """What somebody pasted, read as an address; None when it is none that can be opened. A missing ``https://`` is added."""
    url = text.strip()
    if url and "://" not in url and re.match(r"[\w-]+(\.[\w-]+)+([/?#]|$)", url):
        url = "https://" + url
    if not url or len(url) > MAX_URL or any(c.isspace() or ord(c) < 0x21 or c == "\\" for c in url):
        return None
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    for provider in providers:
        if host in provider.hosts and (match := _match(provider, parts)):
            key = match.groupdict().get("key")
            return Address(url, provider, f"{match['id']}/{key}" if key else match["id"])
    return Address(url)


def _match(provider: Provider, parts) -> re.Match | None:
    where = parts.path + (f"?{parts.query}" if parts.query else "")
    return next((match for pattern in provider.paths if (match := re.match(pattern, where))), None)


def provider(name: str | None) -> Provider | None:
    """The provider of that name, or None."""
    return next((p for p in PROVIDERS if p.name == name), None)


def frame_url(found: Provider, video_id: str) -> str:
    """The address of the frame, built from the id alone."""
    number, _, key = video_id.partition("/")
    url = found.frame.format(id=quote(number, safe=""))
    if not (key and found.key_parameter):
        return url
    return url + ("&" if "?" in url else "?") + urlencode({found.key_parameter: key})


def oembed_url(found: Provider, url: str) -> str:
    """Where the provider tells the title and picture of a video."""
    return f"{found.oembed}?{urlencode({'url': url, 'format': 'json'})}"
