"""``/activities?id=IRI``: the page of one activity."""

from flask import redirect, render_template, request, url_for

from core.access import access, principal
from lrs.browser import times
from lrs.definitions.rules import readable
from reports.activities import queries
from reports.blueprint import pages
from reports.timeline.rules import cursor


@pages.get("/activities")
@access("person")
def activity():
    """What an activity is, and what those whose results the reader may see did with it; without one, what one did oneself."""
    iri = request.args.get("id", "").replace("\x00", "")[:2000]
    if not iri:
        return redirect(url_for("reports.my_activity"))
    before = cursor(request.args.get("before", ""))
    found = queries.about(iri, principal(), before=before)
    kind = readable(found.type) if found.type else ""
    return render_template("activities/activity.html", activity=found, before=before, kind=kind, times=times)
