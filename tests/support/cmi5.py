"""A cmi5 course of a few lines, and a unit that is driven by hand over HTTP."""

import io
import zipfile
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
BASE = "https://publisher.example/course"
ADL = "http://adlnet.gov/expapi/verbs/"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION, MASTERY = EXTENSION + "sessionid", EXTENSION + "masteryscore"
ACTOR = {"account": {"homePage": "https://hr.example", "name": "4711"}}
BOTH = {"X-Experience-API-Version": "1.0.3"}


def texts(title: str) -> str:
    return "".join(f"<{t}><langstring lang='en'>{escape(title)}</langstring></{t}>" for t in ("title", "description"))


def au(name: str = "one", *, url: str = "index.html", inside: str = "", **attributes) -> str:
    """An assignable unit; ``attributes`` as in the structure (moveOn=…)."""
    given = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f'<au id="{BASE}/au/{name}"{given}>{texts(name)}<url>{escape(url)}</url>{inside}</au>'


def block(name: str, *parts: str) -> str:
    return f'<block id="{BASE}/block/{name}">{texts(name)}{"".join(parts)}</block>'


def structure(*parts: str, title: str = "Geology", objectives: str = "") -> bytes:
    """cmi5.xml with these parts."""
    body = f'<course id="{BASE}">{texts(title)}</course>{objectives}{"".join(parts or (au(),))}'
    return f'<?xml version="1.0" encoding="utf-8"?><courseStructure xmlns="{NAMESPACE}">{body}</courseStructure>'.encode()


def package(*parts: str, files: dict[str, bytes] | None = None, **options) -> io.BytesIO:
    """The same as a zip with a page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("cmi5.xml", structure(*parts, **options))
        for name, data in {"index.html": b"<!doctype html><title>Unit</title>", **(files or {})}.items():
            archive.writestr(name, data)
    out.seek(0)
    return out


@dataclass
class Unit:
    """A unit of which only the launch URL is known, as any unit. ``http`` is a client of the content origin."""

    http: object
    url: str
    auth: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)

    @property
    def launch(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}

    @property
    def actor(self) -> dict:
        import json

        return json.loads(self.launch["actor"])

    @property
    def session(self) -> str:
        return self.data["contextTemplate"]["extensions"][SESSION]

    def fetch(self):
        """The answer of the fetch URL; its token is used from now on."""
        answer = self.http.post(urlsplit(self.launch["fetch"]).path)
        if token := answer.get_json().get("auth-token"):
            self.auth = {"Authorization": f"Basic {token}", **BOTH}
        return answer

    def read(self, preferences: bool = True) -> "Unit":
        answer = self.state("LMS.LaunchData")
        assert answer.status_code == 200, answer.text
        self.data = answer.get_json()
        if preferences:
            self.preferences()
        return self

    def start(self) -> "Unit":
        """Everything up to initialized."""
        self.fetch()
        self.read()
        answer = self.say("initialized")
        assert answer.status_code == 204, answer.text
        return self

    def state(self, name: str, method: str = "GET", **options):
        given = {"stateId": name, "activityId": self.launch["activityId"], "agent": self.launch["actor"]}
        query = {**given, "registration": self.launch["registration"]}
        return self.http.open("/xapi/activities/state", method=method, query_string=query, headers=self.auth, **options)

    def preferences(self, method: str = "GET", *, agent: str | None = "", headers: dict | None = None, **options):
        query = {"profileId": "cmi5LearnerPreferences", "agent": self.launch["actor"] if agent == "" else agent}
        query = {name: value for name, value in query.items() if value is not None}
        return self.http.open(
            "/xapi/agents/profile", method=method, query_string=query, headers={**self.auth, **(headers or {})}, **options
        )

    def statement(self, verb: str, *, defined: bool = True, **changes) -> dict:
        """What a well-made unit would send."""
        context = {**self.data["contextTemplate"], "registration": self.launch["registration"]}
        activities = {kind: list(kept) for kind, kept in context["contextActivities"].items()}
        context |= {"contextActivities": activities, "extensions": dict(context["extensions"])}
        activities["category"] = [{"id": CMI5}] if defined else []
        result: dict = {}
        if defined and verb in ("completed", "passed", "failed", "terminated"):
            result["duration"] = "PT1S"
        if defined and verb in ("completed", "passed", "failed"):
            activities["category"].append({"id": MOVE_ON})
            result |= {"completion": True} if verb == "completed" else {"success": verb == "passed"}
        found = {
            "id": str(uuid4()),
            "timestamp": "2026-11-22T12:00:00Z",
            "actor": self.actor,
            "verb": {"id": ADL + verb, "display": {"en": verb}},
            "object": {"id": self.launch["activityId"]},
            "context": context,
        }
        if result:
            found["result"] = result
        return found | changes

    def send(self, statement: dict | list, *, method: str | None = None):
        """PUT of one statement, POST of a batch or of one without an id."""
        if method == "POST" or isinstance(statement, list) or "id" not in statement:
            return self.http.post("/xapi/statements", json=statement, headers=self.auth)
        return self.http.put("/xapi/statements", query_string={"statementId": statement["id"]}, json=statement, headers=self.auth)

    def say(self, verb: str, **changes):
        return self.send(self.statement(verb, **changes))
