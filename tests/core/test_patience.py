"""A database that does not answer holds nobody up for ever. SQLite answers in this process: there is nobody to wait for."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.db import db
from core.patience import limited

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


def test_a_statement_that_takes_too_long_ends_and_the_next_one_works(app):
    with app.app_context():
        with pytest.raises(OperationalError, match="did not answer in time"), limited(0.2):
            db.session.execute(text("SELECT pg_sleep(5)"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1


def test_whoever_sets_no_limit_waits(app):
    with app.app_context():
        assert db.session.scalar(text("SELECT 1 FROM pg_sleep(0.4)")) == 1
