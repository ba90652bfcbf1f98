"""Packages: a zip that somebody else made becomes an item with files, a tree of contents and a report.

    archive/    a hostile zip opened under limits
    manifest/   imsmanifest.xml read into a tree (pure)
    inspection  archive and manifest together, with a report in words
    serving     the zip that files are served from, and its index
    service     the verbs: import, publish, switch
    files       bytes to a browser
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the ways in (page, API, command), the author's panel and the sweep."""
