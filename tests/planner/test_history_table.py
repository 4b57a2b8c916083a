"""History tables that are right: CSV, Parquet, SQLite; time zones, clock changes, finer rows."""

import datetime as dt
import sqlite3

import numpy as np
import pandas as pd
import pytest

from planner.errors import InputError
from planner.scenario.model import load_scenario
from planner.sources.table import load_history

SCENARIO = """
horizon: {{first_day: 2027-02-01, days: 7}}
interval_minutes: {minutes}
history: {history}
markets:
  FR: {{timezone: Europe/Paris, country: FR, closed: [2026-12-25]}}
  IN: {{timezone: Asia/Kolkata, country: IN}}
queues:
  - {{name: fr, market: FR, open: {{mon-sat: "08:00-20:00"}},
     escalates: {{to: level2, share: 0.5}}}}
  - {{name: in, market: IN}}
  - {{name: level2, market: FR, channel: email, aht_s: 600}}
"""


@pytest.fixture
def load(tmp_path):
    def load(content, minutes=15, history="{file: contacts.csv}"):
        if isinstance(content, str):
            (tmp_path / "contacts.csv").write_bytes(content.encode())
        elif isinstance(content, pd.DataFrame):
            content.to_parquet(tmp_path / "contacts.csv")
        path = tmp_path / "scenario.yaml"
        path.write_text(SCENARIO.format(minutes=minutes, history=history))
        return load_history(load_scenario(path))

    return load


def rows(table, queue="fr"):
    part = table.rows_of(queue)
    return [
        (start.isoformat(), contacts)
        for start, contacts in zip(part["start"], part["contacts"], strict=True)
    ]


IN = "2026-06-01T10:00Z,in,4\n"


def test_offsets_and_local_times_mean_the_same(load):
    table = load(
        "start,queue,contacts\n"
        "2026-06-01T10:00:00+02:00,fr,1\n2026-06-01 10:15,fr,2\n2026-06-01T08:30Z,fr,3\n"
        "2026-06-01T10:00,in,4\n"
    )
    assert rows(table) == [
        ("2026-06-01T08:00:00+00:00", 1), ("2026-06-01T08:15:00+00:00", 2),
        ("2026-06-01T08:30:00+00:00", 3),
    ]  # fmt: skip
    assert rows(table, "in") == [("2026-06-01T04:30:00+00:00", 4)]
    assert rows(table, "level2") == []
    assert rows(table, "nobody") == []


def test_all_rows_with_an_offset(load):
    table = load("start,queue,contacts\n2026-06-01T10:00+02:00,fr,1\n" + IN)
    assert rows(table) == [("2026-06-01T08:00:00+00:00", 1)]


def test_the_repeated_hour_comes_first_and_second(load):
    table = load(
        "start,queue,contacts\n2026-10-25T02:30,fr,1\n2026-10-25T02:30,fr,2\n"
        "2026-10-25T02:45,fr,3\n" + IN
    )
    assert rows(table) == [
        ("2026-10-25T00:30:00+00:00", 1), ("2026-10-25T00:45:00+00:00", 3),
        ("2026-10-25T01:30:00+00:00", 2),
    ]  # fmt: skip


def test_finer_rows_are_added_up_and_handling_times_weighted(load):
    table = load(
        "start,queue,contacts,aht_s,wait_s,answered\n"
        "2026-06-01T10:00Z,fr,1,100,10,1\n2026-06-01T10:05Z,fr,3,200,20,2\n"
        "2026-06-01T10:10Z,fr,0,,,\n2026-06-01T10:15Z,fr,2,,5,2\n2026-06-01T10:00Z,in,4,0,1,4\n"
    )
    part = table.rows_of("fr")
    assert part["contacts"].tolist() == [4, 2]
    assert part["aht_s"].iloc[0] == pytest.approx((1 * 100 + 2 * 200) / 3)  # those answered
    assert np.isnan(part["aht_s"].iloc[1])
    assert part["wait_s"].tolist() == pytest.approx([17.5, 5])
    assert part["answered"].tolist() == [3, 2]
    assert np.isnan(table.rows_of("in")["aht_s"].iloc[0])  # 0 is how exports write unknown
    assert any("rows of 5 minutes in 1 queues were added up to 15" in note for note in table.notes)


def test_a_day_of_a_forecast_by_day_is_its_local_date(load):
    table = load(
        "start,queue,contacts\n2026-10-25T01:00,fr,1\n2026-10-25T23:00,fr,2\n2026-10-26,fr,4\n"
        "2026-06-01T20:00Z,in,4\n",
        minutes=1440,
    )
    assert rows(table) == [("2026-10-25T00:00:00+00:00", 3), ("2026-10-26T00:00:00+00:00", 4)]
    assert rows(table, "in") == [("2026-06-02T00:00:00+00:00", 4)]


def test_unsorted_rows_semicolons_marks_blanks_and_spaces(load):
    table = load(
        "\ufeffqueue;contacts;start;team\nfr; 2;2026-06-01T10:15Z;a\n\nfr;1;2026-06-01T10:00Z;b\n"
        '"in";3;2026-06-01T10:00Z;"x\ny"\n'
    )
    assert [contacts for _, contacts in rows(table)] == [1, 2]


@pytest.mark.parametrize("zoned", [True, False])
def test_parquet_with_and_without_a_zone(load, zoned):
    start = pd.to_datetime(["2026-06-01T10:00", "2026-06-01T10:15", "2026-06-01T10:00"])
    frame = pd.DataFrame(
        {
            "start": start.tz_localize("Europe/Paris") if zoned else start,
            "queue": pd.Categorical(["fr", "fr", "in"]),
            "contacts": [1, 2, 3],
        }
    )
    table = load(frame)
    assert rows(table)[0] == ("2026-06-01T08:00:00+00:00", 1)
    assert rows(table, "in")[0][0][11:16] == ("08:00" if zoned else "04:30")


def test_parquet_by_dates(load):
    days = [dt.date(2026, 6, 1), dt.date(2026, 6, 1)]
    frame = pd.DataFrame({"start": days, "queue": ["fr", "in"], "contacts": [1.0, 2.0]})
    assert rows(load(frame, minutes=1440)) == [("2026-06-01T00:00:00+00:00", 1)]


def test_a_database(load, tmp_path):
    with sqlite3.connect(tmp_path / "calls.db") as base:
        base.execute("create table calls (day text, skill text, n integer)")
        base.execute("insert into calls values ('2026-06-01T10:00Z', 'fr', 5)")
        base.execute("insert into calls values ('2026-06-01T10:00Z', 'in', 7)")
    base.close()
    history = (
        "{sql: 'sqlite:///calls.db', "
        "query: 'select day as start, skill as queue, n as contacts from calls'}"
    )
    assert rows(load(None, history=history)) == [("2026-06-01T10:00:00+00:00", 5)]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{sql: 'sqlite:///none.db', query: 'select 1'}", "must name a database that exists"),
        ("{sql: 'sqlite://', query: 'select x'}", "must answer the query, got: "),
        ("{sql: 'sqlite://', query: 'select 1 as start'}", "queue must be a column"),
        ("{sql: 'nothing', query: 'select 1'}", "must be an address such as "),
        ("{sql: 'strange://u:secret@h/x', query: 'select 1'}", "must answer the query, got: "),
        ("{zendesk: tickets.ndjson}", "must be a file that can be read"),
        ("{file: absent.csv}", "must be a file that can be read"),
    ],
)
def test_a_source_that_does_not_answer_is_a_fault(load, source, fault):
    with pytest.raises(InputError) as caught:
        load(None, history=source)
    assert fault in str(caught.value)
    assert "secret" not in str(caught.value)


def test_what_is_odd_and_no_fault_is_noted(load):
    table = load(
        "start,queue,contacts\n2026-12-24T10:00,fr,1\n2026-12-25T10:00,fr,2\n"
        "2026-12-26T21:00,fr,3\n2026-12-30T10:00,fr,1\n2027-02-03T10:00,in,4\n"
    )
    notes = "\n".join(note.removeprefix("contacts.csv: ") for note in table.notes)
    assert "3 contacts in 1 intervals came outside opening hours: fr" in notes
    assert "2 contacts in 1 intervals came on dates that are closed" in notes
    assert "2 open days have no rows and count as unknown: fr" in notes
    assert "1 intervals from 2027-02-01 on are left aside" in notes
    assert "no rows for level2: fed by escalation alone" in notes


def test_a_million_rows_take_seconds_not_minutes(load):
    count = 150_000
    start = pd.date_range("2022-01-01", periods=count, freq="15min", tz="UTC")
    twice = start.append(start)
    frame = pd.DataFrame(
        {"start": twice, "queue": ["fr"] * count + ["in"] * count, "contacts": 3, "aht_s": 200.0}
    )
    assert len(load(frame).frame) == 2 * count
