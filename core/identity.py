"""Who and what things are in statements: names that never change, whatever the address of the server becomes.

The identity base is fixed at installation (the first start writes it) and used for account ``homePage`` and activity IRIs.
"""

from uuid import uuid4

from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, db


class Installation(Base):
    """The single row that says which installation this database belongs to."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uuid: Mapped[str] = mapped_column(String(36))
    identity_base: Mapped[str] = mapped_column(String(500))


def establish(origin: str) -> None:
    """Write the installation row when there is none. Call inside ``write()``."""
    if db.session.get(Installation, 1) is None:
        db.session.add(Installation(id=1, uuid=str(uuid4()), identity_base=origin))
        db.session.flush()


def identity_base() -> str:
    """The fixed base of every identity, without a slash at its end."""
    cache = current_app.extensions.setdefault("colloquium.identity", {})
    if "base" not in cache:
        cache["base"] = db.session.scalar(select(Installation.identity_base)) or _missing()
    return cache["base"]


def _missing():
    raise RuntimeError("the database has no installation row; run the migrations (./run cli db upgrade)")


def activity_iri(kind: str, uuid: str) -> str:
    """The IRI of one of our activities, e.g. ``<base>/id/item/<uuid>``."""
    return f"{identity_base()}/id/{kind}/{uuid}"


def person_agent(*, uuid: str, name: str) -> dict:
    """The xAPI agent of a person: an account, never an e-mail address (xAPI 1.0.3 Data 2.4.2.4)."""
    return {"objectType": "Agent", "name": name, "account": {"homePage": identity_base(), "name": uuid}}


def person_uuid(agent: dict) -> str | None:
    """The person's uuid when the agent is one of ours, else None."""
    account = agent.get("account") if isinstance(agent, dict) else None
    if isinstance(account, dict) and account.get("homePage") == identity_base():
        return account.get("name")
    return None
