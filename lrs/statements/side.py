"""The side rows of statements that are there already: taken away and written anew, by their whole keys, for they have no index by seq."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert

from lrs.statements import terms
from lrs.statements.keys import Keys
from lrs.statements.models import StatementActivity, StatementAgent
from lrs.statements.terms import ACTIVITY, AGENT


def terms_of(keys: Keys) -> set[terms.Key]:
    """The terms that side rows of a statement name."""
    return {(AGENT, a) for a in (*keys.agents, *keys.related_agents)} | {(ACTIVITY, a) for a in keys.related_activities}


def take_away(connection: Connection, statements: Sequence[tuple[int, Keys]], numbers: dict[terms.Key, int]) -> None:
    """Delete the side rows of statements (seq and keys)."""
    agents, activities = _rows(statements, numbers)
    if agents:
        a = StatementAgent
        mine = (a.agent_id == bindparam("its_agent"), a.direct == bindparam("is_direct"), a.seq == bindparam("its_seq"))
        values = [{"its_agent": r["agent_id"], "is_direct": r["direct"], "its_seq": r["seq"]} for r in agents]
        connection.execute(delete(StatementAgent.__table__).where(*mine), values)
    if activities:
        b = StatementActivity
        mine = (b.activity_id == bindparam("its_activity"), b.seq == bindparam("its_seq"))
        values = [{"its_activity": r["activity_id"], "its_seq": r["seq"]} for r in activities]
        connection.execute(delete(StatementActivity.__table__).where(*mine), values)


def write(connection: Connection, statements: Sequence[tuple[int, Keys]], numbers: dict[terms.Key, int]) -> None:
    """Insert the side rows of statements."""
    for table, rows in zip((StatementAgent, StatementActivity), _rows(statements, numbers), strict=True):
        if rows:
            connection.execute(insert(table.__table__), rows)


def _rows(statements: Iterable[tuple[int, Keys]], numbers: dict[terms.Key, int]) -> tuple[list[dict], list[dict]]:
    """Each row once: two keys of one person can have become one."""
    agents: dict[tuple, dict] = {}
    activities: dict[tuple, dict] = {}
    for seq, keys in statements:
        for direct, some in ((True, keys.agents), (False, keys.related_agents)):
            for key in some:
                if (number := numbers.get((AGENT, key))) is not None:
                    agents[number, direct, seq] = {"agent_id": number, "direct": direct, "seq": seq}
        for key in keys.related_activities:
            if (number := numbers.get((ACTIVITY, key))) is not None:
                activities[number, seq] = {"activity_id": number, "seq": seq}
    return list(agents.values()), list(activities.values())
