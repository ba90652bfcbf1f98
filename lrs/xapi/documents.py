"""The three document resources: /activities/state, /activities/profile, /agents/profile (1.0.3 Communication 2.2, 2.3, 2.6, 2.7;
IEEE 9274.1.1 4.1.6.2, 4.1.6.5, 4.1.6.6)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import orjson
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from core.access import access
from core.db import write
from core.errors import BadRequest, NotFound, TooLarge
from core.storage import storage
from lrs.documents import queries, rules, service, sweep
from lrs.documents.queries import Kept
from lrs.documents.receiving import Content, received
from lrs.documents.rules import Condition, Place
from lrs.statements.keys import agent_key
from lrs.xapi import guards, values
from lrs.xapi.callers import caller, must_be_within, scoped
from lrs.xapi.envelope import version
from lrs.xapi.values import wrong

_CHUNK = 1 << 18


class Resource(NamedTuple):
    """``parts``: the parameters that name a place, those that may be missing last; ``name``: the one that names a document in it."""

    kind: str
    path: str
    parts: tuple[str, ...]
    name: str
    scope: str


RESOURCES = (
    Resource("state", "/activities/state", ("activityId", "agent", "registration"), "stateId", "state"),
    Resource("activity", "/activities/profile", ("activityId",), "profileId", "profile"),
    Resource("agent", "/agents/profile", ("agent",), "profileId", "profile"),
)
_OPTIONAL = frozenset({"registration"})


def add_to(blueprint: Blueprint) -> None:
    for resource in RESOURCES:
        for method, view, scope in (
            ("GET", get, f"{resource.scope}/read"),
            ("PUT", put, resource.scope),
            ("POST", post, resource.scope),
            ("DELETE", delete, resource.scope),
        ):
            blueprint.add_url_rule(resource.path, f"{resource.kind}_{method.lower()}", _open(view, resource, scope), methods=[method])


def _open(view: Callable, resource: Resource, scope: str) -> Callable:
    """A view of one resource, for callers with its scope."""

    def of_resource():
        return view(resource)

    return access("public")(scoped(scope)(of_resource))


def get(resource: Resource) -> Response:
    """One document as it was sent, or the ids of those in a place."""
    given = values.once(request.args, known=(*resource.parts, resource.name, "since"))
    place = _place(resource, given)
    if resource.name in given:
        if "since" in given:
            raise wrong("since", f"does not go with {resource.name}")
        if watch := guards.guard():
            watch.read(caller().key, place, _name(resource, given))
        return _one(place, _name(resource, given))
    found = queries.names(place, since=values.instant(given, "since"))
    response = Response(orjson.dumps([name for name, _ in found]), mimetype="application/json")
    if found:
        response.last_modified = _instant(found[-1][1])
    return response


def put(resource: Resource) -> Response:
    """Keep a document, as a new one or in the place of another: 204, 409, 412."""
    place, name = _named(resource)
    kind = _content_type()
    if not caller().keeps:
        return Response(status=204)
    with _content(kind) as content, _changing(place, name, content, kind):
        gone = service.put(place=place, name=name, content=content, content_type=kind, condition=_condition(), version=version())
    return _changed(gone, content.etag)


def post(resource: Resource) -> Response:
    """Merge a JSON object into a document, or keep it as a new one: 204, 400, 412."""
    place, name = _named(resource)
    kind = _content_type()
    if not caller().keeps:
        return Response(status=204)
    most = current_app.config["SETTINGS"].max_body_bytes
    with _content(kind) as content, _changing(place, name, content, kind):
        gone = service.post(
            place=place,
            name=name,
            content=content,
            content_type=kind,
            condition=_condition(),
            most=most,
            tolerant=caller().tolerant,
        )
    return _changed(gone, content.etag)


def delete(resource: Resource) -> Response:
    """Delete a document, or all states of a place: 204, also when there was nothing; 412."""
    given = values.once(request.args, known=(*resource.parts, resource.name))
    place = _place(resource, given)
    if not caller().keeps:
        return Response(status=204)
    if resource.name in given or resource.kind != "state":
        name = _name(resource, given)
        with _changing(place, name):
            gone = service.remove(place=place, name=name, condition=_condition())
    elif _condition().given:
        raise BadRequest(f"If-Match and If-None-Match go with one document; name it by {resource.name}.", code="condition_misplaced")
    else:
        with _changing(place, None):
            gone = service.remove_all(place=place)
    return _changed(gone)


@contextmanager
def _changing(place: Place, name: str | None, content: Content | None = None, kind: str = "") -> Iterator[None]:
    """A unit of work that changes documents, once the guard of a launch has allowed it."""
    with write():
        if watch := guards.guard():
            watch.change(caller().key, request.method, place, name, content.read if content else bytes, kind)
        yield


def _named(resource: Resource) -> tuple[Place, str]:
    given = values.once(request.args, known=(*resource.parts, resource.name))
    return _place(resource, given), _name(resource, given)


def _place(resource: Resource, given: dict[str, str]) -> Place:
    """The place that the parameters name, if the caller may go there: 400 names what is missing or wrong, 403 is another's place."""
    for part in resource.parts:
        if part not in given and part not in _OPTIONAL:
            raise wrong(part, "is missing")
    activity, registration = values.iri(given, "activityId"), values.uuid(given, "registration")
    agent = values.agent(given) if "agent" in resource.parts else None
    key = agent_key(agent) if agent is not None else None
    must_be_within(agent_key=key, registration=registration, activity=activity)
    return Place(resource.kind, activity=activity, agent=key, registration=registration)


def _name(resource: Resource, given: dict[str, str]) -> str:
    if resource.name not in given:
        raise wrong(resource.name, "is missing")
    return given[resource.name]


def _content_type() -> str:
    kind = request.headers.get("Content-Type", "") or rules.UNKNOWN_TYPE
    if len(kind) > rules.LONGEST_TYPE:
        raise BadRequest(f"The Content-Type has more than {rules.LONGEST_TYPE} characters.", code="content_type")
    return kind


@contextmanager
def _content(kind: str) -> Iterator[Content]:
    """What the request brings; JSON must be JSON, unless a launched course sends it."""
    settings = current_app.config["SETTINGS"]
    json = rules.is_json(kind)
    most = min(settings.max_body_bytes, settings.max_document_bytes) if json else settings.max_document_bytes
    request.max_content_length = most
    try:
        with received(request.stream, storage=storage(), most=most, to_be_read=json) as content:
            if json and not caller().tolerant:
                rules.require_json(content.read())
            yield content
    except RequestEntityTooLarge:
        raise TooLarge(f"The document is larger than {most} bytes, the most that is taken here.") from None


def _condition() -> Condition:
    """Weak ETags count, too: ours name the content, and proxies weaken them when they pack."""

    def tags(name: str, parsed) -> frozenset[str] | None:
        if name not in request.headers:
            return None
        return frozenset({rules.ANY}) if parsed.star_tag else frozenset(parsed.as_set(include_weak=True))

    return Condition(tags("If-Match", request.if_match), tags("If-None-Match", request.if_none_match))


def _changed(gone: list[str], etag: str | None = None) -> Response:
    sweep.release(gone)
    response = Response(status=204)
    if etag is not None:
        response.set_etag(etag)
    return response


def _one(place: Place, name: str) -> Response:
    for _attempt in range(3):
        kept = queries.one(place, name)
        if kept is None:
            break
        try:
            body = kept.content if kept.file is None else _pieces(kept)
        except FileNotFoundError:  # replaced between the two looks
            continue
        return _answer(kept, body)
    raise NotFound("There is no such document.", code="document_not_found")


def _pieces(kept: Kept) -> Iterator[bytes]:
    """The file in pieces; it is open when this returns, so that it may be deleted meanwhile."""
    stream = storage().open(kept.file)

    def read() -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    return read()


def _answer(kept: Kept, body: bytes | Iterator[bytes]) -> Response:
    """The content is somebody else's: a browser that is led here must not run it."""
    response = Response(body, content_type=kept.content_type)
    response.content_length = kept.size
    response.set_etag(kept.etag)
    response.last_modified = _instant(kept.updated)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response.make_conditional(request)


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC)
