"""What an author may choose, over the form and over the API."""

from base64 import b64encode

import pytest
from lxml import html
from support.tincan import tincan

from accounts.people import queries as people_queries
from accounts.people import service as accounts
from core.db import write
from core.errors import Invalid
from scorm.packages import queries, service, switches
from scorm.packages.importing import import_package


@pytest.fixture
def package(app, people, make_course):
    import io

    with app.app_context():
        imported = import_package(io.BytesIO(make_course()), name="c.zip", owner_id=people["erin"].id, publish=True)
        return imported.package_uuid


@pytest.mark.parametrize(
    "values",
    [
        {"attempt_limit": 0},
        {"attempt_limit": 101},
        {"attempt_limit": True},
        {"attempt_limit": "3"},
        {"suspend_limit": 4_095},
        {"suspend_limit": 500_001},
        {"suspend_limit": None},
        {"completion_score": 0},
        {"completion": "always"},
        {"grading": "worst"},
        {"new_attempt": ""},
        {"lock_after_pass": "on"},
        {"volume": 11},
    ],
    ids=lambda values: "-".join(map(str, *values.items())),
)
def test_what_makes_no_sense_is_refused_by_name(values):
    with pytest.raises(Invalid) as refusal:
        switches.changed(values)
    assert list(refusal.value.fields) == list(values)


def test_the_form_s_numbers_are_numbers_and_an_empty_one_is_none():
    chosen = switches.of_form({"attempt_limit": " 3 ", "suspend_limit": "70000", "grading": "first", "lock_after_pass": "1"})
    assert (chosen["attempt_limit"], chosen["suspend_limit"], chosen["grading"], chosen["lock_after_pass"]) == (3, 70_000, "first", True)
    assert chosen["sandbox"] is False, "a box that is not ticked is not sent"
    assert switches.of_form({"attempt_limit": ""})["attempt_limit"] is None
    assert switches.changed({"attempt_limit": switches.of_form({"attempt_limit": ""})["attempt_limit"]}) == {}
    with pytest.raises(Invalid):
        switches.changed(switches.of_form({"attempt_limit": "many"}))


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_package_that_is_no_scorm_is_asked_only_what_concerns_it(app, client, people, sign_in):
    with app.app_context():
        imported = import_package(tincan(), name="c.zip", owner_id=people["erin"].id)
        item, package = imported.item_uuid, imported.package_uuid
    sign_in(client, people["erin"])
    page = client.get(f"/items/{item}").text
    assert "Characters of suspend data" not in page
    assert "Test this package" not in page
    form = next(form for form in html.fromstring(page).forms if form.action.endswith("/switches"))
    client.post(form.action, data=dict(form.form_values()) | {"grading": "latest"})
    with app.app_context():
        assert queries.by_uuid(package).switches == {"grading": "latest"}, "what was not asked stays as it is"


class TestApi:
    @pytest.fixture
    def key(self, api_key):
        return {"Authorization": "Basic " + b64encode(":".join(api_key("all")).encode()).decode()}

    def test_changes_what_is_named_and_leaves_the_rest(self, app, client, package, key):
        with app.app_context(), write():
            service.switch(package=queries.by_uuid(package), values={"sandbox": False})
        address = f"/api/v1/packages/{package}/switches"
        answer = client.patch(address, json={"attempt_limit": 3, "grading": "average"}, headers=key)
        assert answer.status_code == 200
        assert answer.json == switches.DEFAULTS | {"sandbox": False, "attempt_limit": 3, "grading": "average"}
        assert client.get(address, headers=key).json == answer.json
        assert client.patch(address, json={"attempt_limit": None}, headers=key).json["attempt_limit"] is None

    @pytest.mark.parametrize("body", [{"attempt_limit": "3"}, {"grading": "worst"}, {"suspend_limit": 1}, {"volume": 11}], ids=str)
    def test_refuses_what_makes_no_sense_and_changes_nothing(self, client, package, key, body):
        address = f"/api/v1/packages/{package}/switches"
        answer = client.patch(address, json=body, headers=key)
        assert answer.status_code == 422
        assert next(iter(body)) in str(answer.json)
        assert client.get(address, headers=key).json == switches.DEFAULTS

    def test_is_for_those_who_may_edit_the_item(self, app, client, people, package, sign_in, csrf):
        with app.app_context(), write():
            accounts.set_role(people_queries.get(people["dana"].id), role="author")
        sign_in(client, people["dana"])
        for method in (client.get, client.patch):
            assert method(f"/api/v1/packages/{package}/switches", json={}, headers=csrf(client)).status_code == 403
