"""A killable server on each database, both with the durability that production has."""

import pytest
from support.machine import unavailable
from support.postgres import Cluster, find_programs
from support.server import Server


def pytest_collection_modifyitems(items):
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request, tmp_path):
    """A server that is not started yet, on an empty database."""
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "sqlite":
        with Server(folder) as found:
            yield found
        return
    if find_programs() is None:
        unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with Cluster(fast=False) as cluster, Server(folder, cluster.url("postgres")) as found:
        found.cluster = cluster
        yield found
