"""``GET /api/v1/me``."""

from accounts.groups import queries as groups
from accounts.people import queries
from accounts.people.schemas import MeSchema
from core.access import Principal, access, principal
from core.api import api_blueprint

api = api_blueprint("me", __name__, description="Who is asking")


@api.get("/me")
@access("person")
@api.response(200, MeSchema)
def me():
    """Who is asking: the person of the session, or the machine of the key."""
    return describe(principal())


def describe(who: Principal) -> dict:
    """What a principal may know about itself."""
    found = {"kind": who.kind, "uuid": None, "name": who.name, "email": None, "role": None, "language": None, "groups": []}
    found["scopes"] = sorted(who.scopes)
    if who.person_id is not None:
        person = queries.get(who.person_id)
        found |= {"uuid": person.uuid, "email": person.email, "role": person.role, "language": person.language}
        found["groups"] = [group.name for group, _trains in groups.of_person(person.id)]
    return found
