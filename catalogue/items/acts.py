"""The statements that say what happened to an item itself."""

from catalogue import kinds
from catalogue.items.models import Item
from core.access import Principal
from core.clock import now
from core.identity import activity_iri, identity_base, person_agent

# Activity Streams has no "publish"; the DoD ISD profile has, and `retract` is the Activity Streams word for taking back
# what was published (both in adlnet/xapi-authored-profiles).
PUBLISHED = "https://w3id.org/xapi/dod-isd/verbs/published"
HIDDEN = "http://activitystrea.ms/retract"
EDITED = "https://w3id.org/xapi/acrossx/verbs/edited"
_DISPLAY = {PUBLISHED: "published", HIDDEN: "hid", EDITED: "edited"}

PROFILE = "http://adlnet.gov/expapi/activities/profile"


def statement(verb: str, *, item: Item, actor: dict, timestamp=None) -> dict:
    """``actor`` did ``verb`` to an item, now."""
    return {
        "actor": actor,
        "verb": {"id": verb, "display": {"en": _DISPLAY[verb]}},
        "object": activity(item),
        "context": {"contextActivities": {"category": [{"id": activity_iri("profile", "social"), "definition": {"type": PROFILE}}]}},
        "timestamp": (timestamp or now()).isoformat(),
    }


def activity(item: Item) -> dict:
    """An item as the object of a statement, of its kind's type and named in its own language."""
    definition = {"type": kinds.get(item.kind).activity_type, "name": {item.language or "und": item.title}}
    return {"objectType": "Activity", "id": item.activity_iri, "definition": definition}


def actor_of(principal: Principal | None) -> dict:
    """Who did it: the person, or the installation itself when a key or the command line did."""
    if principal is not None and principal.person_id is not None:
        return person_agent(uuid=principal.uuid, name=principal.name)
    return {"objectType": "Agent", "name": "Colloquium", "account": {"homePage": identity_base(), "name": "colloquium"}}
