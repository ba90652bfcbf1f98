"""Attempts: limits, grading, completion."""

import json
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_ATTEMPT = "http://adlnet.gov/expapi/activities/attempt"
_ROWS = 1_000


def upgrade() -> None:
    for table in ("progress", "progress_fact"):
        op.add_column(table, sa.Column("attempt", sa.String(36), nullable=False, server_default=""))
    instants = [sa.Column(name, sa.DateTime(timezone=True)) for name in ("completed_at", "passed_at", "failed_at", "score_at")]
    op.create_table(
        "progress_attempt",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(36), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        *instants,
        sa.Column("score_scaled", sa.Float(53)),
        sa.Column("progress", sa.Float(53)),
        sa.Column("duration_seconds", sa.Float(53), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_progress_attempt_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_progress_attempt_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "item_id", "attempt", name="pk_progress_attempt"),
    )
    op.create_index("ix_progress_attempt_item_id", "progress_attempt", ["item_id", "person_id"])
    op.create_table(
        "progress_grading",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("graded_to", sa.Integer()),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_progress_grading_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_progress_grading"),
    )
    op.create_table(
        "rejudging",
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(36), nullable=False),
        sa.Column("judged_to", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name="fk_rejudging_package_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("package_id", name="pk_rejudging"),
    )
    for name in ("own_completion", "own_success"):
        op.add_column("attempt", sa.Column(name, sa.String(16)))
    _tell_attempts_apart(op.get_bind())
    _sum_up(op.get_bind())
    # Whoever has several attempts is graded again once the server runs.
    op.execute("INSERT INTO progress_grading (item_id, rule, graded_to) SELECT item_id, 'highest', 0 FROM package")


def _tell_attempts_apart(connection) -> None:
    """Every fact about a package says which attempt it belongs to, where its statement is still there; session ends tell time only."""
    facts = sa.text(
        "SELECT statement_id FROM progress_fact JOIN package ON package.item_id = progress_fact.item_id"
        " WHERE statement_id > :after ORDER BY statement_id LIMIT :rows"
    )
    statement = sa.table("lrs_statement", sa.column("id"), sa.column("payload"))
    after = ""
    while ids := [row[0] for row in connection.execute(facts, {"after": after, "rows": _ROWS})]:
        after = ids[-1]
        keys = [UUID(one) if connection.dialect.name == "postgresql" else UUID(one).bytes for one in ids]
        found = connection.execute(sa.select(statement.c.id, statement.c.payload).where(statement.c.id.in_(keys)))
        for key, payload in found.all():
            attempt, ending = _read(json.loads(bytes(payload)))
            if not attempt:
                continue
            told = ", completed = :no, passed = :no, failed = :no, score_scaled = NULL" if ending else ""
            uuid = str(key) if isinstance(key, UUID) else str(UUID(bytes=bytes(key)))
            values = {"attempt": attempt, "id": uuid} | ({"no": False} if ending else {})
            connection.execute(sa.text(f"UPDATE progress_fact SET attempt = :attempt{told} WHERE statement_id = :id"), values)  # noqa: S608


def _read(statement: dict) -> tuple[str, bool]:
    grouping = statement.get("context", {}).get("contextActivities", {}).get("grouping", [])
    ids = [one["id"] for one in (grouping if isinstance(grouping, list) else [grouping]) if "/id/attempt/" in one["id"]]
    attempt = ids[0].rpartition("/")[2] if ids else ""
    return (attempt if len(attempt) == 36 else ""), statement["verb"]["id"].endswith(("/terminated", "/suspended"))


def _sum_up(connection) -> None:
    """One row for each attempt, from its facts."""
    connection.execute(
        sa.text(
            "INSERT INTO progress_attempt (person_id, item_id, attempt, first_at, last_at, completed_at, passed_at, failed_at, score_at, score_scaled,"
            " progress, duration_seconds) SELECT person_id, item_id, attempt, MIN(at), MAX(at), MIN(CASE WHEN completed THEN at END),"
            " CASE WHEN attempt = '' THEN MIN(CASE WHEN passed THEN at END) ELSE MAX(CASE WHEN passed THEN at END) END,"
            " CASE WHEN attempt = '' THEN MIN(CASE WHEN failed THEN at END) ELSE MAX(CASE WHEN failed THEN at END) END,"
            " MAX(CASE WHEN score_scaled IS NOT NULL THEN at END), MAX(score_scaled),"
            " MAX(CASE WHEN completed THEN 1.0 ELSE progress END), ROUND(CAST(SUM(duration_seconds) AS NUMERIC), 2)"
            " FROM progress_fact GROUP BY person_id, item_id, attempt"
        )
    )
    connection.execute(
        sa.text(
            "UPDATE progress_attempt SET score_scaled = (SELECT MAX(f.score_scaled) FROM progress_fact f"
            " WHERE f.person_id = progress_attempt.person_id AND f.item_id = progress_attempt.item_id"
            " AND f.attempt = progress_attempt.attempt AND f.at = progress_attempt.score_at) WHERE attempt <> '' AND score_at IS NOT NULL"
        )
    )


def downgrade() -> None:
    for name in ("own_completion", "own_success"):
        op.drop_column("attempt", name)
    for table in ("rejudging", "progress_grading", "progress_attempt"):
        op.drop_table(table)
    for table in ("progress", "progress_fact"):
        op.drop_column(table, "attempt")
