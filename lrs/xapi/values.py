"""Single parameters of a query string, checked to the standards of statements; BadRequest names the one that is wrong."""

from collections.abc import Collection, Mapping
from uuid import UUID

from werkzeug.datastructures import MultiDict

from core.errors import BadRequest
from lrs.statements import formats
from lrs.statements.actors import ACTOR
from lrs.statements.errors import Broken
from lrs.statements.keys import agent_key
from lrs.statements.parse import parse


def wrong(name: str, why: str) -> BadRequest:
    return BadRequest(f"{name[:100]}: {why}", code="bad_parameter", fields={name[:100]: [why]})


def once(given: MultiDict, *, known: Collection[str]) -> dict[str, str]:
    """The parameters, each of them known and given once; a name in other capitals is not the same name."""
    for name, several in given.lists():
        if name not in known:
            meant = next((k for k in known if k.lower() == name.lower()), None)
            raise wrong(name, "is not a parameter of this resource" + (f"; write it {meant}" if meant else ""))
        if len(several) > 1:
            raise wrong(name, "is given more than once")
    return given.to_dict()


def boolean(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "false")
    if text not in ("true", "false"):
        raise wrong(name, "must be true or false")
    return text == "true"


def uuid(values: Mapping[str, str], name: str) -> UUID | None:
    if name not in values:
        return None
    if not formats.is_uuid(values[name]):
        raise wrong(name, "must be a UUID")
    return UUID(values[name])


def iri(values: Mapping[str, str], name: str) -> str | None:
    if name in values and not formats.is_iri(values[name]):
        raise wrong(name, "must be an IRI with a scheme")
    return values.get(name)


def instant(values: Mapping[str, str], name: str) -> int | None:
    if name not in values:
        return None
    moment = formats.instant(values[name].upper()) if len(values[name]) <= 64 else None
    if moment is None:
        raise wrong(name, "must be an ISO 8601 date and time (a + in it is written %2B)")
    return min(max(moment, 0), (1 << 62) - 1)


def agent(values: Mapping[str, str]) -> dict | None:
    """The agent or identified group of the parameter ``agent``."""
    if "agent" not in values:
        return None
    try:
        found = parse(values["agent"].encode("utf-8", "surrogatepass"))
        ACTOR(found)
    except Broken as broken:
        raise wrong("agent", f"{broken.path} {broken.rule}") from None
    if agent_key(found) is None:
        raise wrong("agent", "must be an agent or an identified group")
    return found
