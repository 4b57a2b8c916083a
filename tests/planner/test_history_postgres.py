"""A history read from a real PostgreSQL server."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from planner.sources.table import load_history

SCENARIO = """
horizon: {{first_day: 2027-02-01, days: 7}}
interval_minutes: 30
history: {{sql: "{url}", query: "{query}"}}
markets: {{FR: {{timezone: Europe/Paris, country: FR}}}}
queues: [{{name: fr-phone, market: FR, channel: phone, aht_s: 300}}]
"""
QUERY = "select start, queue, calls as contacts from calls"


def scenario(url, query=QUERY):
    return scenario_of(parse_yaml(SCENARIO.format(url=url, query=query), "scenario.yaml"))


def test_a_history_comes_from_the_database(postgres):
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute("create table calls (start timestamptz, queue text, calls integer)")
        connection.execute(
            "insert into calls select hour, 'fr-phone', extract(hour from hour) "
            "from generate_series("
            "'2026-12-01 08:00+01'::timestamptz, '2026-12-31 18:00+01', '30 minutes') as hour"
        )
    table = load_history(scenario(postgres))
    rows = table.rows_of("fr-phone")
    assert len(rows) == 1461
    with psycopg.connect(postgres) as connection:
        (total,) = connection.execute("select sum(calls) from calls").fetchone() or (None,)
    assert rows["contacts"].sum() == total


def test_a_wrong_query_is_one_clear_fault_without_the_password(postgres):
    secret = postgres.replace("planner@", "planner:hunter2@")
    with pytest.raises(InputError) as caught:
        load_history(scenario(secret, "select nothing from nowhere"))
    assert "must answer the query" in str(caught.value)
    assert "nowhere" in str(caught.value)
    assert "hunter2" not in str(caught.value)
