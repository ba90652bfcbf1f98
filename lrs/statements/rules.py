"""The rules of a statement, as tables: xAPI 1.0.3 and 2.0. Each line is a property; each row of ``also`` a rule across properties.

The two versions differ in three places only: what ``version`` may say, how timestamps are written, and ``contextAgents`` and
``contextGroups`` (XAPI.md 3, rows 4, 5 and 7).
"""

from lrs.statements import formats as f
from lrs.statements.actors import ACTOR, AGENT, GROUP, authority
from lrs.statements.errors import Broken
from lrs.statements.grammar import (
    Checker,
    anything,
    array,
    boolean,
    by_type,
    formatted,
    keyed,
    number,
    one_of,
    one_or_many,
    shape,
    text,
    whole,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
INTERACTIONS = ("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other")
COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")

iri = formatted(f.is_iri, "an IRI with a scheme", "iri")
uuid = formatted(f.is_uuid, "a UUID", "uuid", repeats=False)
duration = formatted(f.is_duration, "an ISO 8601 duration such as PT1H30M", "duration", repeats=False)
timestamp_1_0 = formatted(f.is_iso_timestamp, "an ISO 8601 date and time", "instant", repeats=False)
timestamp_2_0 = formatted(f.is_rfc3339, "an RFC 3339 date and time", "instant", repeats=False)
language = formatted(f.is_language, "a language tag (RFC 5646)", "language")
language_map = keyed(f.is_language, "a language tag (RFC 5646)", text, "language")
extensions = keyed(f.is_iri, "an IRI", anything, "extensions")


def version_rule(*prefixes: str) -> Checker:
    words = " or ".join(f"{p}.x" for p in prefixes)

    def check(value) -> None:
        head, _, patch = value.rpartition(".") if type(value) is str and value not in prefixes else (value, "", "0")
        if head not in prefixes or not (patch.isascii() and patch.isdigit()):
            raise Broken(f"must be {words}", "version")

    return check


def distinct_ids(components: list) -> None:
    ids = [component["id"] for component in components]
    if len(set(ids)) != len(ids):
        raise Broken("has two components with the same id", "interaction")


def component_list(value) -> None:
    """An array of interaction components, each id once."""
    _components(value)
    distinct_ids(value)


def interaction_has_type(definition: dict) -> None:
    if "interactionType" not in definition:
        for name in ("correctResponsesPattern", *COMPONENT_LISTS):
            if name in definition:
                raise Broken(f'has "{name}" but no "interactionType"', "interaction")


def score_in_bounds(score: dict) -> None:
    scaled, raw, low, high = score.get("scaled", 0), score.get("raw"), score.get("min"), score.get("max")
    if not -1 <= scaled <= 1:
        raise Broken("has a scaled score outside -1 to 1", "score")
    if low is not None and high is not None and low >= high:
        raise Broken("has a min that is not below its max", "score")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise Broken("has a raw score outside min and max", "score")


_components = array(shape("an interaction component", "interaction", {"id": text, "description": language_map}, required=("id",)))
VERB = shape("a verb", "verb", {"id": iri, "display": language_map}, required=("id",))
DEFINITION = shape(
    "an activity definition",
    "activity",
    {
        "name": language_map,
        "description": language_map,
        "type": iri,
        "moreInfo": iri,
        "extensions": extensions,
        "interactionType": (one_of(*INTERACTIONS), "interaction"),
        "correctResponsesPattern": (array(text), "interaction"),
        **dict.fromkeys(COMPONENT_LISTS, (component_list, "interaction")),
    },
    also=(interaction_has_type,),
)
ACTIVITY = shape("an activity", "activity", {"objectType": one_of("Activity"), "id": iri, "definition": DEFINITION}, required=("id",))
STATEMENT_REF = shape(
    "a statement reference", "statementref", {"objectType": one_of("StatementRef"), "id": uuid}, required=("objectType", "id")
)
SCORE = shape("a score", "score", {"scaled": number, "raw": number, "min": number, "max": number}, also=(score_in_bounds,))
RESULT = shape(
    "a result",
    "result",
    {"score": SCORE, "success": boolean, "completion": boolean, "response": text, "duration": duration, "extensions": extensions},
)
# A single activity is taken and given back as an array (1.0.3 Data 2.4.6.2).
CONTEXT_ACTIVITIES = shape(
    "contextActivities", "contextActivities", dict.fromkeys(("parent", "grouping", "category", "other"), one_or_many(ACTIVITY))
)
ATTACHMENT = shape(
    "an attachment",
    "attachments",
    {
        "usageType": iri,
        "display": language_map,
        "description": language_map,
        "contentType": formatted(f.is_media_type, "an Internet media type", "attachments"),
        "length": whole,
        "sha2": formatted(f.is_sha2, "a SHA-2 in hexadecimal digits", "attachments"),
        "fileUrl": iri,
    },
    required=("usageType", "display", "contentType", "length", "sha2"),
)


def _context_part(name: str, who: Checker) -> Checker:
    """A member of contextAgents or contextGroups (2.0)."""
    members = {"objectType": one_of(f"context{name.title()}"), name: who, "relevantTypes": array(iri, at_least=1)}
    return array(shape(f"a context{name.title()}", "contextAgents", members, required=("objectType", name)))


def _context_members(*, two: bool) -> dict:
    members = {
        "registration": (uuid, "registration"),
        "instructor": ACTOR,
        "team": GROUP,
        "contextActivities": CONTEXT_ACTIVITIES,
        "revision": text,
        "platform": text,
        "language": language,
        "statement": STATEMENT_REF,
        "extensions": extensions,
    }
    if two:
        members |= {"contextAgents": _context_part("agent", AGENT), "contextGroups": _context_part("group", GROUP)}
    return members


def revision_needs_activity(statement: dict) -> None:
    context = statement.get("context")
    if context and ("revision" in context or "platform" in context) and statement["object"].get("objectType", "Activity") != "Activity":
        raise Broken('has "revision" or "platform" in its context, but its object is not an activity', "context")


def voiding_needs_reference(statement: dict) -> None:
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise Broken("voids, so its object must be a StatementRef", "voiding")


NEEDED = ("actor", "verb", "object")


def _build(version: str) -> Checker:
    two = version.startswith("2")
    timestamp = timestamp_2_0 if two else timestamp_1_0
    context = _context_members(two=two)
    common = {
        "actor": ACTOR,
        "verb": VERB,
        "result": RESULT,
        "context": shape("a context", "context", context),
        "timestamp": (timestamp, "timestamp"),
    }
    attachments = {"attachments": array(ATTACHMENT)}
    objects = {"Activity": ACTIVITY, "Agent": AGENT, "Group": GROUP, "StatementRef": STATEMENT_REF}
    sub_members = {
        "objectType": one_of("SubStatement"),
        **common,
        **attachments,
        "object": by_type(objects, without="Activity", topic="object"),
    }
    sub = shape("a SubStatement", "substatement", sub_members, required=NEEDED, also=(revision_needs_activity,))
    members = {
        "id": (uuid, "id"),
        **common,
        "object": (by_type(objects | {"SubStatement": sub}, without="Activity", topic="object"), "object"),
        "stored": (timestamp, "stored"),
        "authority": (authority, "authority"),
        "version": (version_rule("1.0", "2.0") if two else version_rule("1.0"), "version"),
        **attachments,
    }
    across = (revision_needs_activity, voiding_needs_reference)
    return shape("a Statement", "statement", members, required=NEEDED, also=across)


STATEMENT = {"1.0.3": _build("1.0.3"), "2.0.0": _build("2.0.0")}
