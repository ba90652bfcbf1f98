"""What the tests stand on: settings of an installation of their own, and what to do where a part of the machine is missing."""

import os
from pathlib import Path

import pytest

from core.settings import Settings, from_env

ROOT = Path(__file__).parent.parent.parent
ON_CI = bool(os.environ.get("CI"))
ORIGIN, CONTENT_ORIGIN = "http://localhost", "http://127.0.0.1"


def unavailable(reason: str):
    """A missing part of the machine: a reason to skip at a desk, a failure on CI."""
    pytest.fail(reason) if ON_CI else pytest.skip(reason)


def settings_of(folder: Path, **overrides) -> Settings:
    """Of an installation in a folder, without background work."""
    values = {
        "data_dir": folder,
        "origin": ORIGIN,
        "content_origin": CONTENT_ORIGIN,
        "background": False,
        "secret_key": "t" * 16 + "k" * 24,
    }
    return from_env({}, **(values | overrides))
