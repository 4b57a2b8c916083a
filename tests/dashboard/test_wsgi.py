"""The application under gunicorn: two workers, one store, one login."""

import json
import os
import subprocess
import sys
import time

import pytest
import requests

from planner.store.database import Store
from tests.dashboard.test_accounts import PASSWORD, call, login, new_browser, opened, people
from tests.postgres import free_port

pytest.importorskip("gunicorn", reason="gunicorn is not installed")


def gunicorn(store_url, log, port, **more):
    place = {"PLANNER_STORE": store_url, "PLANNER_LOG": "json", "PLANNER_PLAIN_HTTP": "1"}
    command = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:application", "-w", "2",
               "--threads", "4", "-b", f"127.0.0.1:{port}", "--log-level", "warning"]  # fmt: skip
    return subprocess.Popen(command, env=os.environ | place | more, stderr=log)


def up(address, process):
    """Wait until the server answers."""
    for _ in range(300):
        assert process.poll() is None
        try:
            if requests.get(f"{address}/health", timeout=30).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not answer")


@pytest.mark.slow
def test_two_workers_know_the_same_logins(store_url, tmp_path):
    with Store(store_url) as store:
        people(store)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("w+") as log:
        process = gunicorn(store_url, log, port)
        try:
            up(address, process)
            browser, sent = opened(address, "eve")
            for _ in range(12):  # each worker has its turn
                assert call(address, browser, **{"X-CSRFToken": sent}).status_code == 200
            tries = [login(address, "paul", "wrong")[1].status_code for _ in range(11)]
            assert tries == [401] * 10 + [429]
            browser.post(f"{address}/logout", headers={"X-CSRFToken": sent})
            seen = {browser.get(f"{address}/_dash-layout").status_code for _ in range(12)}
            assert seen == {401}
            assert new_browser().get(f"{address}/health").text == "ok\n"
        finally:
            process.terminate()
            process.wait(timeout=30)
        log.seek(0)
        lines = [json.loads(line) for line in log if line.startswith("{")]
    assert len(lines) > 30
    assert PASSWORD["eve"] not in json.dumps(lines)


@pytest.mark.slow
def test_without_accounts_it_does_not_start(tmp_path):
    url = f"sqlite:///{tmp_path}/plans.db"
    Store(url).close()
    done = subprocess.run(
        [sys.executable, "-c", "import dashboard.wsgi"], env=os.environ | {"PLANNER_STORE": url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "planner users add" in done.stderr
