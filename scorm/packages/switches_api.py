"""``/api/v1/packages/{uuid}/switches``: how a package is played and graded."""

from catalogue.items import queries as items
from core.access import access, principal
from core.api import api_blueprint
from core.db import write
from scorm.packages import queries, service
from scorm.packages.models import Package
from scorm.packages.schemas import SwitchesSchema

blueprint = api_blueprint("switches", __name__, description="How packages are played and graded")


@blueprint.route("/packages/<uuid:uuid>/switches", methods=["GET"])
@access("author")
@blueprint.response(200, SwitchesSchema)
def read(uuid):
    """How a package that the caller may edit is played and graded, defaults included."""
    return _editable(uuid).settings


@blueprint.route("/packages/<uuid:uuid>/switches", methods=["PATCH"])
@blueprint.arguments(SwitchesSchema)
@blueprint.response(200, SwitchesSchema)
@access("author")
def change(body, uuid):
    """Change some of it. Results that are there follow a new rule of grading or completion within moments."""
    with write():
        package = _editable(uuid)
        service.switch(package=package, values=package.settings | body)
        settings = package.settings
    service.follow()
    return settings


def _editable(uuid) -> Package:
    package = queries.by_uuid(str(uuid))
    items.get_editable(queries.item_of(package).uuid, by=principal())
    return package
