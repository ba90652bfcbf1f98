"""The words of our statements: which act is which verb and object type (SOCIAL.md 8), and how a social statement is put together.

Verbs and types are those others use; only taking back a deletion, hiding and showing again had no word and carry our own IRIs.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from catalogue.items import acts as item_acts
from catalogue.items.models import Item
from core.access import Principal
from core.identity import activity_iri, identity_base

POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"
COMMENTED = "http://adlnet.gov/expapi/verbs/commented"
REPLIED = "http://id.tincanapi.com/verb/replied"
EDITED = "https://w3id.org/xapi/acrossx/verbs/edited"
DELETED = "http://activitystrea.ms/delete"
LIKED = "https://w3id.org/xapi/acrossx/verbs/liked"
UNLIKED = "http://activitystrea.ms/unlike"
OWN_VERBS = ("restored", "hidden", "shown")

TOPIC = "http://id.tincanapi.com/activitytype/forum-topic"
REPLY = "http://id.tincanapi.com/activitytype/forum-reply"
COMMENT = "http://activitystrea.ms/comment"
PROFILE = "http://adlnet.gov/expapi/activities/profile"

_DISPLAY = {
    POSTED: "posted",
    COMMENTED: "commented",
    REPLIED: "replied",
    EDITED: "edited",
    DELETED: "deleted",
    LIKED: "liked",
    UNLIKED: "unliked",
}


def own_verb(name: str) -> str:
    """The IRI of one of :data:`OWN_VERBS`."""
    return activity_iri("verb", name)


def same_word(verb: str) -> str:
    """One spelling for the three in use of an Activity Streams verb (``…/schema/1.0/like`` is ``…/like``), and for liking."""
    plain = verb.replace("http://activitystrea.ms/schema/1.0/", "http://activitystrea.ms/")
    return LIKED if plain == "http://activitystrea.ms/like" else plain


def act_id(*parts: object) -> str:
    """The statement id of an act: the same act tried again gets the same id."""
    return str(uuid5(NAMESPACE_URL, "/".join([identity_base(), *map(str, parts)])))


def activity(kind: str, uuid: str, *, type_: str, name: str | None = None, language: str | None = None) -> dict:
    """A thread or comment as an activity; its name is left out where it may not be told."""
    definition = {"type": type_} | ({"name": {language or "und": name}} if name else {})
    return {"objectType": "Activity", "id": activity_iri(kind, uuid), "definition": definition}


def statement(
    *,
    id: str,
    by: Principal,
    verb: str,
    object: dict,
    item: Item,
    at: datetime,
    thread: dict | None = None,
    other: dict | None = None,
    text: str | None = None,
) -> dict:
    """A social act: the item in ``grouping``, the thread in ``parent``, our profile in ``category`` (SOCIAL.md 7)."""
    activities = {
        "category": [{"id": activity_iri("profile", "social"), "definition": {"type": PROFILE}}],
        "grouping": [item_acts.activity(item)],
    }
    if thread:
        activities["parent"] = [thread]
    if other:
        activities["other"] = [other]
    said = {
        "id": id,
        "actor": item_acts.actor_of(by),
        "verb": {"id": verb, "display": {"en": _DISPLAY.get(verb) or verb.rsplit("/", 1)[1]}},
        "object": object,
        "context": {"contextActivities": activities},
        "timestamp": at.isoformat(),
    }
    return said | ({"result": {"response": text}} if text else {})
