"""Settings come from the environment, are documented, and an unsafe set of them does not start."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from core.settings import PREFIX, Settings, UnsafeConfiguration, from_env

ROOT = Path(__file__).parent.parent.parent
HTTPS = {"COLLOQUIUM_ORIGIN": "https://learn.example.org", "COLLOQUIUM_CONTENT_ORIGIN": "https://learn-content.example.net"}
GOOD_KEY = {"COLLOQUIUM_SECRET_KEY": "9f2c7d1e5a8b4c6d0e3f7a1b9c8d2e4f"}


def read(tmp_path, **environment) -> Settings:
    return from_env({"COLLOQUIUM_DATA_DIR": str(tmp_path), **environment})


def test_without_any_setting_it_serves_two_hosts_of_this_machine(tmp_path):
    settings = read(tmp_path)
    assert settings.origin == "http://localhost:8000"
    assert settings.content_origin == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/colloquium.db"


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = read(tmp_path).secret_key
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_a_secret_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("k3" * 20 + "\n")
    assert read(tmp_path, COLLOQUIUM_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == "k3" * 20


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"COLLOQUIUM_PORT": "eighty"}, "COLLOQUIUM_PORT"),
        ({"COLLOQUIUM_PRODUCTION": "perhaps"}, "yes or no"),
        ({"COLLOQUIUM_ORIGIN": "learn.example.org"}, "COLLOQUIUM_ORIGIN"),
        ({"COLLOQUIUM_ORIGIN": "https://learn.example.org/learn"}, "COLLOQUIUM_ORIGIN"),
        ({"COLLOQUIUM_ORIGIN": "http://localhost:8000", "COLLOQUIUM_CONTENT_ORIGIN": "http://localhost:8001"}, "same host"),
        ({"COLLOQUIUM_SECRET_KEY": "short"}, "32 random characters"),
        ({"COLLOQUIUM_STORAGE": "ftp://x"}, "COLLOQUIUM_STORAGE"),
        ({"COLLOQUIUM_WORKERS": "2"}, "PostgreSQL"),
        ({"COLLOQUIUM_SECRET_KEY_FILE": "/nowhere/key"}, "cannot read"),
        ({"COLLOQUIUM_PRODUCTION": "1", **GOOD_KEY}, "https"),
        ({"COLLOQUIUM_PRODUCTION": "1", "COLLOQUIUM_DEBUG": "1", **HTTPS, **GOOD_KEY}, "COLLOQUIUM_DEBUG"),
        ({"COLLOQUIUM_PRODUCTION": "1", "COLLOQUIUM_SECRET_KEY": "a" * 40, **HTTPS}, "too regular"),
        ({"COLLOQUIUM_PRODUCTION": "1", "COLLOQUIUM_WORKERS": "2", "COLLOQUIUM_DATABASE_URL": "postgresql://db/x", **HTTPS}, "SECRET_KEY"),
    ],
)
def test_an_unsafe_configuration_is_refused_with_the_name_of_what_to_change(tmp_path, environment, says):
    with pytest.raises(UnsafeConfiguration, match=re.escape(says)):
        read(tmp_path, **environment)


def test_a_safe_production_configuration_starts(tmp_path):
    assert read(tmp_path, COLLOQUIUM_PRODUCTION="1", **HTTPS, **GOOD_KEY).secure


def test_the_server_exits_with_the_reason_instead_of_serving(tmp_path):
    environment = {**os.environ, "COLLOQUIUM_DATA_DIR": str(tmp_path), "COLLOQUIUM_PRODUCTION": "1"}
    done = subprocess.run([sys.executable, "server.py"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 78
    assert "COLLOQUIUM_ORIGIN" in done.stderr


def test_the_table_in_the_documentation_and_the_code_agree():
    table = dict(re.findall(r"^\| `(COLLOQUIUM_\w+)` \|[^|]*\| (.*?) \|$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE))
    assert table == {PREFIX + f.name.upper(): f.metadata["doc"] for f in fields(Settings)}
