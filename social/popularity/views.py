"""The page that explains an item's popularity, and the same as JSON."""

from flask import render_template
from marshmallow import Schema, fields

from catalogue.items.queries import get_visible
from core.access import access, principal
from core.api import api_blueprint
from core.clock import now
from social.blueprint import pages
from social.popularity import queries, rules
from social.popularity.words import kind_labels, reasons

api = api_blueprint("popularity", __name__, description="How many people an item reaches and holds, and why that is so")


@pages.get("/items/<uuid:uuid>/popularity")
@access("person")
def popularity(uuid):
    """Why an item is as popular as it is: people, the rule, and the statements that show it."""
    item = get_visible(uuid, to=principal())
    found = queries.of(item)
    return render_template(
        "popularity/why.html",
        item=item,
        popularity=found,
        kind_labels=kind_labels(),
        reasons=reasons(item.activity_iri),
        pulse=_pulse(item, found),
    )


def _pulse(item, found) -> float | None:
    """The Pulse now, to one digit; None where it could tell what "a few" hides, or before publication."""
    if None in found.counts.values() or item.published_at is None:
        return None
    return round(rules.pulse(item.rank_popular, at=now().timestamp()), 1)


class CountsSchema(Schema):
    """People by what they did; null for one or two in a restricted item."""

    launch = fields.Integer(allow_none=True)
    complete = fields.Integer(allow_none=True)
    comment = fields.Integer(allow_none=True)
    like = fields.Integer(allow_none=True)


class WhyPopularSchema(Schema):
    """Popularity as a card shows it."""

    level = fields.Integer(metadata={"description": "Fifth of the catalogue, 1 to 5; 0 before anybody came"})
    words = fields.String()
    counts = fields.Nested(CountsSchema)
    pulse = fields.Float(allow_none=True, metadata={"description": "The Pulse now; 2 for an item just published"})


@api.get("/items/<uuid:uuid>/popularity")
@access("person")
@api.response(200, WhyPopularSchema)
def get_popularity(uuid):
    """The popularity of an item"""
    item = get_visible(uuid, to=principal())
    found = queries.of(item)
    return {"level": found.level, "words": found.words, "counts": found.counts, "pulse": _pulse(item, found)}
