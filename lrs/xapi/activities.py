"""GET /xapi/activities: an activity with all that is known of it (1.0.3 Communication 2.5, IEEE 9274.1.1 4.1.6.4)."""

import orjson
from flask import Blueprint, Response, request

from core.access import access
from lrs.definitions.queries import definitions
from lrs.definitions.reading import catch_up
from lrs.xapi import values
from lrs.xapi.callers import must_be_within, scoped
from lrs.xapi.values import wrong


@access("public")
@scoped("statements/read", "statements/read/mine", "define", "profile/read", "state/read")
def get():
    """Always an activity: one of which nothing is known has only its id."""
    given = values.once(request.args, known=("activityId",))
    iri = values.iri(given, "activityId")
    if iri is None:
        raise wrong("activityId", "is missing")
    must_be_within(activity=iri)
    catch_up()
    definition = definitions([iri]).get(iri)
    whole = {"objectType": "Activity", "id": iri} | ({"definition": definition} if definition else {})
    response = Response(orjson.dumps(whole), mimetype="application/json")
    response.add_etag()
    return response.make_conditional(request)


def add_to(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/activities", "activities", get, methods=["GET"])
