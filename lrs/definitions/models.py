"""The dictionary: one row for each activity and verb of which a statement said more than its IRI."""

from sqlalchemy import Boolean, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Definition(Base):
    """``digest`` is that of ``lrs.statements.terms``, for an IRI may be longer than an index allows.

    ``names`` is a language map: the name of an activity, the display of a verb; ``body`` the whole definition of an activity. Both are
    JSON in bytes, because PostgreSQL's text cannot hold every character that JSON can. ``firm``: somebody who may define said it.
    """

    __tablename__ = "lrs_definition"

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    iri: Mapped[str] = mapped_column(Text)
    firm: Mapped[bool] = mapped_column(Boolean(create_constraint=False))
    names: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
