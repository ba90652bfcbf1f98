"""Forgetting a person in units of work: interrupted, beside new statements, after a restore; who did what."""

import json
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.clock import now
from core.db import db, write
from core.errors import Conflict, Invalid
from core.jobs import Lease
from lrs.identities import queries as identities
from lrs.identities import service as merging
from lrs.privacy import compaction, journal, restoring, service, statements
from lrs.privacy.models import Audit, ErasedDigest, Erasure, Found
from lrs.statements.models import Log, Statement, Term

ANA, KEY = "mbox mailto:ana@lms.example", "account https://lms.example ana-7731"
VERB, THING = {"id": "https://example.org/v"}, {"id": "https://example.org/a"}
AS_MAIL = {"mbox": "mailto:ana@lms.example", "name": "Anastasia Pimpernel"}
AS_ACCOUNT = {"account": {"homePage": "https://lms.example", "name": "ana-7731"}}
BO = {"mbox": "mailto:bo@lms.example", "name": "Bo"}


def said(actor, **more) -> dict:
    return {"actor": actor, "verb": VERB, "object": THING, **more}


@pytest.fixture
def few_at_once(monkeypatch):
    """Many units of work for few statements."""
    monkeypatch.setattr(statements, "CHUNK", 2)


def begin(mode="erase", identifier=ANA) -> str:
    with write():
        return service.start(identifier=identifier, mode=mode).uuid


def payloads() -> str:
    return "\n".join(p.decode() for p in db.session.scalars(select(Statement.payload).order_by(Statement.seq)))


def chunks(uuid: str, count: int) -> None:
    for _ in range(count):
        assert service._chunk(uuid)


class TestCrash:
    def test_it_goes_on_where_it_was(self, app, xapi, few_at_once):
        xapi.post([said(AS_MAIL) for _ in range(7)] + [said(BO)])
        with app.app_context():
            uuid = begin()
            generation = db.session.scalar(select(Log.generation))
            places = 0
            while service._chunk(uuid):
                db.session.remove()  # a process that dies leaves nothing but what was committed
                places += 1
            assert places > 7
            assert "ana@" not in payloads()
            assert "Anastasia" not in payloads()
            assert db.session.scalar(select(Log.generation)) != generation
            assert db.session.scalar(select(func.count()).select_from(Term).where(Term.text == ANA)) == 0
            run = db.session.scalar(select(Erasure))
            assert (run.state, run.subject, run.counts["statements.statements"]) == ("done", None, 7)

    def test_a_chunk_that_fails_leaves_nothing_behind(self, app, xapi, few_at_once, monkeypatch):
        xapi.post([said(AS_MAIL) for _ in range(5)])
        with app.app_context():
            uuid = begin()
            while db.session.scalar(select(Erasure.stage)) != "erase:statements":
                service._chunk(uuid)
            service._chunk(uuid)
            before = payloads()
            with monkeypatch.context() as failing:
                failing.setattr(statements.side, "write", lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    service._chunk(uuid)
            assert payloads() == before
            service.advance()
            assert "ana@" not in payloads()

    def test_files_and_table_know_of_it_from_the_first_chunk_on(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            begin()
            service.advance(limit_ms=0)
            assert {entry.digest for entry in journal.read()} >= {journal.digest(ANA)}
            assert b"ana" not in (journal._folder() / journal.FILE).read_bytes()
            rows = db.session.scalars(select(ErasedDigest)).all()
            assert {(row.erasure, row.digest) for row in rows} <= {(e.erasure, e.digest) for e in journal.read()}


class TestMeanwhile:
    def test_what_arrives_between_two_chunks_is_rewritten_too(self, app, xapi, few_at_once):
        xapi.post([said(AS_MAIL) for _ in range(5)])
        with app.app_context():
            uuid = begin()
            while db.session.scalar(select(Erasure.stage)) != "erase:statements":
                service._chunk(uuid)
            service._chunk(uuid)
            db.session.remove()
        xapi.post([said(AS_MAIL, result={"response": "late"}), said(BO, context={"instructor": AS_MAIL})])
        with app.app_context():
            service.advance()
            assert "ana@" not in payloads()
            assert payloads().count("\n") == 6

    def test_what_arrives_after_the_last_statement_begins_it_anew(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            uuid = begin()
            while not db.session.scalar(select(Erasure.stage)).startswith("look:"):
                service._chunk(uuid)
            db.session.remove()
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            service.advance()
            assert "ana@" not in payloads()
            assert db.session.scalar(select(Erasure.state)) == "done"

    def test_every_process_forgets_the_old_numbers(self, app, xapi):
        """Another worker remembers the term; its next statement of the same agent must not get the number that is gone."""
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            begin()
            service.advance()
            db.session.remove()
        xapi.post([said(AS_MAIL)])  # they came back, later: a new term
        assert len(xapi.ids(agent=json.dumps(AS_MAIL))) == 1
        with app.app_context():
            known = select(Term.id)
            assert db.session.scalar(select(func.count()).select_from(Statement).where(Statement.actor_id.not_in(known))) == 0

    def test_nobody_is_forgotten_twice_at_once(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            begin()
            with pytest.raises(Conflict), write():
                service.start(identifier=ANA, mode="erase")


class TestOneVerb:
    def test_the_pseudonym_is_found_by_its_statements(self, app, xapi):
        xapi.post([said(AS_MAIL), said(AS_ACCOUNT, context={"instructor": AS_MAIL}), said(BO)])
        with app.app_context():
            with write():
                merging.merge(one=ANA, other=KEY)
            begin("pseudonymise")
            service.advance()
            pseudonym = db.session.scalar(select(Erasure.pseudonym))
        agent = json.dumps({"account": {"homePage": "http://localhost", "name": pseudonym}})
        assert len(xapi.ids(agent=agent)) == 2
        assert len(xapi.ids(agent=agent, related_agents="true")) == 2
        assert xapi.ids(agent=json.dumps(AS_MAIL)) == []

    def test_both_identifiers_of_a_person_become_one(self, app, xapi):
        xapi.post([said(AS_MAIL, object={**AS_ACCOUNT, "objectType": "Agent"})])
        with app.app_context():
            with write():
                merging.merge(one=ANA, other=KEY)
            begin()
            service.advance()
            assert "7731" not in payloads()
            assert identities.identifiers_of(ANA) == [ANA]

    def test_texts_that_name_them_are_listed_for_a_person(self, app, xapi):
        xapi.post([said(AS_MAIL), said(BO, result={"response": "Thanks, Anastasia Pimpernel!"}), said(BO, result={"response": "Thanks"})])
        with app.app_context():
            begin()
            service.advance()
            found = db.session.scalars(select(Found)).all()
            assert [(f.part, f.kind) for f in found] == [("statements", "statement")]
            assert "Anastasia" in db.session.scalar(select(Statement.payload).where(Statement.id == UUID(found[0].uuid))).decode()

    def test_the_audit_says_who_and_how_much_but_not_whom(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            with write():
                service.start(identifier=ANA, mode="erase", reason="Anastasia Pimpernel wrote from ana@lms.example")
            service.advance()
            rows = db.session.scalars(select(Audit).order_by(Audit.id)).all()
            assert [row.verb for row in rows] == ["erase", "erased"]
            assert rows[1].counts["statements.statements"] == 1
            assert "nastasia" not in rows[0].reason + rows[0].target
            assert "ana@" not in rows[0].reason

    def test_what_is_no_identifier_is_refused(self, app):
        with app.app_context(), pytest.raises(Invalid), write():
            service.start(identifier="nobody", mode="erase")


class TestAfterARestore:
    def test_what_was_erased_is_erased_again_under_the_same_pseudonym(self, app, xapi):
        ids = xapi.post([said(AS_MAIL), said(BO)]).json
        with app.app_context():
            begin()
            service.advance()
            pseudonym, remembered = db.session.scalar(select(Erasure.pseudonym)), restoring.remember()
            _as_if_never_erased()
        again = xapi.post([said(AS_MAIL, id="11111111-2222-4333-8444-555555555555")])
        assert again.status_code == 200
        with app.app_context():
            with write():
                assert restoring.apply(None, remembered) == 1
            service.advance()
            assert "ana@" not in payloads()
            assert db.session.scalar(select(Erasure.pseudonym)) == pseudonym
            assert payloads().count(pseudonym) == 2
        assert ids[1] in xapi.ids(agent=json.dumps(BO))

    def test_the_file_alone_is_enough(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            begin()
            service.advance()
            _as_if_never_erased()
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            with write():
                assert len(service.reapply()) == 1
            service.advance()
            assert "ana@" not in payloads()

    def test_who_was_erased_twice_is_erased_once(self, app, xapi):
        with app.app_context():
            for _ in range(2):
                db.session.remove()
                xapi.post([said(AS_MAIL)])
                begin()
                service.advance()
            _as_if_never_erased()
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            with write():
                assert len(service.reapply()) == 2
            service.advance()
            assert "ana@" not in payloads()
            assert set(db.session.scalars(select(Erasure.state))) == {"done"}

    def test_who_came_back_after_being_erased_is_left_alone(self, app, xapi):
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            begin()
            service.advance()
        xapi.post([said(AS_MAIL)])
        with app.app_context():
            with write():
                assert service.reapply() == []
            assert "ana@" in payloads()


def _as_if_never_erased() -> None:
    """The tables as an older backup would have them."""
    with write() as session:
        for table in (Found, ErasedDigest, Erasure, Audit):
            session.execute(table.__table__.delete())


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_the_database_keeps_no_samples_of_a_table_that_became_empty(app):
    """The planner's statistics hold values; ANALYZE leaves those of an empty table as they were."""
    samples = text("SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'lease' AND attname = 'name'")
    with app.app_context():
        with write() as session:
            session.add_all(Lease(name=f"zebedia{n}@example.org", holder="x", until=now()) for n in range(9))
        db.session.execute(text("ANALYZE lease"))
        assert "zebedia" in db.session.scalar(samples)
        db.session.commit()
        with write() as session:
            session.execute(Lease.__table__.delete())
        assert compaction.compact()
        assert db.session.scalar(samples) is None
