"""Read the dictionary."""

from collections.abc import Iterable

import orjson
from sqlalchemy import select

from core.db import db
from lrs.definitions.models import Definition
from lrs.definitions.rules import ACTIVITY
from lrs.statements.terms import digest


def definitions(iris: Iterable[str]) -> dict[str, dict]:
    """IRI → canonical definition of the activities that have one. One query."""
    query = select(Definition.iri, Definition.body).where(Definition.digest.in_([digest((ACTIVITY, iri)) for iri in set(iris)]))
    return {iri: orjson.loads(body) for iri, body in db.session.execute(query)}


def language_maps(iris: Iterable[str], *, kind: str) -> dict[str, dict[str, str]]:
    """IRI → names of an activity or displays of a verb, by language. One query."""
    query = select(Definition.iri, Definition.names).where(Definition.digest.in_([digest((kind, iri)) for iri in set(iris)]))
    return {iri: orjson.loads(names) for iri, names in db.session.execute(query)}
