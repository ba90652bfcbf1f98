"""The pages of what people did: one's own, somebody's, and that of an agent who has no account here."""

from flask import redirect, render_template, request, url_for

from accounts.groups import queries as groups
from accounts.people import queries as accounts
from accounts.people.models import Person
from core.access import access, principal
from core.errors import NotFound
from lrs.browser import names, times, words
from lrs.browser import queries as log
from lrs.identities.queries import identifiers_of
from lrs.statements.terms import AGENT
from reports.blueprint import pages
from reports.people import queries
from reports.timeline.rules import cursor


@pages.get("/me/activity")
@access("person")
def my_activity():
    """What one did oneself."""
    return _of_person(accounts.get(principal().person_id))


@pages.get("/people/<uuid:uuid>/activity")
@access("person")
def person_activity(uuid):
    """What somebody did, for those who may see it."""
    return _of_person(queries.in_sight(uuid, principal()))


@pages.get("/agents")
@access("admin")
def agent():
    """What an agent did that is known to the log only: an address, an account somewhere else. Ours lead to the page of the person."""
    key = request.args.get("key", "").replace("\x00", "")[:2000]
    if not key:
        return redirect(url_for("lrs.statements"))
    keys = identifiers_of(key)
    person = queries.person_of(keys)
    if person is not None:
        return redirect(url_for("reports.person_activity", uuid=person.uuid))
    if not log.numbers(AGENT, keys):
        raise NotFound()
    called = names.agent_names(keys)
    name = next((called[key] for key in keys if key in called), words.identifier(keys[0]))
    before = _before()
    return render_template(
        "people/agent.html",
        name=name,
        keys=keys,
        words=words,
        timeline=queries.did(keys, principal(), before=before),
        before=before,
        times=times,
    )


def _of_person(person: Person) -> str:
    who, before = principal(), _before()
    keys = queries.identifiers(person)
    own = who.person_id == person.id
    return render_template(
        "people/activity.html",
        person=person,
        own=own,
        groups=groups.of_person(person.id),
        keys=keys,
        identifiers=[words.identifier(key) for key in keys[1:]] if own or who.is_admin else [],
        results=queries.results(person, who) if before is None else None,
        timeline=queries.did(keys, who, before=before),
        before=before,
        times=times,
    )


def _before() -> int | None:
    return cursor(request.args.get("before", ""))
