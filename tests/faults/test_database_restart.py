"""PostgreSQL restarts under the server: people hear "try again", the next request works, nothing is restarted by hand (RELIABILITY 9)."""

import time

import pytest


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_after_a_restart_of_the_database_requests_work_again(server):
    server.start()
    server.cluster.stop("immediate")
    away = {server.http.request("GET", f"{server.url}/readyz").status for _ in range(12)}
    assert away == {503}
    assert server.http.request("GET", f"{server.url}/healthz").status == 200
    server.cluster.start()
    deadline, answers = time.monotonic() + 5, []
    while time.monotonic() < deadline and answers[-3:] != [200, 200, 200]:
        answers.append(server.http.request("GET", f"{server.url}/readyz").status)
    assert answers[-3:] == [200, 200, 200], answers
    assert set(answers) <= {200, 503}
