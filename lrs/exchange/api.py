"""``/api/v1/statements/export`` and ``/api/v1/statements/import``: whole files, streamed."""

from flask import Response, current_app, request, stream_with_context
from werkzeug.exceptions import RequestEntityTooLarge

from core.access import Principal, access, principal
from core.api import api_blueprint
from core.clock import now
from core.errors import Forbidden, TooLarge, Unsupported
from core.identity import person_agent
from lrs.credentials.callers import Caller
from lrs.credentials.rules import parse_basic
from lrs.credentials.signing_in import check
from lrs.exchange import asked, queries
from lrs.exchange.foreign import Vouching
from lrs.exchange.importing import Tally, take
from lrs.exchange.schemas import ImportSchema
from lrs.exchange.sources import opened
from lrs.statements.formats import utc_text
from lrs.xapi import parameters

api = api_blueprint("statements", __name__, description="Statements as files: exports and imports of the record store")

KINDS = (
    *("application/x-ndjson", "application/jsonl", "application/gzip", "application/x-gzip"),
    *("application/zip", "application/octet-stream"),
)
_BINARY = {"type": "string", "format": "binary"}
_TEXTS = {
    "agent": "Agent or identified group, as JSON",
    "verb": "IRI of a verb",
    "activity": "IRI of an activity",
    "registration": "UUID of a registration",
    "since": "Only what was stored after this moment; for the next part of a growing log, the header X-Experience-API-Consistent-Through",
    "until": "Only what was stored up to this moment",
    "language": "Language of names in CSV and Parquet",
}
_FLAGS = {
    "related_agents": "agent finds instructors, teams and authorities too",
    "related_activities": "activity finds what happened within it too",
    "ascending": "The oldest first; true when left out",
    "attachments": "A zip of statements.jsonl and the data of attachments (format jsonl only)",
}
_EXPORT = [
    {"in": "query", "name": "format", "schema": {"type": "string", "enum": list(asked.FORMATS)}, "description": "jsonl when left out"},
    *({"in": "query", "name": name, "schema": {"type": "string"}, "description": text} for name, text in _TEXTS.items()),
    *({"in": "query", "name": name, "schema": {"type": "boolean"}, "description": text} for name, text in _FLAGS.items()),
]
_FILE = {"description": "The file", "content": {kind: {"schema": _BINARY} for kind, _suffix in (*asked.FORMATS.values(), asked.ZIP)}}
_AUTHORITY = {
    "in": "query",
    "name": "authority",
    "schema": {"type": "string", "enum": ["own", "keep"]},
    "description": "own (when left out): the caller vouches for the statements; keep: their own authority stays (administrators only)",
}
_BODY = {"required": True, "content": {kind: {"schema": _BINARY} for kind in KINDS}}


@api.get("/statements/export")
@access("admin", scopes=["statements/read"])
@api.doc(parameters=_EXPORT, responses={"200": _FILE})
def export_statements():
    """All statements that match, as JSON Lines, CSV or Parquet

    For administrators and keys with the scope `statements/read`. JSON Lines hold voided statements and those that void them, so that an
    import restores both; CSV and Parquet hold what counts.
    """
    export = asked.read(_given())
    until = queries.bound()
    answer = Response(stream_with_context(export.pieces(until=until)), content_type=export.kind)
    name = f"statements-{now():%Y-%m-%d}.{export.suffix}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["X-Experience-API-Consistent-Through"] = utc_text(until)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@api.post("/statements/import")
@access("admin", scopes=["statements/write"])
@api.doc(parameters=[_AUTHORITY], requestBody=_BODY)
@api.response(200, ImportSchema)
def import_statements():
    """Statements of a file: one on each line, compressed or not, or the zip of an export with attachments

    What is new is stored, what is there is left alone, what is bad or in conflict is told; so the same file may be sent again. A key may
    vouch for a file itself; only administrators can keep the authority that the statements bring.
    """
    request.max_content_length = current_app.config["SETTINGS"].max_upload_bytes
    vouching = _vouching(_key(), principal())
    if request.mimetype not in KINDS:
        given = request.mimetype[:100] or "missing"
        raise Unsupported(f"Content-Type is {given}; send statements, one on each line, as {KINDS[0]}, {KINDS[2]} or {KINDS[4]}.")
    tally = Tally()
    try:
        with opened(request.stream) as source:
            for _ in take(source.lines, vouching, tally, data=source.data):
                pass
    except RequestEntityTooLarge as error:
        raise TooLarge(f"The file is larger than {request.max_content_length} bytes. Its first {tally.lines} lines were read.") from error
    return tally.as_dict()


def _key() -> Caller | None:
    """The caller of a key, None for a person; a launch's credential was refused before (``lrs.credentials.api``)."""
    pair = parse_basic(request.headers.get("Authorization"))
    return check(*pair) if pair is not None and principal().kind == "key" else None


def _vouching(key: Caller | None, who: Principal) -> Vouching:
    """Who vouches: the key or the administrator that sends the file, or with ``authority=keep`` each statement's own authority."""
    authority = _given().get("authority", "own")
    if authority not in ("own", "keep"):
        raise parameters.wrong("authority", "must be own or keep")
    if authority == "keep" and not (who.role == "admin" or "all" in who.scopes):
        raise Forbidden("Only an administrator, or a key with the scope all, may import what others vouch for.", code="foreign_authority")
    importer = key.authority if key is not None else person_agent(uuid=who.uuid, name=who.name)
    return Vouching(importer=importer, trust=key.trust if key is not None else "define", keep=authority == "keep")


def _given() -> dict[str, str]:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise parameters.wrong(name, "is given more than once")
    return request.args.to_dict()
