"""PUT, POST and GET /xapi/statements (1.0.3 Communication 2.1, IEEE 9274.1.1 4.1.6.1)."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, current_app, g, request

from core.access import access
from core.db import db, write
from core.errors import BadRequest, NotFound, Unavailable
from core.storage import storage
from lrs.attachments.joining import joined
from lrs.attachments.queries import of_statements
from lrs.attachments.receiving import received
from lrs.attachments.service import release
from lrs.projections import catch_up
from lrs.statements import consistency, queries
from lrs.statements.append import last_appended
from lrs.statements.errors import Broken, StatementRefused
from lrs.statements.formats import is_uuid, utc_text
from lrs.statements.parse import split
from lrs.statements.prepare import Prepared, prepare
from lrs.statements.together import store_together
from lrs.xapi import attachments, guards, parameters
from lrs.xapi.bodies import drained
from lrs.xapi.callers import caller, only_authority, scoped
from lrs.xapi.confinement import confined, seen, within
from lrs.xapi.envelope import version
from lrs.xapi.forms import in_form

_BLANKS = b" \t\r\n"


@access("public")
@scoped("statements/write")
def put():
    """Store one statement under the id of the parameter: 204, also when it was there already; 409 when another was."""
    _take(expected=_statement_id())
    return Response(status=204)


@access("public")
@scoped("statements/write")
def post():
    """Store one statement or a batch, all or none; answers their ids in order."""
    if request.args:
        raise parameters.wrong(next(iter(request.args)), "is not a parameter of this resource with POST")
    return _json(orjson.dumps(_take()))


@access("public")
@scoped("statements/read", "statements/read/mine")
def get():
    """One statement by its id, or a page of a list."""
    wanted = parameters.read(_single_values())
    g.consistent_through = consistency.through()
    if wanted.id is not None:
        return _one(wanted)
    found = queries.page(_limited_to_caller(wanted.filter), limit=wanted.limit + 1, beyond=wanted.beyond)
    page = found[: wanted.limit]
    more = _more(page[-1].seq) if len(found) > wanted.limit else ""
    page = seen(page)
    statements = b",".join(_in_form(page, wanted))
    return _answer(b'{"statements":[%s],"more":%s}' % (statements, orjson.dumps(more)), page, wanted)


def add_to(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/statements", "statements_get", get, methods=["GET"])
    blueprint.add_url_rule("/statements", "statements_put", put, methods=["PUT"])
    blueprint.add_url_rule("/statements", "statements_post", post, methods=["POST"])


def _take(expected: str | None = None) -> list[str]:
    """Store what the request brings, with the data of attachments when it is multipart; answers the ids."""
    kind = request.mimetype
    if kind == "multipart/mixed":
        return _take_with_data(expected=expected)
    if kind != "application/json":
        raise BadRequest(
            f"Content-Type is {kind[:100] or 'missing'}; statements are application/json, or multipart/mixed with attachments.",
            code="content_type",
        )
    return _store(_prepared(drained(request.stream), expected=expected), expected=expected)


def _take_with_data(*, expected: str | None) -> list[str]:
    db.session.rollback()  # an upload may take minutes; nobody holds a snapshot or a connection meanwhile
    body, parts = attachments.parts_of_request()
    prepared = _prepared(body, expected=expected, data_follows=True)
    declared = [entry for statement in prepared for entry in statement.declared]
    most = current_app.config["SETTINGS"].max_attachment_bytes
    with received(declared, parts, storage=storage(), most=most, version=version()) as data:
        complete = joined(prepared, data, version=version(), batch=body.lstrip(_BLANKS).startswith(b"["))
        try:
            return _store(complete, expected=expected)
        except BaseException:
            with suppress(Unavailable):  # the sweep does it, then
                release(data)
            raise


def _prepared(body: bytes, *, expected: str | None, data_follows: bool = False) -> list[Prepared]:
    raws, batch = [body.strip(_BLANKS)], False
    if expected is None:
        try:
            raws, batch = split(body)
        except Broken as broken:
            raise StatementRefused.of(broken, version=version()) from None
    prepared = prepare(
        raws,
        authority=caller().authority,
        version=version(),
        trust=caller().trust,
        batch=batch,
        expected=expected,
        data_follows=data_follows,
    )
    return within(prepared)


def _store(prepared: list[Prepared], *, expected: str | None) -> list[str]:
    if not caller().keeps:
        return [p.id for p in prepared]
    watch = guards.guard()
    through = store_together(prepared) if watch is None else _store_guarded(watch, prepared, named=expected is not None)
    g.consistent_through = utc_text(through)
    return [p.id for p in prepared]


def _store_guarded(watch: guards.Guard, prepared: list[Prepared], *, named: bool) -> int:
    """A unit of work of its own, for what a guard decides must still be true when the statements are stored."""
    with write() as session:
        more = guards.admit(watch, prepared, named=named)
    last = last_appended(session)
    if more:
        catch_up(limit_ms=50)
    return last


def _statement_id() -> str:
    names = list(request.args)
    if names != ["statementId"]:
        raise parameters.wrong(next((n for n in names if n != "statementId"), "statementId"), "PUT takes exactly the parameter statementId")
    if not is_uuid(request.args["statementId"]):
        raise parameters.wrong("statementId", "must be a UUID")
    return request.args["statementId"].lower()


def _single_values() -> dict[str, str]:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise parameters.wrong(name, "is given more than once")
    return request.args.to_dict()


def _limited_to_caller(wanted: queries.Filter) -> queries.Filter:
    own = only_authority()
    return confined(wanted if own is None else replace(wanted, authority=own))


def _one(wanted: parameters.Wanted) -> Response:
    found = queries.one(wanted.id, voided=wanted.voided, authority=only_authority())
    if found is None or not seen([found]):
        raise NotFound(f"There is no {'voided ' if wanted.voided else ''}statement {wanted.id}.", code="statement_not_found")
    response = _answer(_in_form([found], wanted)[0], [found], wanted)
    response.last_modified = datetime.fromtimestamp(found.seq // 1_000_000, UTC)
    return response


def _in_form(found: list[queries.Found], wanted: parameters.Wanted) -> list[bytes]:
    return in_form([f.payload for f in found], wanted.form, languages=request.accept_languages, version=version())


def _answer(body: bytes, found: list[queries.Found], wanted: parameters.Wanted) -> Response:
    return attachments.answer(body, of_statements([f.seq for f in found])) if wanted.attachments else _json(body)


def _more(beyond: int) -> str:
    return f"{request.path}?cursor={parameters.cursor(request.args.to_dict(), beyond)}"


def _json(body: bytes) -> Response:
    return Response(body, mimetype="application/json")
