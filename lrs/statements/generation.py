"""A new generation of the log: every process forgets the numbers of terms that it remembers (``terms``)."""

import random

from sqlalchemy import update

from core.db import db
from lrs.statements.models import Log


def begin_again() -> None:
    """Call inside ``write()`` when the dictionary does other than grow: after a restore, when numbers mean something else."""
    db.session.execute(update(Log).values(generation=random.getrandbits(62)))
