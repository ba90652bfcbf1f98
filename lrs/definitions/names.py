"""Names of activities and verbs for a reader: in their language, for ever text, never empty."""

from collections.abc import Iterable, Sequence

from flask_babel import force_locale

from core.i18n import LANGUAGES
from lrs.definitions import rules
from lrs.definitions.queries import language_maps
from lrs.definitions.rules import best
from lrs.definitions.words import VERBS

__all__ = ["best", "names_of"]


def names_of(iris: Iterable[str], *, kind: str, languages: Sequence[str]) -> dict[str, str]:
    """IRI → name for each of the IRIs of verbs or activities (``kind``), in the first of the languages that has one.

    Then, for well-known verbs, our own word for it; then English, any language, and at last the last part of the IRI. One query.
    """
    wanted = list(dict.fromkeys(iris))
    known = language_maps(wanted, kind=kind) if wanted else {}
    return {iri: _name(iri, known.get(iri, {}), kind, languages) for iri in wanted}


def _name(iri: str, names: dict[str, str], kind: str, languages: Sequence[str]) -> str:
    own = rules.in_language(names, languages)
    if own is None and kind == rules.VERB and iri in VERBS:
        own = _our_word(iri, languages)
    return own or best(names, languages) or rules.readable(iri)


def _our_word(iri: str, languages: Sequence[str]) -> str | None:
    """In the first of the reader's languages that Colloquium speaks."""
    language = next((root for root in (tag.partition("-")[0].lower() for tag in languages) if root in LANGUAGES), None)
    if language is None:
        return None
    with force_locale(language):
        return str(VERBS[iri])
