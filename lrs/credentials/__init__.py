"""Credentials: keys of machines with a secret that is shown once, scopes and an authority; and those of launches, confined to one."""

from flask import Flask

from core import cli
from core.access import register_authenticator
from core.api import register as register_section
from core.jobs import register_ticker
from lrs.credentials.api import authenticate, section
from lrs.credentials.commands import keys
from lrs.credentials.launches import sweep_launches


def init_app(app: Flask) -> None:
    """Recognise keys, manage them by command and API, forget those of past launches."""
    register_authenticator(app, authenticate)
    register_ticker(app, "launch credentials", 3600, sweep_launches)
    cli.register(app, keys)
    register_section(app, section)
