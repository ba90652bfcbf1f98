"""``/xapi``: the interface of the specification. It takes credentials from the Authorization header only, so that it can answer on the
content origin too, and to other sites."""

from flask import Blueprint

from lrs.xapi import about, activities, agents, documents, envelope, statements


def xapi_blueprint() -> Blueprint:
    """A new blueprint with every resource, to be registered on an application (and on the content origin's)."""
    blueprint = Blueprint("xapi", __name__, url_prefix="/xapi")
    envelope.wrap(blueprint)
    about.add_to(blueprint)
    statements.add_to(blueprint)
    activities.add_to(blueprint)
    agents.add_to(blueprint)
    documents.add_to(blueprint)
    return blueprint
