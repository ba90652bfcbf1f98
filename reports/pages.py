"""Where the pages of people and activities are: for the browser of statements, and for pages that name them."""

from flask import url_for

from accounts.groups.access import may_see_results
from accounts.people import queries as people
from core.access import principal
from core.identity import identity_base


def person_page(agent_key: str) -> str | None:
    """The page of what an agent did; None where the reader may not see it."""
    uuid = own_uuid(agent_key)
    person = people.by_uuids([uuid]).get(uuid) if uuid else None
    if person is not None:
        return url_for("reports.person_activity", uuid=uuid) if may_see_results(principal(), person.id) else None
    return url_for("reports.agent", key=agent_key) if principal().is_admin else None


def activity_page(iri: str) -> str:
    """The page of an activity; it says itself what the reader may see."""
    return url_for("reports.activity", id=iri)


def own_uuid(agent_key: str) -> str | None:
    """The name of the account when an agent is one of this installation's."""
    prefix = f"account {identity_base()} "
    return agent_key.removeprefix(prefix) if agent_key.startswith(prefix) else None
