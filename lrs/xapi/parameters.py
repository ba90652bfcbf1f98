"""The parameters of GET /statements, checked to the standards of statements (1.0.3 Data 2.2, Communication 2.1.3)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from lrs.statements.keys import agent_key
from lrs.statements.queries import Filter
from lrs.xapi.values import agent, boolean, instant, iri, uuid, wrong

MOST = 100
FORMATS = ("exact", "ids", "canonical")
SINGLE = ("statementId", "voidedStatementId")
LISTING = (
    "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until",
    "limit", "format", "attachments", "ascending",
)  # fmt: skip
_WITH_SINGLE = frozenset({"format", "attachments"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for one statement (``id``, ``voided``) or for a page of a list; ``beyond`` is where the page before ended."""

    form: str
    id: UUID | None = None
    voided: bool = False
    filter: Filter | None = None
    limit: int = MOST
    beyond: int | None = None
    attachments: bool = False


def read(values: Mapping[str, str]) -> Wanted:
    """What the query string asks for; BadRequest names the parameter that is wrong."""
    if "cursor" in values:
        return _continued(values)
    unknown = [name for name in values if name not in LISTING and name not in SINGLE]
    if unknown:
        raise wrong(unknown[0], "is not a parameter of this resource")
    form = values.get("format", "exact")
    if form not in FORMATS:
        raise wrong("format", f"must be one of {', '.join(FORMATS)}")
    attachments = boolean(values, "attachments")
    single = [name for name in SINGLE if name in values]
    if single:
        if len(single) > 1 or values.keys() - _WITH_SINGLE - set(single):
            raise wrong(single[0], "goes only with format and attachments")
        return Wanted(form, id=uuid(values, single[0]), voided=single[0] == "voidedStatementId", attachments=attachments)
    return Wanted(form, filter=_filter(values), limit=_limit(values), attachments=attachments)


def cursor(values: Mapping[str, str], beyond: int) -> str:
    """The rest of a list as one opaque word: its parameters and the last seq that was given out."""
    kept = dict(values) if "cursor" not in values else _opened(values["cursor"])[0]
    return urlsafe_b64encode(orjson.dumps([kept, beyond])).rstrip(b"=").decode()


def _continued(values: Mapping[str, str]) -> Wanted:
    if len(values) > 1:
        raise wrong("cursor", "goes with no other parameter")
    kept, beyond = _opened(values["cursor"])
    wanted = read(kept)
    if wanted.filter is None:
        raise wrong("cursor", "is not one that this server gave out")
    return replace(wanted, beyond=beyond)


def _opened(word: str) -> tuple[dict, int]:
    try:
        kept, beyond = orjson.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        good = type(beyond) is int and type(kept) is dict and "cursor" not in kept and all(type(v) is str for v in kept.values())
    except (ValueError, TypeError):
        good = False
    if not good or not 0 <= beyond < 1 << 62:
        raise wrong("cursor", "is not one that this server gave out")
    return kept, beyond


def _filter(values: Mapping[str, str]) -> Filter:
    return Filter(
        agent=_agent_key(values),
        verb=iri(values, "verb"),
        activity=iri(values, "activity"),
        registration=uuid(values, "registration"),
        related_agents=boolean(values, "related_agents"),
        related_activities=boolean(values, "related_activities"),
        since=instant(values, "since"),
        until=instant(values, "until"),
        ascending=boolean(values, "ascending"),
    )


def _limit(values: Mapping[str, str]) -> int:
    text = values.get("limit", "0")
    if not (text.isascii() and text.isdigit()):
        raise wrong("limit", "must be a whole number that is not negative")
    return min(int(text[:9]) or MOST, MOST)


def _agent_key(values: Mapping[str, str]) -> str | None:
    found = agent(values)
    return agent_key(found) if found is not None else None
