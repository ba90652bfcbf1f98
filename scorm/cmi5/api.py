"""``/api/v1/courses`` and what belongs to it: for systems that import cmi5 courses and launch their units, and for conformance tests."""

from datetime import datetime
from uuid import uuid4

from flask import jsonify, request
from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate
from sqlalchemy.exc import IntegrityError

from accounts.people import queries as people
from accounts.people.models import Person
from catalogue.items import queries as items
from catalogue.items.models import Item
from core.access import Principal, access, principal
from core.api import api_blueprint
from core.clock import now
from core.db import db, write
from core.errors import Conflict, Invalid, NotFound
from core.identity import person_uuid
from core.schemas import StrictSchema, StrictString
from lrs.projections import catch_up
from lrs.statements.formats import is_iri
from lrs.statements.keys import agent_key
from scorm.cmi5 import queries, service
from scorm.cmi5 import vocabulary as v
from scorm.cmi5.models import Enrolment
from scorm.cmi5.way import enrolment_of
from scorm.packages import queries as packages
from scorm.packages import report, room, uploads
from scorm.packages.cmi5 import requirements
from scorm.packages.findings import Finding
from scorm.packages.importing import import_package
from scorm.packages.models import Package
from scorm.play import service as play

blueprint = api_blueprint("courses", __name__, description="Import cmi5 courses, launch their units for anybody, waive and abandon")

FORMAT = "cmi5"
_TYPES = ("application/zip", "application/x-zip-compressed", "text/xml", "application/xml")
_BINARY = {"type": "string", "format": "binary"}
_BODY = {"required": True, "content": {kind: {"schema": _BINARY} for kind in ("application/zip", "text/xml")}}
_PLAYED = {v.NORMAL: play.NORMAL, v.BROWSE: play.BROWSE, v.REVIEW: play.REVIEW}


def _text(value: str) -> None:
    """Half a character (a surrogate) is no text."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(_("This is not a text.")) from error


def _iri(value: str) -> None:
    _text(value)
    if not is_iri(value):
        raise ValidationError(_("This must be a complete address, beginning with https:// or another scheme."))


class AccountSchema(StrictSchema):
    """An account in some system (xAPI 1.0.3 Data 2.4.2.4)."""

    homePage = StrictString(required=True, validate=[validate.Length(1, 500), _iri], metadata={"description": "Address of that system"})
    name = StrictString(required=True, validate=[validate.Length(1, 500), _text], metadata={"description": "Who it is there"})


class ActorSchema(StrictSchema):
    """Whom a launch is for: an agent with an account (cmi5 9.2). An account of this installation is a learner here."""

    objectType = StrictString(validate=validate.Equal("Agent"), metadata={"description": "Agent"})
    name = StrictString(validate=[validate.Length(1, 500), _text], metadata={"description": "What they are called"})
    account = fields.Nested(AccountSchema, required=True)


class LaunchUrlSchema(StrictSchema):
    """Who is to open a unit, and how."""

    actor = fields.Nested(ActorSchema, required=True)
    reg = fields.UUID(allow_none=True, metadata={"description": "Registration to go on with; a new one is made when it is missing"})
    launchMode = StrictString(
        load_default=v.NORMAL, allow_none=True, validate=validate.OneOf(v.MODES), metadata={"description": "Normal, Browse or Review"}
    )


class LaunchUrlAnswerSchema(StrictSchema):
    """The address to open in a browser, once."""

    url = fields.String(metadata={"description": "The unit with its launch parameters"})


class CourseSchema(StrictSchema):
    """An imported course."""

    id = fields.String(metadata={"description": "Names the course on this API; the same as its package"})


class ViolationSchema(StrictSchema):
    """Why a course is refused."""

    violatedReqId = fields.String(metadata={"description": "Requirement of cmi5, as the catalogue @cmi5/requirements numbers them"})
    message = fields.String(metadata={"description": "What is wrong and what to do"})


class WaiveSchema(StrictSchema):
    """Why a unit need not be taken."""

    reason = StrictString(required=True, validate=validate.OneOf(v.REASONS))


@blueprint.url_value_preprocessor
def _allow_packages(endpoint, _values):
    if endpoint == "api_courses.import_course":
        uploads.raise_size_limit(request)


@blueprint.route("/courses", methods=["POST"])
@access("author")
@blueprint.doc(requestBody=_BODY)
@blueprint.response(201, CourseSchema, description="Imported as a draft; the same bytes again are the same course")
@blueprint.alt_response(415, schema=ViolationSchema, description="Neither a zip nor XML")
@blueprint.alt_response(422, schema=ViolationSchema, description="Refused; the requirement that it breaks")
def import_course():
    """Import a cmi5 course: the zip, or its course structure as XML, as the body itself."""
    if request.mimetype not in _TYPES:
        return _refusal(requirements.CONTENT_TYPE, _("Send the course as application/zip, or its structure as text/xml."), 415)
    who = principal()
    with room.or_say_so(), room.scratch() as copy:
        uploads.drain(request, copy)
        imported = import_package(copy, name=_name(), owner_id=who.person_id, by=who, only=(FORMAT,))
    if imported.accepted:
        return {"id": imported.package_uuid}
    error = next(f for f in report.findings_of(imported.report) if f.severity == "error")
    if error.code.startswith(("course.", "format.")):
        error = Finding("cmi5.none")
    return _refusal(requirements.violated(error), error.message, 422)


def _name() -> str:
    given = uploads.name_of(request)
    return "cmi5.xml" if given == "package.zip" and request.mimetype.endswith("xml") else given


def _refusal(requirement: str, message: str, status: int):
    """The two members that conformance tests read, and the error that every refusal of the API has."""
    error = {"code": "course_refused", "message": message, "fields": {}}
    answer = jsonify({"violatedReqId": requirement, "message": message, "error": error})
    answer.status_code = status
    return answer


@blueprint.route("/courses/<uuid:uuid>", methods=["DELETE"])
@access("author")
@blueprint.response(204)
def delete_course(uuid):
    """Take a course away, with its item and everything that was played of it. Statements stay in the record store."""
    with write():
        _package, item = _course(uuid)
        service.end_course(item)
        db.session.delete(item)


@blueprint.route("/courses/<uuid:uuid>/launch-url/<int:au_index>", methods=["POST"])
@access("author")
@blueprint.arguments(LaunchUrlSchema)
@blueprint.response(201, LaunchUrlAnswerSchema)
def launch_url(body, uuid, au_index):
    """Make a session of a unit (from 0, in reading order) for an actor, and the address that opens it."""
    try:
        with write():
            url = _launched(body, uuid, au_index, now())
    except IntegrityError as error:
        raise _taken() from error  # another request has made this registration in this very moment
    catch_up(limit_ms=50)
    return {"url": url}


def _launched(body: dict, uuid, au_index: int, at: datetime) -> str:
    package, item = _course(uuid)
    version = packages.current_version(package.item_id)
    mode = body.get("launchMode") or v.NORMAL
    person = _person(body["actor"])
    if person is None:
        enrolment, launch_id = _foreign(body, version, package, at), None
    else:
        enrolment, launch_id = _ours(body, person, item, mode, at)
    number = service.unit_number(queries.structure_of(enrolment.version.uuid), au_index)
    reader = person.uuid if person else enrolment.uuid
    return service.launch(enrolment=enrolment, number=number, mode=mode, reader=reader, at=at, launch_id=launch_id).url


def _taken() -> Conflict:
    return Conflict(_("This registration belongs to another course or another actor."), code="registration_taken")


def _person(actor: dict) -> Person | None:
    """The learner here that an actor is, or None for somebody of another system."""
    uuid = person_uuid(actor)
    if uuid is None:
        return None
    person = people.by_uuids([uuid]).get(uuid)
    if person is None or not person.active:
        raise Invalid(_("There is no such learner."), fields={"actor": [_("There is no such learner.")]})
    return person


def _foreign(body: dict, version, package: Package, at: datetime) -> Enrolment:
    """The registration of an actor of another system: the one that is named, made when nobody has it."""
    actor, given = body["actor"], body.get("reg")
    known = queries.by_uuid(given) if given else None
    if known is None and (given is None or not queries.is_taken(given)):
        return service.register(version=version, uuid=str(given or uuid4()), actor=actor, at=at)
    if known is None or known.actor_key != agent_key(actor) or known.version.package_id != package.id:
        raise _taken()
    return known


def _ours(body: dict, person: Person, item: Item, mode: str, at: datetime) -> tuple[Enrolment, int]:
    """The registration of a learner here is that of their attempt."""
    items.get_visible(item.uuid, to=Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name))
    opened = play.launch(item=item, person=person, mode=_PLAYED[mode], at=at)
    enrolment = enrolment_of(opened, person, at)
    if body.get("reg") and str(body["reg"]) != enrolment.uuid:
        raise Conflict(_("This is not the registration of the learner's attempt."), code="registration_taken")
    return enrolment, opened.id


@blueprint.route("/registrations/<uuid:uuid>/waive-au/<int:au_index>", methods=["POST"])
@access("author")
@blueprint.arguments(WaiveSchema)
@blueprint.response(204)
def waive(body, uuid, au_index):
    """Take a unit as done for a registration without it being taken."""
    with write():
        enrolment = queries.by_uuid(uuid)
        if enrolment is None:
            raise NotFound()
        items.get_editable(queries.item_of(enrolment).uuid, by=principal())
        number = service.unit_number(queries.structure_of(enrolment.version.uuid), au_index)
        service.waive(enrolment=enrolment, number=number, reason=body["reason"], at=now())
    catch_up(limit_ms=50)


@blueprint.route("/sessions/<uuid:uuid>/abandon", methods=["POST"])
@access("author")
@blueprint.response(204)
def abandon(uuid):
    """End a session that does not end by itself."""
    with write():
        session = queries.session_of(uuid)
        items.get_editable(queries.item_of(session.registration).uuid, by=principal())
        if not service.abandon(session=session, at=now()):
            raise Conflict(_("This session is over already."), code="session_over")
    catch_up(limit_ms=50)


def _course(uuid) -> tuple[Package, Item]:
    """A cmi5 course that the caller may edit, and its item."""
    package = packages.by_uuid(str(uuid))
    item = items.get_editable(packages.item_of(package).uuid, by=principal())
    version = packages.current_version(package.item_id)
    if version is None or version.format != FORMAT:
        raise NotFound()
    return package, item
