"""``POST /api/v1/items/{uuid}/launches``: a link that opens the player without signing in, for people who come from other systems."""

from flask_babel import gettext as _
from marshmallow import fields, validate

from accounts.people import queries as people
from accounts.people.models import Person
from catalogue.items import queries as items
from core.access import Principal, access, principal
from core.api import api_blueprint
from core.clock import now
from core.db import write
from core.errors import Forbidden, Invalid
from core.identity import identity_base
from core.schemas import StrictSchema, StrictString
from lrs.projections import catch_up
from scorm.play import service
from scorm.play.models import MODES
from scorm.play.telling import registration_of
from scorm.play.views import player_url

blueprint = api_blueprint("launches", __name__, description="Open a course for a learner")


class LaunchSchema(StrictSchema):
    """Who plays, and how."""

    email = fields.Email(metadata={"description": "Address of a learner who has an account here"})
    actor = fields.Dict(keys=fields.String(), metadata={"description": "The same as an xAPI agent: mbox, or account of this installation"})
    mode = StrictString(load_default="normal", validate=validate.OneOf(MODES), metadata={"description": "normal, review or browse"})


class LaunchedSchema(StrictSchema):
    """Where to send the learner."""

    url = fields.String(metadata={"description": "Opens the player; needs no session; expires"})
    launch = fields.String(metadata={"description": "Uuid of the launch"})
    registration = fields.String(allow_none=True, metadata={"description": "xAPI registration of every statement; null in mode browse"})
    expires_at = fields.DateTime(format="iso")


@blueprint.route("/items/<uuid:uuid>/launches", methods=["POST"])
@blueprint.arguments(LaunchSchema)
@blueprint.response(201, LaunchedSchema)
@access("person")
def launch(body, uuid):
    """Open an item for a learner. Only administrators and keys with scope ``all`` may name somebody else."""
    who = principal()
    with write():
        person = _learner(body, who)
        item = items.get_visible(str(uuid), to=_as_principal(person))
        if body["mode"] == service.BROWSE and not items.may_edit(item, who):
            raise Forbidden()
        opened = service.launch(item=item, person=person, mode=body["mode"], at=now())
        answer = {
            "url": player_url(opened),
            "launch": opened.uuid,
            "registration": registration_of(opened),
            "expires_at": opened.expires_at,
        }
    catch_up(limit_ms=50)
    return answer


def _learner(body: dict, who: Principal) -> Person:
    if "email" in body and "actor" in body:
        raise Invalid(_("Give either email or actor."), fields={"actor": [_("Give either email or actor.")]})
    if "email" not in body and "actor" not in body:
        if who.person_id is None:
            raise Invalid(_("Say who plays: email or actor."), fields={"email": [_("Say who plays: email or actor.")]})
        return people.get(who.person_id)
    field = "email" if "email" in body else "actor"
    person = people.by_email(body["email"]) if field == "email" else _by_actor(body["actor"])
    if person is not None and person.id == who.person_id:
        return person
    if not who.is_admin:
        raise Forbidden(_("You may open a course for yourself only."))
    if person is None or not person.active:
        raise Invalid(_("There is no such learner."), fields={field: [_("There is no such learner.")]})
    return person


def _by_actor(actor: dict) -> Person | None:
    mbox, account = actor.get("mbox"), actor.get("account")
    if isinstance(mbox, str) and mbox.lower().startswith("mailto:"):
        return people.by_email(mbox[len("mailto:") :])
    if isinstance(account, dict) and account.get("homePage") == identity_base() and isinstance(account.get("name"), str):
        return people.by_uuids([account["name"]]).get(account["name"])
    return None


def _as_principal(person: Person) -> Principal:
    """The learner as who sees items: a link for somebody opens nothing that they may not see."""
    return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)
