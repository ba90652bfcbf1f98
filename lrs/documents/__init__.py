"""Documents: what tools keep for themselves beside the log: states, profiles of activities and of agents."""

from flask import Flask

from lrs.documents import models as _models  # noqa: F401


def init_app(app: Flask) -> None:
    """The tables are known."""
