"""What learners do on a served installation: commits of a course, comments. ``site`` is a Server with ``item`` and ``headers``."""

import json
import re
import time

FLOOD_PAUSE = 1.0


def launch(site, number: int) -> tuple[str, str]:
    """(commit token, SCO) of a new launch of one learner."""
    body = json.dumps({"email": f"learner{number}@example.org"})
    answer = site.http.request(
        "POST", f"{site.content_url.replace('127.0.0.1', 'localhost')}/api/v1/items/{site.item}/launches", body=body, headers=site.headers
    )
    assert answer.status == 201, answer.data
    page = site.http.request("GET", json.loads(answer.data)["url"]).data.decode()
    settings = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
    return settings["token"], settings["entries"][0]["id"]


def committing(site, number: int):
    """Commits of one SCO, each with a location of its own."""
    token, sco = launch(site, number)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def act(sequence: int):
        changes = {"cmi.core.lesson_location": f"page {sequence}", "cmi.core.lesson_status": "incomplete"}
        body = json.dumps({"sco": sco, "sequence": sequence, "session": 1, "changes": changes})
        answer = site.http.request("POST", f"{site.content_url}/rt/commit", body=body, headers=headers)
        return answer, f"page {sequence}"

    return act, headers, sco


def posting(site, number: int):
    """Comments of one learner, each with a text of its own."""

    def act(count: int):
        time.sleep(FLOOD_PAUSE)
        text = f"learner {number} says {count}"
        body = json.dumps({"body": text, "on_behalf_of": f"learner{number}@example.org"})
        return site.http.request("POST", f"{site.url}/api/v1/items/{site.item}/threads", body=body, headers=site.headers), text

    return act
