"""References between statements: a filter that finds a statement also finds those that refer to it, at any remove
(1.0.3 Communication 2.1.3, "Filter Conditions for StatementRefs").

``lrs_reference`` holds where each reference leads in the end: it is completed when the one or the other statement arrives.
"""

from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from lrs.statements.models import Reference, Statement

_REFERENCE: Table = Reference.__table__
_LEADS_ON = _REFERENCE.alias("leads_on")
_TO_IT = _REFERENCE.alias("to_it")


def complete(connection: Connection, references: list[tuple[str, int, bool]]) -> None:
    """After rows (target, seq, voids) were written: add what they lead to, and what leads to them."""
    if not references:
        return
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    its_seq, its_target = bindparam("its_seq", type_=Reference.seq.type), bindparam("its_target", type_=Reference.target.type)
    leads_on = (
        select(_LEADS_ON.c.target, its_seq.label("seq"), literal(False))
        .join(Statement, Statement.seq == _LEADS_ON.c.seq)
        .where(Statement.id == its_target)
    )
    to_it = (
        select(_LEADS_ON.c.target, _TO_IT.c.seq, literal(False))
        .join(Statement, Statement.seq == _LEADS_ON.c.seq)
        .join(_TO_IT, _TO_IT.c.target == Statement.id)
        .where(Statement.seq == its_seq)
    )
    for target, seq, _voids in references:
        values = {"its_target": UUID(target), "its_seq": seq}
        for found in (leads_on, to_it):
            add = kind.insert(_REFERENCE).from_select(["target", "seq", "voids"], found).on_conflict_do_nothing()
            connection.execute(add, values)
