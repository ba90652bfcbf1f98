"""Whatever the OpenAPI document of /api/v1 allows, and what it does not: no answer is a 5xx, and errors have the one shape."""

from base64 import b64encode

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.db import write

schemathesis = pytest.importorskip("schemathesis")
UPLOADS = ("/courses", "/packages", "/statements/import")  # their bodies are archives and files; they have tests of their own


def test_no_call_that_the_document_describes_breaks_the_server(sqlite_app):
    from lrs.credentials import service

    with sqlite_app.app_context(), write():
        key = service.create(name="fuzz", scopes=["all"])
    headers = {"Authorization": "Basic " + b64encode(":".join(key).encode()).decode()}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", sqlite_app)
    broken, seen = [], 0

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith(UPLOADS):
            continue

        @settings(
            max_examples=10,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attempt(case):
            answer = case.call(headers=headers)
            if answer.status_code >= 500:
                broken.append(f"{case.method} {case.formatted_path}: {answer.status_code} {answer.text[:200]}")
            elif answer.status_code >= 400:
                body = answer.json()
                assert set(body) == {"error"}, (case.method, case.path, body)

        attempt()
        seen += 1
    assert not broken, "\n".join(broken)
    assert seen > 20
