"""The statements about videos elsewhere: opened, and said to have been watched."""

from catalogue.items.acts import activity, actor_of
from catalogue.items.models import Item
from core.access import Principal
from core.clock import now
from core.identity import activity_iri

ACTIVITY_TYPE = "https://w3id.org/xapi/video/activity-type/video"
LAUNCHED = "http://adlnet.gov/expapi/verbs/launched"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


def launched(item: Item, *, by: Principal) -> dict:
    """Somebody opened the frame or the link."""
    return _statement(LAUNCHED, "launched", item, by)


def watched(item: Item, *, by: Principal) -> dict:
    """Somebody says they watched it to the end: the frame of another site tells us nothing, and the extension says so."""
    result = {"completion": True, "extensions": {activity_iri("extension", "self-declared"): True}}
    return _statement(COMPLETED, "completed", item, by) | {"result": result}


def _statement(verb: str, display: str, item: Item, by: Principal) -> dict:
    return {
        "actor": actor_of(by),
        "verb": {"id": verb, "display": {"en": display}},
        "object": activity(item),
        "context": {"platform": "Colloquium"},
        "timestamp": now().isoformat(),
    }
