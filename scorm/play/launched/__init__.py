"""Content that is opened with an address of its own and then speaks for itself: xAPI packages, cmi5.

ways        what a format must be able to do, and which formats can
xapi        the way of xAPI packages: an address with a credential, by the conventions of Tin Can launches
rules       what statements about the course add up to (pure)
projection  folds those statements into attempts and tells the item's own
"""

from flask import Flask

from scorm.play.launched.ways import (
    Opened,
    Way,
    address,
    close,
    endpoint,
    open_entry,
    refuse_taken_over,
    register,
    way_of,
    way_or_not_found,
)

__all__ = [
    "Opened", "Way", "address", "close", "endpoint", "init_app", "open_entry", "refuse_taken_over", "register",
    "way_of", "way_or_not_found",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """xAPI packages, and the rule that a credential is good as long as its launch is open."""
    from lrs import projections
    from lrs.credentials import launches
    from scorm.play import queries
    from scorm.play.launched.projection import LaunchedProjection
    from scorm.play.launched.xapi import FORMAT, XapiWay

    register(FORMAT, XapiWay())
    projections.register(app, LaunchedProjection())
    launches.watch(app, queries.is_open)
