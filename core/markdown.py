"""People's text: Markdown in, safe HTML out. Two walls: the parser writes no raw HTML, and a sanitiser passes only what is listed.

The source is what is stored; HTML is made when it is shown, so that a mended rule mends old posts too.
"""

from html import unescape

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

MAX_CHARS = 20_000
"""The longest text that is rendered: the parser's time grows with it (SECURITY row 23). Services refuse longer posts."""

LONGEST_LINKED_WORD = 1_000
"""Bare addresses are looked for only in a text without longer unbroken words: that search is quadratic in a word's length."""

_HEADING_SHIFT = 3
_TAGS = frozenset("p br hr h4 h5 h6 strong em s code pre blockquote ul ol li a table thead tbody tr th td".split())  # noqa: SIM905
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = frozenset({"http", "https", "mailto"})


def _demote_headings(state) -> None:
    """A post's headings stay below those of the page it is shown on."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}"


def _parser(*, bare_links: bool) -> MarkdownIt:
    """CommonMark with tables and bare links. Images are left out: a picture elsewhere would tell its owner who reads what."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": bare_links, "breaks": True})
    parser.enable(["table", "linkify", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.core.ruler.push("demote_headings", _demote_headings)
    return parser


_linking = _parser(bare_links=True)
_plain = _parser(bare_links=False)


def _parser_for(text: str) -> MarkdownIt:
    return _plain if max(map(len, text.split()), default=0) > LONGEST_LINKED_WORD else _linking


def render(text: str | None) -> Markup:
    """Safe HTML of a text; what exceeds ``MAX_CHARS`` is not shown."""
    shown = (text or "")[:MAX_CHARS]
    html = _parser_for(shown).render(shown)
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        set_tag_attribute_values={"table": {"tabindex": "0"}},  # a wide table scrolls by keyboard too
        url_schemes=set(_SCHEMES),
        link_rel="nofollow ugc noopener",
    )
    return Markup(clean)  # noqa: S704 - the sanitiser's own output


def excerpt(text: str, *, length: int = 160) -> str:
    """The beginning of a text on one line, without its marks: for lists that point at it."""
    start = text[: 4 * length]
    words = unescape(nh3.clean(_parser_for(start).render(start), tags=set())).split()
    line = " ".join(words)
    return line if len(line) <= length and len(start) == len(text) else line[:length].rsplit(" ", 1)[0] + "…"
