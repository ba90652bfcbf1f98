"""The HTTP API under ``/api/v1``: one OpenAPI 3.1 document, one paging shape. Errors are core.errors', access is core.access'."""

from functools import cache

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate

from core.access import access

PREFIX = "/api/v1"


def api_blueprint(name: str, import_name: str, *, description: str) -> Blueprint:
    """A section of the API; register it with :func:`register`. ``name`` becomes the tag of the document."""
    return Blueprint(f"api_{name}", import_name, url_prefix=PREFIX, description=description)


def register(app: Flask, blueprint: Blueprint) -> None:
    app.extensions["colloquium.api"].register_blueprint(blueprint)


class PageArgs(Schema):
    """``?page=`` and ``?per_page=`` of every list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000), metadata={"description": "Page, from 1"})
    per_page = fields.Integer(load_default=24, validate=validate.Range(min=1, max=100), metadata={"description": "Entries on a page"})


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """The shape of a page of ``item``."""
    return type(
        f"{item.__name__.removesuffix('Schema')}Page",
        (Schema,),
        {"items": fields.List(fields.Nested(item)), "total": fields.Integer(), "page": fields.Integer(), "pages": fields.Integer()},
    )


def init_app(app: Flask) -> None:
    app.config.update(
        API_TITLE="Colloquium",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": "Packages, items, launches, progress, threads, comments and likes. xAPI is at /xapi."}},
    )
    api = Api()
    api.ERROR_SCHEMA = None
    app.extensions["colloquium.api"] = api
    api.init_app(app)
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.startswith("api-docs."):
            app.view_functions[endpoint] = _public(view)


def _public(view):
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)

    return access("public")(wrapper)
