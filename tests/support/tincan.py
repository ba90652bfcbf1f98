"""xAPI packages of one page, and what such a page does with the address it is opened at."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

COURSE = "http://example.org/golf"
VERBS = "http://adlnet.gov/expapi/verbs/"


def tincan(
    page: str = "<title>Golf</title>",
    *,
    activity: str = COURSE,
    title: str = "Golf",
    launch: str = "index.html",
    files: Mapping | None = None,
) -> io.BytesIO:
    """A zip with a tincan.xml and a page."""
    about = (
        '<?xml version="1.0" encoding="utf-8"?><tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>'
        f'<activity id={quoteattr(activity)} type="http://adlnet.gov/expapi/activities/course"><name>{escape(title)}</name>'
        f'<launch lang="en">{escape(launch)}</launch></activity></activities></tincan>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"tincan.xml": about, "index.html": page, **(files or {})}.items():
            archive.writestr(name, data)
    stream.seek(0)
    return stream


@dataclass
class Content:
    """A page of a package, driven by hand: it knows nothing but its address."""

    client: object
    url: str

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}

    @property
    def actor(self) -> dict:
        return json.loads(self.query["actor"])

    def headers(self, **more) -> dict:
        return {"Authorization": self.query["auth"], "X-Experience-API-Version": "1.0.3"} | more

    def statement(self, verb: str, *, about: str | None = None, result: dict | None = None, **more) -> dict:
        found = {
            "id": str(uuid4()),
            "actor": self.actor,
            "verb": {"id": VERBS + verb if ":" not in verb else verb},
            "object": {"id": about or self.query["activity_id"]},
            "context": {"registration": self.query["registration"]},
        }
        return found | ({"result": result} if result else {}) | more

    def send(self, *statements: dict):
        """POST them; answers the response."""
        return self.client.post("/xapi/statements", json=list(statements), headers=self.headers())

    def say(self, verb: str, **options) -> str:
        """Send one statement that is taken; answers its id."""
        said = self.statement(verb, **options)
        answer = self.send(said)
        assert answer.status_code == 200, answer.text
        return said["id"]

    def state(self, **changes) -> dict:
        """The parameters of a state document of the course."""
        own = {"activityId": self.query["activity_id"], "agent": self.query["actor"], "registration": self.query["registration"]}
        return own | {"stateId": "bookmark"} | changes

    def remember(self, text: str, **changes):
        return self.client.put(
            "/xapi/activities/state", query_string=self.state(**changes), data=text, headers=self.headers() | {"Content-Type": "text/plain"}
        )

    def remembered(self, **changes):
        return self.client.get("/xapi/activities/state", query_string=self.state(**changes), headers=self.headers())
