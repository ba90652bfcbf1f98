"""Statements in the log, and names caught up with them."""

import orjson
import pytest
from samples import agent

from core.db import write
from lrs.projections import catch_up
from lrs.statements.service import store


@pytest.fixture
def tell(app):
    """``tell(statement, …)`` stores statements as one batch, folds them, and answers their ids."""

    def put(*statements: dict, authority: str = "authority") -> list[str]:
        with app.app_context():
            with write():
                ids = store([orjson.dumps(s) for s in statements], authority=agent(authority), version="1.0.3")
            catch_up(limit_ms=60_000)
        return ids

    return put


@pytest.fixture
def ada(app, people, sign_in):
    """An administrator's browser without JavaScript."""
    return sign_in(app.test_client(), people["ada"])


@pytest.fixture
def dana(app, people, sign_in):
    """A trainer's."""
    return sign_in(app.test_client(), people["dana"])
