"""A history read from a real PostgreSQL server, started for the test and thrown away after."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from planner.sources.table import load_history

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not BINARIES, reason="no PostgreSQL server is installed")

SCENARIO = """
horizon: {{first_day: 2027-02-01, days: 7}}
interval_minutes: 30
history: {{sql: "{url}", query: "{query}"}}
markets: {{FR: {{timezone: Europe/Paris, country: FR}}}}
queues: [{{name: fr-phone, market: FR, channel: phone, aht_s: 300}}]
"""
QUERY = "select start, queue, calls as contacts from calls"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server():
    """Return the address of a server on loopback; PostgreSQL refuses to run as root."""
    owner = "postgres" if os.getuid() == 0 else None
    place = Path(tempfile.mkdtemp(prefix="pg"))
    if owner:
        shutil.chown(place, owner)
    tools, port, data = BINARIES[-1].parent, free_port(), place / "data"

    def run(*command):
        subprocess.run(command, user=owner, cwd=place, check=True, capture_output=True)

    run(tools / "initdb", "-D", data, "-U", "planner", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(tools / "pg_ctl", "-D", data, "-o", options, "-l", place / "log", "-w", "start")
    yield f"postgresql://planner@127.0.0.1:{port}/postgres"
    run(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(place)


def scenario(url, query=QUERY):
    return scenario_of(parse_yaml(SCENARIO.format(url=url, query=query), "scenario.yaml"))


def test_a_history_comes_from_the_database(server):
    import psycopg

    with psycopg.connect(server) as connection:
        connection.execute("create table calls (start timestamptz, queue text, calls integer)")
        connection.execute(
            "insert into calls select hour, 'fr-phone', extract(hour from hour) "
            "from generate_series("
            "'2026-12-01 08:00+01'::timestamptz, '2026-12-31 18:00+01', '30 minutes') as hour"
        )
    table = load_history(scenario(server))
    rows = table.rows_of("fr-phone")
    assert len(rows) == 1461
    with psycopg.connect(server) as connection:
        (total,) = connection.execute("select sum(calls) from calls").fetchone() or (None,)
    assert rows["contacts"].sum() == total


def test_a_wrong_query_is_one_clear_fault_without_the_password(server):
    secret = server.replace("planner@", "planner:hunter2@")
    with pytest.raises(InputError) as caught:
        load_history(scenario(secret, "select nothing from nowhere"))
    assert "must answer the query" in str(caught.value)
    assert "nowhere" in str(caught.value)
    assert "hunter2" not in str(caught.value)
