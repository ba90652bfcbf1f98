"""``/api/v1/uploads``: hand a package in now, read later what came of it."""

from uuid import uuid4

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from core.access import access, principal
from core.api import api_blueprint, page_schema
from core.db import db
from core.errors import Invalid
from scorm.packages import report, uploads
from scorm.packages.queue import queries, receiving, sentences, service
from scorm.packages.queue.models import Upload
from scorm.packages.queue.schemas import UploadArgs, UploadReportSchema, UploadSchema

blueprint = api_blueprint("uploads", __name__, description="Hand packages in, and read later what came of each")

_WISHES = [
    *uploads.WISHES,
    {"in": "query", "name": "batch", "schema": {"type": "string", "format": "uuid"}, "description": "Belongs to these; without it, alone"},
    {"in": "query", "name": "name", "schema": {"type": "string"}, "description": "Name of a file that is sent as the body"},
]


@blueprint.url_value_preprocessor
def _allow_packages(_endpoint, _values):
    uploads.raise_size_limit(request)


@blueprint.route("/uploads", methods=["POST"])
@access("author")
@blueprint.doc(requestBody=uploads.BODY, parameters=_WISHES)
@blueprint.response(202, UploadSchema, description="The file is safe; it is imported when its turn comes")
def hand_in():
    """Hand one package in.

    Multipart field `file`, or the zip itself as `application/zip`. The answer comes when the file is kept, not when it is imported:
    look again at `Location`.
    The same file in the same batch is there once, however often it is sent.
    """
    batch = uploads.wish(request, "batch")
    if batch and service.batch_of(batch, otherwise="") == "":
        raise Invalid(fields={"batch": [_("A batch is named by a UUID.")]})
    pieces, name, size = receiving.only_file(request)
    upload = receiving.receive(
        pieces, name=name, by=principal(), batch=service.batch_of(batch, uuid4()), theme=uploads.wish(request, "theme"),
        publish=uploads.wished(request, "publish"), expected=size,
    )  # fmt: skip
    return _facts(upload), 202, {"Location": url_for("api_uploads.one_upload", uuid=upload.uuid)}


@blueprint.route("/uploads", methods=["GET"])
@access("author")
@blueprint.arguments(UploadArgs, location="query")
@blueprint.response(200, page_schema(UploadSchema))
def list_uploads(args):
    """The caller's uploads (an administrator's or a key's: all), the newest first, without their reports."""
    batch = str(args["batch"]) if args["batch"] else None
    found = queries.listed(to=principal(), batch=batch, state=args["state"])
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery()))
    page, size = args["page"], args["per_page"]
    rows = db.session.scalars(found.limit(size).offset((page - 1) * size))
    return {"items": [_facts(upload) for upload in rows], "total": total, "page": page, "pages": max(1, -(-total // size))}


@blueprint.route("/uploads/<uuid:uuid>", methods=["GET"])
@access("author")
@blueprint.response(200, UploadReportSchema)
def one_upload(uuid):
    """One upload, how it stands, and its import report when there is one."""
    upload = queries.get(str(uuid), to=principal())
    return {**_facts(upload), "report": report.in_words(upload.report) if upload.report else None}


def _facts(upload: Upload) -> dict:
    item = upload.item_uuid and {"uuid": upload.item_uuid, "url": url_for("catalogue.item", uuid=upload.item_uuid, _external=True)}
    return {
        **{name: getattr(upload, name) for name in UploadSchema.PLAIN},
        "package": upload.package_uuid,
        "item": item or None,
        "problem": sentences.problem(upload) if upload.problem else None,
    }
