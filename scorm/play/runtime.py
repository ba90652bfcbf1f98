"""``/rt``: what the player's script asks while a course runs. The commit token comes as Bearer, never as a cookie or in an address."""

import json
from collections.abc import Callable

from flask import Blueprint, current_app, jsonify, request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate

from core.access import access
from core.clock import now
from core.db import write
from core.errors import BadRequest, Forbidden, Invalid
from core.schemas import StrictBoolean, StrictInteger, StrictNumber, StrictSchema, StrictString
from lrs.projections import catch_up
from scorm.play import commits, launched, queries, seeds, sequences, tokens
from scorm.play.cmi.outcome import Outcome
from scorm.play.models import Launch
from scorm.play.trials.judging import is_trial, judge

blueprint = Blueprint("rt", __name__, url_prefix="/rt")
MAX_BODY = 4 << 20
_NEWEST = 1 << 53


class CommitSchema(StrictSchema):
    """The body of a commit."""

    sco = fields.String(
        required=True, validate=validate.Length(1, 1000), metadata={"description": "Identifier of the item in the manifest"}
    )
    sequence = StrictInteger(required=True, validate=validate.Range(1, _NEWEST), metadata={"description": "Grows with each commit"})
    session = StrictInteger(required=True, validate=validate.Range(1, _NEWEST), metadata={"description": "Its value at Initialize"})
    finish = fields.String(load_default="", validate=validate.OneOf(["", commits.CONTENT, commits.PLAYER]))
    changes = fields.Dict(required=True, keys=fields.String(), metadata={"description": "Changed elements, flattened"})


class TrialSchema(StrictSchema):
    """The body of a question: what would become of these elements?"""

    sco = fields.String(required=True, validate=validate.Length(1, 1000))
    finish = fields.String(load_default="", validate=validate.OneOf(["", commits.CONTENT, commits.PLAYER]))
    elements = fields.Dict(required=True, keys=fields.String(), metadata={"description": "All elements of the SCO, flattened"})


class ObjectiveSchema(StrictSchema):
    """What is known of one global objective."""

    satisfied = StrictBoolean()
    completed = StrictBoolean()
    measure = StrictNumber(validate=validate.Range(-1, 1))
    progress = StrictNumber(validate=validate.Range(0, 1))
    raw = StrictString(validate=validate.Length(0, 100))
    min = StrictString(validate=validate.Length(0, 100))
    max = StrictString(validate=validate.Length(0, 100))


class StandingSchema(StrictSchema):
    """The body of a message about where a sequenced course stands."""

    sequence = StrictInteger(required=True, validate=validate.Range(1, _NEWEST))
    state = fields.Dict(required=True, keys=fields.String(), metadata={"description": "The engine's state"})
    globals = fields.Dict(
        required=True,
        keys=fields.String(validate=validate.Length(0, 4000)),
        values=fields.Nested(ObjectiveSchema),
        metadata={"description": "What is known of the global objectives of this course"},
    )
    completion = fields.String(required=True, validate=validate.OneOf(["completed", "incomplete", "not attempted", "unknown"]))
    success = fields.String(required=True, validate=validate.OneOf(["passed", "failed", "unknown"]))
    score = StrictNumber(load_default=None, allow_none=True, validate=validate.Range(-1, 1))
    progress = StrictNumber(load_default=None, allow_none=True, validate=validate.Range(0, 1))


class OpenSchema(StrictSchema):
    """The body of a request to open a part that is launched with an address of its own."""

    sco = fields.String(required=True, validate=validate.Length(1, 1000), metadata={"description": "Identifier of the part"})


class CloseSchema(StrictSchema):
    """The body of a goodbye."""

    opening = StrictInteger(load_default=None, validate=validate.Range(1, _NEWEST), metadata={"description": "As answered by open"})


_schema = CommitSchema()
_standing_schema = StandingSchema()
_trial_schema = TrialSchema()
_open_schema = OpenSchema()
_close_schema = CloseSchema()


@blueprint.post("/commit")
@access("public")
def commit():
    """Take in one commit; the answer is what the SCO is told."""
    receipt = _taken(_schema, commits.Commit, commits.commit)
    return jsonify(
        ok=True,
        state=receipt.state,
        sequence=receipt.sequence,
        sco=_standing(receipt.sco),
        course=_standing(receipt.course),
        rejected=receipt.rejected,
    )


@blueprint.post("/sequencing")
@access("public")
def sequencing():
    """Keep where a sequenced course stands."""
    kept = _taken(_standing_schema, sequences.Standing, sequences.keep)
    return jsonify(ok=True, state=kept.state, course=_standing(kept.course))


@blueprint.get("/sequencing")
@access("public")
def kept_sequencing():
    """Where a sequenced course stood."""
    launch, _person = queries.live_launch(_genuine(), at=now())
    return jsonify(sequences.of_launch(launch))


@blueprint.get("/state")
@access("public")
def state():
    """What a SCO finds when it initializes (``?sco=``), and the number that its next commit must exceed."""
    launch, person = queries.live_launch(_genuine(), at=now())
    trial = is_trial(launch, "trial" in request.args)
    return jsonify(seeds.seed_of(launch=launch, person=person, sco=request.args.get("sco", ""), trial=trial))


@blueprint.post("/trial")
@access("public")
def trial():
    """What the server would make of the elements of a SCO that its author tests; nothing is kept."""
    uuid = _genuine()
    posted = _body(_trial_schema)
    launch, _person = queries.live_launch(uuid, at=now())
    verdict = judge(launch=launch, **posted)
    return jsonify(rejected=verdict.rejected, decided=verdict.decided, sco=_standing(verdict.outcome))


@blueprint.post("/open")
@access("public")
def open_part():
    """The address of a part of a course that speaks for itself."""
    uuid = _genuine()
    identifier = _body(_open_schema)["sco"]
    at = now()
    with write():
        launch, person = queries.live_launch(uuid, at=at)
        opened = launched.open_entry(launch=launch, person=person, identifier=identifier, at=at)
        opening = launch.openings
    return jsonify(url=opened.url, ownWindow=opened.own_window, opening=opening)


@blueprint.get("/standings")
@access("public")
def standings():
    """How a course that speaks for itself stands, and each of its parts that was opened, as far as its statements have come."""
    uuid = _genuine()
    catch_up(limit_ms=50)
    launch, _person = queries.live_launch(uuid, at=now())
    launched.refuse_taken_over(launch)
    return jsonify(_standings(launch))


@blueprint.post("/close")
@access("public")
def close():
    """The player leaves a part, or the course."""
    uuid = _genuine()
    opening = _body(_close_schema)["opening"] if request.content_length else None
    at = now()
    with write():
        launch, person = queries.live_launch(uuid, at=at)
        launched.close(launch=launch, person=person, at=at, opening=opening)
    for _round in range(2):  # what content said, then what is told about the item because of it
        catch_up(limit_ms=100)
    launch, _person = queries.live_launch(uuid, at=at)
    return jsonify(_standings(launch))


def _standings(launch: Launch) -> dict:
    parts = launched.way_or_not_found(launch).standings(launch)
    course = launch.attempt.outcome if launch.attempt else Outcome("not attempted")
    return {"parts": {identifier: _standing(outcome) for identifier, outcome in parts.items()}, "course": _standing(course)}


def _taken(schema: Schema, message: type, keep: Callable):
    """What became of a message of a launch: checked, kept in one unit of work, and seen in the learner's progress at once."""
    uuid = _genuine()
    posted = message(**_body(schema))
    at = now()
    with write():
        launch, person = queries.live_launch(uuid, at=at)
        kept = keep(launch=launch, person=person, posted=posted, at=at)
    if kept.about_course:
        catch_up(limit_ms=50)
    return kept


def _genuine() -> str:
    """The uuid of the launch that the commit token names, before anything is read or looked up for it."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    uuid = tokens.subject_of(tokens.COMMIT, token.strip(), secret=current_app.config["SETTINGS"].secret_key)
    if scheme.lower() != "bearer" or uuid is None:
        raise Forbidden(_("This launch is not known here. Open the course again from its page."), code="launch_unknown")
    return uuid


def _body(schema: Schema) -> dict:
    """The JSON of the request, checked; 400 for what is no JSON, 422 for what does not fit, 413 for too much."""
    request.max_content_length = MAX_BODY
    try:
        body = json.loads(request.get_data(cache=False), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest(_("The body must be JSON.")) from error
    try:
        return schema.load(body)
    except ValidationError as error:
        fields_ = error.messages if isinstance(error.messages, dict) else {"body": error.messages}
        raise Invalid(fields=fields_) from error


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def _standing(outcome: Outcome) -> dict:
    score = outcome.score.scaled if outcome.score else None
    return {"completion": outcome.completion, "success": outcome.success, "score": score, "progress": outcome.progress}
