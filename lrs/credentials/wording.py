"""What the scopes, states and times of grace are called where people read and choose them; how to call, as a command to copy."""

import json
from datetime import datetime

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lrs.credentials.models import Credential
from lrs.credentials.rules import permits

SCOPE_NAMES = {
    "all": _l("Everything: read and write statements and documents, and use the API like an administrator"),
    "all/read": _l("Read everything, write nothing"),
    "statements/read": _l("Read all statements"),
    "statements/read/mine": _l("Read only the statements sent with this key"),
    "statements/write": _l("Send statements"),
    "define": _l("Change how activities are described"),
    "profile": _l("Read and write profile documents"),
    "state": _l("Read and write state documents"),
}
IN_THE_ENVIRONMENT = "$SECRET"
GRACE = {"0": _l("at once"), "1": _l("in an hour"), "24": _l("in a day"), "168": _l("in a week")}


def state_of(key: Credential, moment: datetime) -> str:
    """Whether a key works, in a few words."""
    if key.revoked_at:
        return _("revoked")
    if key.expires_at and key.expires_at <= moment:
        return _("expired")
    if key.expires_at:
        return _("works until %(day)s", day=format_date(key.expires_at, "medium"))
    return _("works")


def examples(*, endpoint: str, key: str, secret: str, scopes: frozenset[str]) -> list[tuple[str, str]]:
    """(what it does, a command for a terminal) for what a key may do first of all."""
    call = f"curl -u {key}:{secret} \\\n  -H 'X-Experience-API-Version: 1.0.3'"
    found = []
    if permits(scopes, "statements/read/mine"):
        found.append((_("Read the latest statements"), f"{call} \\\n  '{endpoint}/statements?limit=10'"))
    if permits(scopes, "statements/write"):
        body = json.dumps(
            {
                "actor": {"mbox": "mailto:ana@example.org"},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
                "object": {"id": "https://example.org/activities/first-try"},
            }
        )
        found.append((_("Send a statement"), f"{call} -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  {endpoint}/statements"))
    if permits(scopes, "state/read") and not found:
        where = f"{endpoint}/activities/state?activityId=https://example.org/activities/first-try"
        agent = "-G --data-urlencode 'agent={\"mbox\": \"mailto:ana@example.org\"}'"
        found.append((_("List state documents"), f"{call} \\\n  {agent} \\\n  '{where}'"))
    return found or [(_("Ask what this server speaks"), f"{call} {endpoint}/about")]
