"""Machine credentials under ``/api/v1/credentials``, and the same Basic header as on ``/xapi`` recognised for ``core.access``."""

from datetime import timedelta

from flask import Request

from core.access import Principal, access
from core.api import PageArgs, api_blueprint, page_schema
from core.db import write
from core.errors import SignInNeeded
from lrs.credentials import queries, service
from lrs.credentials.rules import parse_basic
from lrs.credentials.schemas import CredentialCreateSchema, CredentialEditSchema, CredentialSchema, IssuedSchema, RotateSchema
from lrs.credentials.signing_in import check

section = api_blueprint("credentials", __name__, description="Keys with which machines read and write statements and use this API")


def authenticate(request: Request) -> Principal | None:
    """The principal of a Basic header; a wrong one is refused rather than treated as nobody. A launch is nobody here."""
    if not request.path.startswith("/api/") or "Authorization" not in request.headers:
        return None
    pair = parse_basic(request.headers["Authorization"])
    caller = check(*pair) if pair else None
    if caller is None or caller.bound is not None:
        raise SignInNeeded(code="bad_key")
    return Principal(kind="key", name=caller.name, scopes=caller.scopes)


@section.get("/credentials")
@access("admin")
@section.arguments(PageArgs, location="query")
@section.response(200, page_schema(CredentialSchema))
def list_credentials(args):
    """Every key, those in force first"""
    page = queries.page(args["page"], per_page=args["per_page"])
    return {"items": page.items, "total": page.total, "page": page.number, "pages": page.pages}


@section.post("/credentials")
@access("admin")
@section.arguments(CredentialCreateSchema)
@section.response(201, IssuedSchema, headers={"Cache-Control": {"description": "no-store", "schema": {"type": "string"}}})
def create_credential(body):
    """Make a key; the answer is the only one that holds its secret"""
    with write():
        issued = service.create(**body)
    return {**issued._asdict(), "name": body["name"], "scopes": body["scopes"]}, {"Cache-Control": "no-store"}


@section.get("/credentials/<key>")
@access("admin")
@section.response(200, CredentialSchema)
def get_credential(key):
    """One key"""
    return service.get(key=key)


@section.patch("/credentials/<key>")
@access("admin")
@section.arguments(CredentialEditSchema)
@section.response(200, CredentialSchema)
def edit_credential(changes, key):
    """Change the name, the origins or the limit of a key"""
    with write():
        service.edit(key=key, **changes)
    return service.get(key=key)


@section.post("/credentials/<key>/rotate")
@access("admin")
@section.arguments(RotateSchema)
@section.response(200, IssuedSchema, headers={"Cache-Control": {"description": "no-store", "schema": {"type": "string"}}})
def rotate_credential(body, key):
    """Give a key a new secret; the old one works on for a while"""
    with write():
        issued = service.rotate(key=key, grace=timedelta(hours=body["grace_hours"]))
        row = service.get(key=key)
        answer = {**issued._asdict(), "name": row.name, "scopes": row.scopes.split()}
    return answer, {"Cache-Control": "no-store"}


@section.delete("/credentials/<key>")
@access("admin")
@section.response(204)
def revoke_credential(key):
    """Refuse a key from now on"""
    with write():
        service.revoke(key=key)
