"""Words anywhere in a statement: the newest statements of a filter are looked through, so many at a time and no more.

There is no index of words: it would cost every statement that is stored, hold everybody's answers a second time, and have to forget them
again (ADR 0029). Looking through is as quick in a log of millions as in a small one; who looks further back goes on from where it ended.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lrs.browser import queries
from lrs.browser.queries import SEARCHED_PART, Wanted
from lrs.browser.rules import folded
from lrs.statements.errors import Broken
from lrs.statements.parse import parse

AT_MOST = 10_000
AT_ONCE = 1_000


class Found(NamedTuple):
    """The seqs of statements that hold the words, in the order of looking; how many were ``looked`` at; where looking ended before the
    filter did, or None when it came to its end."""

    seqs: list[int]
    looked: int
    ended: int | None


def find(wanted: Wanted, text: str, *, limit: int, beyond: int | None, ascending: bool = False, at_most: int = AT_MOST) -> Found:
    """The next statements of a filter that hold every word of the text, at most ``limit``, among the next ``at_most``."""
    words = folded(text).split()
    found: list[int] = []
    looked = 0
    while looked < at_most:
        asked = min(AT_ONCE, at_most - looked)
        some = queries.texts_of(wanted, limit=asked, beyond=beyond, ascending=ascending)
        for seq, start in some:
            looked += 1
            if holds(start, words):
                found.append(seq)
                if len(found) == limit:
                    return Found(found, looked, seq)
        if len(some) < asked:
            return Found(found, looked, None)
        beyond = some[-1][0]
    return Found(found, looked, beyond)


def holds(start: bytes, words: Sequence[str]) -> bool:
    """True when each word stands in some text of the statement. A cheap look at the bytes comes first; only what passes is parsed, to
    leave out the names of members, which every statement has."""
    whole = start.decode("utf-8", "replace")
    if "\\" not in whole and not _all_in(whole.casefold() if whole.isascii() else folded(whole), words):
        return False
    if len(start) >= SEARCHED_PART:
        return True
    try:
        return _all_in("\n".join(map(folded, _texts(parse(start)))), words)
    except Broken:
        return True


def _all_in(whole: str, words: Sequence[str]) -> bool:
    return all(word in whole for word in words)


def _texts(value) -> Iterator[str]:
    """Every text among the values; numbers as they are written; of extensions the keys too, for they say what they are about."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if ":" in key:
                yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
