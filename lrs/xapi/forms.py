"""A page of statements in the form that was asked for, and in the version: fixed numbers of queries, whatever the page holds."""

from collections.abc import Sequence

from werkzeug.datastructures import LanguageAccept

from lrs.definitions.queries import definitions, language_maps
from lrs.definitions.rules import VERB
from lrs.statements import render
from lrs.statements.splice import in_utc


def in_form(payloads: Sequence[bytes], form: str, *, languages: LanguageAccept, version: str) -> list[bytes]:
    """Kept statements as ``exact``, ``ids`` or ``canonical``; for a reader of 2.0 with timestamps in UTC.

    A reader of 1.0.3 gets newer statements as they are: converting them is forbidden (1.0.3 Communication 3.3).
    """
    if version.startswith("2"):
        payloads = [in_utc(payload) for payload in payloads]
    if form == "ids":
        return [render.ids(payload) for payload in payloads]
    if form == "canonical":
        known = _known(payloads)
        return [render.canonical(payload, known, languages) for payload in payloads]
    return list(payloads)


def _known(payloads: Sequence[bytes]) -> render.Known:
    activities: set[str] = set()
    verbs: set[str] = set()
    for payload in payloads:
        render.mentioned(payload, activities, verbs)
    return render.Known(
        definitions(activities) if activities else {},
        language_maps(verbs, kind=VERB) if verbs else {},
    )
