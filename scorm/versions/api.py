"""``/api/v1/packages/{uuid}/versions``: upload a corrected package, compare, use it, roll back."""

from flask import jsonify, request, url_for
from marshmallow import Schema, fields, validate

from catalogue.items import queries as items
from core.access import access, principal
from core.api import PageArgs, api_blueprint, page_schema
from core.clock import now
from core.db import write
from core.schemas import StrictSchema, StrictString
from core.storage import discard as discard_files
from scorm.packages import queries as packages
from scorm.packages import report, uploads
from scorm.packages.api import refusal
from scorm.packages.importing import import_package
from scorm.packages.models import Package, PackageVersion
from scorm.packages.schemas import ReportSchema
from scorm.versions import queries, rules, service

blueprint = api_blueprint("versions", __name__, description="Replace a package by a corrected one, and go back")

_NOTE = {"in": "query", "name": "note", "schema": {"type": "string"}, "description": "What is new in it, for the history"}


class PartSchema(Schema):
    """A part of the course that learners can open."""

    identifier = fields.String(metadata={"description": "As in the manifest"})
    title = fields.String()
    launch = fields.String(metadata={"description": "Path in the package or address elsewhere"})


class PairSchema(Schema):
    """A part before and after."""

    old = fields.Nested(PartSchema)
    new = fields.Nested(PartSchema)


class ComparisonSchema(Schema):
    """The version beside the current one."""

    kept = fields.Integer(metadata={"description": "Parts that are in both, by identifier"})
    new = fields.List(fields.Nested(PartSchema), metadata={"description": "Parts that only this version has"})
    gone = fields.List(fields.Nested(PartSchema), metadata={"description": "Parts that only the current version has"})
    retitled = fields.List(fields.Nested(PairSchema), metadata={"description": "Parts whose title differs"})
    relaunched = fields.List(fields.Nested(PairSchema), metadata={"description": "Parts that open another file"})
    renamed = fields.Nested(PairSchema, allow_none=True, metadata={"description": "The only part, where its identifier differs"})
    in_progress = fields.Integer(metadata={"description": "Attempts in progress on other versions"})
    movable = fields.Integer(metadata={"description": "How many of them can go on with this version"})


class VersionSchema(Schema):
    """One version of a package."""

    number = fields.Integer(metadata={"description": "From 1; never given twice"})
    state = fields.String(
        metadata={"description": "current (new launches play it), waiting (never used) or kept", "enum": list(queries.STATES)}
    )
    title = fields.String()
    format = fields.String()
    edition = fields.String()
    file = fields.String(metadata={"description": "Name as uploaded"})
    size = fields.Integer(metadata={"description": "Bytes as uploaded"})
    sha256 = fields.String()
    note = fields.String(metadata={"description": "What is new in it"})
    uploaded_at = fields.DateTime(format="iso")
    uploaded_by = fields.String(allow_none=True, metadata={"description": "Uuid of a person; null for the installation"})
    attempts = fields.Integer()
    in_progress = fields.Integer(metadata={"description": "Attempts that the next launch goes on with"})


class OneVersionSchema(VersionSchema):
    """A version with its report and, unless it is current, what it changes."""

    report = fields.Nested(ReportSchema)
    comparison = fields.Nested(ComparisonSchema, allow_none=True)
    duplicate = fields.Boolean(metadata={"description": "True when these bytes were a version already; nothing was added"})


class UseSchema(StrictSchema):
    """What becomes of attempts in progress."""

    attempts = StrictString(
        load_default=rules.STAY,
        validate=validate.OneOf([rules.STAY, rules.MOVE]),
        metadata={"description": "stay: on their version until they are finished; move: go on with this one where that can be"},
    )


class UsedSchema(Schema):
    """What happened."""

    number = fields.Integer(metadata={"description": "The version that new launches play"})
    moved = fields.Integer(metadata={"description": "Attempts in progress that went along"})
    stayed = fields.Integer(metadata={"description": "Attempts in progress that did not"})


@blueprint.url_value_preprocessor
def _allow_packages(endpoint, _values):
    if endpoint == "api_versions.upload":
        uploads.raise_size_limit(request)


@blueprint.route("/packages/<uuid:uuid>/versions", methods=["GET"])
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, page_schema(VersionSchema))
@access("author")
def history(args, uuid):
    """The versions of a package, the newest first."""
    package = _editable(uuid)
    lines, total = queries.page(package, args["page"], args["per_page"])
    found = [_facts(package, line) for line in lines]
    return {"items": found, "total": total, "page": args["page"], "pages": -(-total // args["per_page"])}


@blueprint.route("/packages/<uuid:uuid>/versions", methods=["POST"])
@access("author")
@blueprint.doc(requestBody=uploads.BODY, parameters=[_NOTE])
@blueprint.response(201, OneVersionSchema, description="Imported; it waits until it is used")
@blueprint.alt_response(200, schema=OneVersionSchema, description="The same bytes are a version already")
@blueprint.alt_response(415, schema=ReportSchema, description="Not a zip; the finding names what it is")
@blueprint.alt_response(422, schema=ReportSchema, description="Refused; the findings say why and what to do")
def upload(uuid):
    """Import a new version, as multipart field `file` or as the zip itself. It waits: learners get it once it is used."""
    package = _editable(uuid)
    who, note = principal(), uploads.wish(request, "note").strip()[: rules.MAX_NOTE]
    with uploads.only_file(request) as (stream, name):
        imported = import_package(stream, name=name, owner_id=who.person_id, version_of=package.uuid, note=note)
    if not imported.accepted:
        return refusal(imported.report)
    package = _editable(uuid)
    found = _one(package, queries.of_package(package, imported.number)) | {"duplicate": imported.duplicate}
    answer = jsonify(OneVersionSchema().dump(found))
    answer.status_code = 200 if imported.duplicate else 201
    answer.headers["Location"] = url_for("api_versions.one_version", uuid=uuid, number=imported.number)
    return answer


@blueprint.route("/packages/<uuid:uuid>/versions/<int:number>", methods=["GET"])
@access("author")
@blueprint.response(200, OneVersionSchema)
def one_version(uuid, number):
    """A version with its import report, and what would change if it took the current one's place."""
    package = _editable(uuid)
    return _one(package, queries.of_package(package, number))


@blueprint.route("/packages/<uuid:uuid>/versions/<int:number>/use", methods=["POST"])
@blueprint.arguments(UseSchema)
@blueprint.response(200, UsedSchema)
@access("author")
def use(body, uuid, number):
    """Make a version current: a new one, or an older one again. Nothing that learners stored is lost."""
    with write():
        version = queries.of_package(_editable(uuid), number)
        change = service.use(version=version, attempts=body["attempts"], by_id=principal().person_id, at=now())
        return {"number": number, "moved": change.moved if change else 0, "stayed": change.stayed if change else 0}


@blueprint.route("/packages/<uuid:uuid>/versions/<int:number>", methods=["DELETE"])
@access("author")
@blueprint.response(204)
def discard(uuid, number):
    """Discard a version that was never used, with its files."""
    with write():
        version = queries.of_package(_editable(uuid), number)
        keys = service.discard(version=version, by_id=principal().person_id, at=now())
    discard_files(keys)


def _editable(uuid) -> Package:
    package = packages.by_uuid(str(uuid))
    items.get_editable(packages.item_of(package).uuid, by=principal())
    return package


def _facts(package: Package, line: queries.Line) -> dict:
    version = line.version
    return {
        "number": version.number,
        "state": queries.state_of(package, version),
        "title": version.title,
        "format": version.format,
        "edition": version.edition,
        "file": version.original_name,
        "size": version.original_size,
        "sha256": version.sha256,
        "note": version.note,
        "uploaded_at": version.created_at,
        "uploaded_by": line.by.uuid if line.by else None,
        "attempts": line.count.attempts,
        "in_progress": line.count.in_progress,
    }


def _one(package: Package, version: PackageVersion) -> dict:
    facts, compared = _facts(package, queries.line(package, version)), _comparison(package, version)
    return {**facts, "report": report.in_words(version.report), "comparison": compared, "duplicate": False}


def _comparison(package: Package, version: PackageVersion) -> dict | None:
    if version.number == package.current_number:
        return None
    found = rules.compare(packages.current_version(package.item_id).contents, version.contents)
    going = queries.going(package, version)
    return {
        "kept": len(found.kept),
        "new": found.new,
        "gone": found.gone,
        "retitled": [{"old": old, "new": new} for old, new in found.retitled],
        "relaunched": [{"old": old, "new": new} for old, new in found.relaunched],
        "renamed": {"old": found.renamed[0], "new": found.renamed[1]} if found.renamed else None,
        "in_progress": sum(one.count for one in going),
        "movable": sum(one.count for one in going if not one.obstacle),
    }
