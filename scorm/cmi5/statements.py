"""The statements that the LMS itself makes about sessions, units, blocks and the course (cmi5 Quartz, section 9). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lrs.statements.formats import is_iri
from scorm.cmi5 import vocabulary as v
from scorm.packages.cmi5.structure import AU, Part, Structure
from scorm.play.cmi.times import as_iso


@dataclass(frozen=True)
class About:
    """A registration, and the moment that is told. ``course`` is our id of the course, from which those of its parts are made."""

    actor: Mapping
    registration: str
    course: str
    structure: Structure
    at: datetime

    def iri(self, number: int | None) -> str:
        """Our id of a part, or of the course (None)."""
        if number is None:
            return self.course
        part = self.structure.parts[number]
        return f"{self.course}/{part.kind}/{part.identifier}"

    def publisher(self, number: int | None) -> str:
        """The publisher's id of the same."""
        return self.structure.id if number is None else self.structure.parts[number].id


def template(about: About, number: int, session: str) -> dict:
    """What the context of every statement of a session begins with (section 10.2.1)."""
    return {
        "contextActivities": {"grouping": _grouping(about, number)},
        "extensions": {v.SESSION: session},
    }


def launch_data(about: About, number: int, *, session: str, mode: str, return_url: str) -> dict:
    """The document LMS.LaunchData (section 10.2)."""
    part = about.structure.parts[number]
    found = {
        "contextTemplate": template(about, number, session),
        "launchMode": mode,
        "moveOn": part.move_on,
        "returnURL": return_url,
    }
    if part.launch_parameters is not None:
        found["launchParameters"] = part.launch_parameters
    if part.mastery_score is not None:
        found["masteryScore"] = part.mastery_score
    if part.entitlement_key is not None:
        found["entitlementKey"] = {"courseStructure": part.entitlement_key}
    return found


def launched(about: About, number: int, *, session: str, mode: str, address: str) -> dict:
    """Before a unit is opened; ``address`` is where it lies, with its own query only."""
    part = about.structure.parts[number]
    extensions = {v.LAUNCH_MODE: mode, v.LAUNCH_URL: address, v.MOVE_ON_RULE: part.move_on}
    if part.mastery_score is not None:
        extensions[v.MASTERY] = part.mastery_score
    if part.launch_parameters is not None:
        extensions[v.PARAMETERS] = part.launch_parameters
    return _statement(about, v.LAUNCHED, number, session=session, extensions=extensions, described=True)


def abandoned(about: About, number: int, *, session: str, centis: int) -> dict:
    """A session that ended without a word; ``centis`` is how long it lasted."""
    return _statement(about, v.ABANDONED, number, session=session, result={"duration": as_iso(centis)})


def waived(about: About, number: int, *, session: str, reason: str) -> dict:
    """A unit that need not be taken."""
    result = {"success": True, "completion": True, "extensions": {v.REASON: reason}}
    return _statement(about, v.WAIVED, number, session=session, result=result, categories=(v.CMI5, v.MOVE_ON))


def satisfied(about: About, number: int | None, *, session: str) -> dict:
    """A block, or the course (None), all of whose units have met their criteria."""
    return _statement(about, v.SATISFIED, number, session=session)


def _statement(
    about: About,
    verb: str,
    number: int | None,
    *,
    session: str,
    result: Mapping | None = None,
    extensions: Mapping | None = None,
    categories: tuple[str, ...] = (v.CMI5,),
    described: bool = False,
) -> dict:
    activities = {"category": [{"objectType": "Activity", "id": iri} for iri in categories], "grouping": _grouping(about, number)}
    found = {
        "actor": about.actor,
        "verb": {"id": verb, "display": {"en": v.short(verb)}},
        "object": {"objectType": "Activity", "id": about.iri(number), "definition": _definition(about, number, described)},
        "context": {
            "registration": about.registration,
            "contextActivities": activities,
            "extensions": {v.SESSION: session, **(extensions or {})},
        },
        "timestamp": about.at.isoformat().replace("+00:00", "Z"),
    }
    return found | ({"result": result} if result else {})


def _grouping(about: About, number: int | None) -> list[dict]:
    """The publisher's id, as cmi5 wants it, and our course, so that what happens in a course is found by it."""
    ids = dict.fromkeys([about.publisher(number), *([about.course] if number is not None else [])])
    return [{"objectType": "Activity", "id": iri} for iri in ids]


def _definition(about: About, number: int | None, described: bool) -> dict:
    part: Part | Structure = about.structure if number is None else about.structure.parts[number]
    kind = v.COURSE_TYPE if number is None else v.BLOCK_TYPE
    if isinstance(part, Part) and part.kind == AU:
        kind = part.activity_type if is_iri(part.activity_type) else ""
    texts = {"name": part.title, **({"description": part.description} if described else {})}
    found = {name: kept for name, text in texts.items() if (kept := {language: words for language, words in text.items() if words})}
    return found | ({"type": kind} if kind else {})
