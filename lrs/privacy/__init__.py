"""Privacy: what is held about a person, and how it is given to them, pseudonymised or erased (ADR 0033)."""

from flask import Flask


def init_app(app: Flask) -> None:
    """The tables of identities, privacy and retention."""
    from lrs.identities import models as _identities  # noqa: F401
    from lrs.privacy import models as _privacy  # noqa: F401
    from lrs.retention import models as _retention  # noqa: F401
