"""What a newcomer finds: the sample courses at the first start, and on request a company that is alive (``./run demo``).

It stands above every other package and speaks to their services alone.
"""

from flask import Flask

from core.cli import register
from demo.cli import demo


def init_app(app: Flask) -> None:
    register(app, demo)
