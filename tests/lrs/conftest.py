"""What tests of the record store share: a client of ``/xapi``."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from support.xapi import Xapi

sys.path.insert(0, str(Path(__file__).parent))

hypothesis_settings.register_profile("busy machine", deadline=None)
hypothesis_settings.load_profile("busy machine")


@pytest.fixture
def xapi(app, api_key):
    """``xapi`` with every right; ``xapi_of(scope, …, version=)`` for others."""
    return Xapi(app.test_client(), api_key("all"))


@pytest.fixture
def xapi_of(app, api_key):
    return lambda *scopes, version="1.0.3": Xapi(app.test_client(), api_key(*scopes), version)
