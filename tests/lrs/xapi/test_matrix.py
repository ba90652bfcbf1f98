"""Scope × resource × method: the table of 1.0.3 Communication 4.2 (docs/api.md), tried on the real routes."""

import pytest
from samples import identified, statement

from lrs.credentials.rules import SCOPES

AGENT = '{"mbox":"mailto:ann@example.org"}'
ACTIVITY = "https://example.org/activities/course"
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}
RESOURCES = {
    "statements": ("/xapi/statements", {}),
    "state": ("/xapi/activities/state", STATE),
    "activity profile": ("/xapi/activities/profile", {"activityId": ACTIVITY, "profileId": "p"}),
    "agent profile": ("/xapi/agents/profile", {"agent": AGENT, "profileId": "p"}),
    "activities": ("/xapi/activities", {"activityId": ACTIVITY}),
    "agents": ("/xapi/agents", {"agent": AGENT}),
    "about": ("/xapi/about", {}),
}
READERS = {"all", "all/read", "statements/read", "statements/read/mine"}
WHO_MAY = {
    ("statements", "GET"): READERS,
    ("statements", "HEAD"): READERS,
    ("statements", "POST"): {"all", "statements/write"},
    ("statements", "PUT"): {"all", "statements/write"},
    **{("state", method): {"all", "all/read", "state"} for method in ("GET", "HEAD")},
    **{("state", method): {"all", "state"} for method in ("PUT", "POST", "DELETE")},
    **{(f"{what} profile", method): {"all", "all/read", "profile"} for what in ("activity", "agent") for method in ("GET", "HEAD")},
    **{(f"{what} profile", method): {"all", "profile"} for what in ("activity", "agent") for method in ("PUT", "POST", "DELETE")},
    **{("activities", method): {*READERS, "define", "profile", "state"} for method in ("GET", "HEAD")},
    **{("agents", method): {*READERS, "profile", "state"} for method in ("GET", "HEAD")},
    **{("about", method): set(SCOPES) for method in ("GET", "HEAD")},
}


def call(caller, resource: str, method: str):
    path, parameters = RESOURCES[resource]
    body = {}
    if resource == "statements" and method in ("PUT", "POST"):
        one = identified() if method == "PUT" else statement()
        parameters, body = ({"statementId": one["id"]} if method == "PUT" else {}), one
    options = {"json": body} if method in ("PUT", "POST") else {}
    headers = caller._headers | ({"If-None-Match": "*"} if method == "PUT" and resource != "statements" else {})
    return caller.client.open(path, method=method, query_string=parameters, auth=caller.auth, headers=headers, **options)


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_opens_exactly_its_own(xapi_of, scope):
    caller, wrong = xapi_of(scope), []
    for (resource, method), who in WHO_MAY.items():
        answer = call(caller, resource, method)
        refused = answer.status_code == 403
        if refused == (scope in who) or answer.status_code in (401, 405) or answer.status_code >= 500:
            wrong.append(f"{method} {resource} with {scope}: {answer.status_code} {answer.text[:100]}")
    assert not wrong, "\n".join(wrong)


def test_the_table_names_every_route(sqlite_app):
    paths = {path: name for name, (path, _) in RESOURCES.items()}
    routes = {
        (paths.get(rule.rule, rule.rule), method)
        for rule in sqlite_app.url_map.iter_rules()
        if rule.rule.startswith("/xapi")
        for method in rule.methods - {"OPTIONS"}
    }
    assert routes == set(WHO_MAY)


@pytest.mark.parametrize("scope", ["statements/write", "define"])
def test_only_who_may_define_changes_what_is_shown(xapi, xapi_of, scope):
    caller = xapi_of("statements/write", scope)
    named = {"id": ACTIVITY, "definition": {"name": {"en": "Course"}}}
    assert caller.post(statement(object=named)).status_code == 200
    shown = xapi.client.get("/xapi/activities", query_string={"activityId": ACTIVITY}, auth=xapi.auth, headers=xapi._headers).json
    assert (shown.get("definition", {}).get("name") == {"en": "Course"}) == (scope == "define")
