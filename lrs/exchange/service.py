"""Take statements of a file into the log: what is new is stored, what is there is left alone, what contradicts is told."""

from collections.abc import Sequence

from lrs.exchange.queries import known
from lrs.statements.meaning import same
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.statements.service import enqueue

NEW, THERE, CONFLICT = "new", "there", "conflict"


def take_in(*, statements: Sequence[Prepared]) -> list[str]:
    """What became of each: ``new`` (stored), ``there`` (the same was stored already) or ``conflict`` (another has its id).

    Nothing that is stored is ever changed. The same id twice among these is decided by the first. Only a conflict with what another
    writer commits at this moment raises Conflict, when the unit of work ends; then the same call, made again, sees it.
    """
    kept = known(s.id for s in statements)
    outcomes, fresh = [], []
    for s in statements:
        earlier = kept.get(s.id)
        if earlier is None:
            kept[s.id] = s.raw
            fresh.append(s)
            outcomes.append(NEW)
        else:
            outcomes.append(THERE if same(parse(earlier), parse(s.raw)) else CONFLICT)
    enqueue(fresh)
    return outcomes
