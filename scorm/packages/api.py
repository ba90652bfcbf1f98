"""``/api/v1/packages``: import a package, read its report."""

from flask import jsonify, request, url_for
from flask_babel import gettext as _

from catalogue.items import queries as items
from core.access import access, principal
from core.api import api_blueprint
from scorm.packages import queries, report, uploads
from scorm.packages.importing import import_package
from scorm.packages.models import Package
from scorm.packages.schemas import PackageSchema, ReportSchema

blueprint = api_blueprint("packages", __name__, description="Import packages and read their reports")


@blueprint.url_value_preprocessor
def _allow_packages(_endpoint, _values):
    uploads.raise_size_limit(request)


@blueprint.route("/packages", methods=["POST"])
@access("author")
@blueprint.doc(requestBody=uploads.BODY, parameters=uploads.WISHES)
@blueprint.response(201, PackageSchema, description="Imported; the findings are warnings and information")
@blueprint.alt_response(200, schema=PackageSchema, description="The same bytes had been imported before")
@blueprint.alt_response(415, schema=ReportSchema, description="Not a zip; the finding names what it is")
@blueprint.alt_response(422, schema=ReportSchema, description="Refused; the findings say why and what to do")
def import_one():
    """Import one package as a draft item.

    Multipart field `file`, or the zip itself as `application/zip`. Nothing is kept of a package that is refused.
    """
    who = principal()
    with uploads.only_file(request) as (stream, name):
        theme, publish = uploads.wish(request, "theme") or None, uploads.wished(request, "publish")
        imported = import_package(stream, name=name, owner_id=who.person_id, theme=theme, publish=publish, by=who)
    if imported.accepted:
        package = queries.by_uuid(imported.package_uuid)
        answer = jsonify(PackageSchema().dump({**_facts(package), "duplicate": imported.duplicate}))
        answer.status_code = 200 if imported.duplicate else 201
        answer.headers["Location"] = url_for("api_packages.one_package", uuid=package.uuid)
        return answer
    return refusal(imported.report)


def refusal(refused: dict):
    """The report, with the error shape that every refusal of the API has."""
    not_zip = report.not_a_zip(refused)
    words = report.in_words(refused)
    message = words["findings"][0]["message"] if words["findings"] else _("The package was refused.")
    error = {"code": "not_a_zip" if not_zip else "package_refused", "message": message, "fields": {"file": [message]}}
    answer = jsonify({**ReportSchema().dump(words), "error": error})
    answer.status_code = 415 if not_zip else 422
    return answer


@blueprint.route("/packages/<uuid:uuid>", methods=["GET"])
@access("author")
@blueprint.response(200, PackageSchema)
def one_package(uuid):
    """A package that the caller may edit, with its import report."""
    package = queries.by_uuid(str(uuid))
    items.get_editable(queries.item_of(package).uuid, by=principal())
    return _facts(package)


def _facts(package: Package) -> dict:
    item = queries.item_of(package)
    version = queries.current_version(package.item_id)
    address = url_for("catalogue.item", uuid=item.uuid, _external=True)
    link = {"uuid": item.uuid, "title": item.title, "visibility": item.visibility, "url": address}
    return {
        **report.in_words(version.report),
        "uuid": package.uuid,
        "item": link,
        "duplicate": False,
        "version": version.number,
        "switches": package.settings,
    }
