"""JSON for reading: indented and coloured, token by token, so that every number and text stays as it was written.

What cannot be seen but changes how the rest is shown (direction marks, control characters) is written as an escape.
"""

import re
import unicodedata

from markupsafe import Markup, escape

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|"', re.DOTALL)
_OPEN, _CLOSE = b"{[", b"}]"
_STEP = "  "
DEEPEST = 80


def coloured(raw: bytes) -> Markup:
    """The text as spans ``j-key``, ``j-text``, ``j-number`` and ``j-word``, linear in its length; any bytes give something readable."""
    out: list[str] = []
    depth = 0
    previous = b""
    tokens = _TOKEN.findall(raw)
    for place, token in enumerate(tokens):
        follows = tokens[place + 1] if place + 1 < len(tokens) else b""
        if token in _CLOSE:
            depth = max(depth - 1, 0)
            if previous not in _OPEN or not previous:
                out.append(_line(depth))
        elif (previous and previous in _OPEN) or previous == b",":
            out.append(_line(depth))
        out.append(_token(token, key=follows == b":"))
        if token in _OPEN:
            depth += 1
        elif token == b":":
            out.append(" ")
        previous = token
    return Markup("".join(out))  # noqa: S704 - every token was escaped


def _line(depth: int) -> str:
    return "\n" + _STEP * min(depth, DEEPEST)


def _token(token: bytes, *, key: bool) -> str:
    text = token.decode("utf-8", "replace")
    if text in "{}[],:":
        return text
    if text.startswith('"'):
        return f'<span class="{"j-key" if key else "j-text"}">{escape(_visible(text))}</span>'
    return f'<span class="{"j-word" if text[:1].isalpha() else "j-number"}">{escape(_visible(text))}</span>'


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c)[0] == "C" and ord(c) < 0x10000 else c for c in text)
