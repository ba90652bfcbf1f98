"""Statements for the benchmarks that look like real ones: about 1.4 KB, 20 verbs, 5,000 activities, 20,000 people, Zipf, related ids."""

import json
import random
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

import orjson

VERBS = ("answered", "attempted", "completed", "experienced", "failed", "initialized", "interacted", "launched", "mastered", "passed",
         "progressed", "registered", "responded", "resumed", "scored", "shared", "suspended", "terminated", "voted", "waived")  # fmt: skip
ACTIVITIES, PEOPLE, PER_COURSE = 5_000, 20_000, 25


@lru_cache(maxsize=4)
def _weights(size: int) -> list[float]:
    return list(accumulate(1 / (n + 1) ** 0.9 for n in range(size)))


class Corpus:
    """An endless, repeatable stream of statements as a client would send them."""

    def __init__(self, seed: int = 1):
        self.random = random.Random(seed)

    def batch(self, size: int) -> list[bytes]:
        return [self._written(self._one()) for _ in range(size)]

    def bodies(self, count: int, size: int) -> list[bytes]:
        """Bodies of POST requests."""
        return [b"[" + b",".join(self.batch(size)) + b"]" for _ in range(count)]

    def _written(self, statement: dict) -> bytes:
        """Half of the clients write compact JSON, half with spaces."""
        return orjson.dumps(statement) if self.random.random() < 0.5 else json.dumps(statement).encode()

    def _pick(self, size: int) -> int:
        return self.random.choices(range(size), cum_weights=_weights(size))[0]

    def _one(self) -> dict:
        rng = self.random
        number, person, verb = self._pick(ACTIVITIES), self._pick(PEOPLE), VERBS[self._pick(len(VERBS))]
        course = number // PER_COURSE
        return {
            "id": str(UUID(int=rng.getrandbits(128), version=4)),
            "actor": {
                "objectType": "Agent", "name": f"Learner {person}",
                "account": {"homePage": "https://lms.example.com", "name": f"user-{person:06}"},
            },
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb, "fr-FR": f"{verb} (fr)"}},
            "object": _activity(number, course),
            "result": {
                "score": {"scaled": round(rng.random(), 2), "raw": rng.randrange(100), "min": 0, "max": 100},
                "success": rng.random() < 0.7, "completion": rng.random() < 0.5,
                "response": f"answer-{rng.randrange(9)}", "duration": f"PT{rng.randrange(1, 59)}M{rng.randrange(60)}S",
            },
            "context": {
                "registration": str(UUID(int=(person << 64) | course, version=4)),
                "instructor": {"name": f"Trainer {course % 50}", "mbox": f"mailto:trainer{course % 50}@example.com"},
                "platform": "Example LMS", "language": "en-US",
                "contextActivities": {
                    "parent": [{"id": f"https://lms.example.com/course/{course}"}],
                    "grouping": [{"id": f"https://lms.example.com/curriculum/{course % 20}"}],
                    "category": [{"id": "https://w3id.org/xapi/scorm"}],
                },
                "extensions": {"https://lms.example.com/ext/session": {"device": "desktop", "attempt": rng.randrange(5)}},
            },
            "timestamp": f"2026-11-{rng.randrange(1, 28):02}T{rng.randrange(24):02}:{rng.randrange(60):02}:00.{rng.randrange(1000):03}Z",
        }  # fmt: skip


def _activity(number: int, course: int) -> dict:
    return {
        "objectType": "Activity",
        "id": f"https://lms.example.com/course/{course}/page/{number}",
        "definition": {
            "name": {"en-US": f"Page {number} of course {course}", "fr-FR": f"Page {number} du cours {course}"},
            "description": {"en-US": "What is said on this page in a sentence of about ordinary length."},
            "type": "http://adlnet.gov/expapi/activities/lesson",
        },
    }
