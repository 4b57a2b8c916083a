"""A table's own names of columns, its words for queues and its units, in ours."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from planner.errors import InputError
from planner.question import question_of
from planner.scenario.kept import kept_document, scenario_kept
from planner.scenario.model import json_schema, load_scenario
from planner.sources.table import load_history, read_like
from tests.planner.zendesk_stand_in import ticket

QUEUES = """
horizon: {first_day: 2027-01-01, days: 1}
markets: {FR: {timezone: Europe/Paris}}
queues:
  - {name: fr-phone, channel: phone, target: {service_level: 0.8, answer_within_s: 20}}
  - {name: fr-email-florists, channel: email, target: {reply_within_hours: 7, share: 0.9}}
"""
CALLS = (
    "Interval Start,Team,Offered,AHT (min),Agent name\n"
    "2026-06-01T10:00,FR Care / voice,3,5,Zoe\n"
    "2026-06-01T10:15,FR Care / voice,4,2.5,Zoe\n"
    "2026-06-01T10:15,FR Florists,1,,Zoe\n"
    "2026-06-01T10:15,Internal line,9,1,Zoe\n"
)
COLUMNS = '{start: Interval Start, queue: Team, contacts: Offered, aht_minutes: "AHT (min)"}'
WORDS = 'queues: {"fr care*": fr-phone, FR Florists: fr-email-florists}, ignore: [Internal*]'


@pytest.fixture
def load(tmp_path):
    def call(history, content=CALLS, file="calls.csv"):
        (tmp_path / "scenario.yaml").write_text(f"history: {{file: {file}, {history}}}{QUEUES}")
        if content is not None:
            (tmp_path / "calls.csv").write_text(content)
        return load_history(load_scenario(tmp_path / "scenario.yaml"))

    return call


def counts(table):
    return table.frame.groupby("queue", observed=True)["contacts"].sum().to_dict()


def test_columns_and_queues_go_by_the_tables_own_words(load):
    table = load(f"columns: {COLUMNS}, {WORDS}")
    assert counts(table) == {"fr-phone": 7, "fr-email-florists": 1}
    assert table.rows_of("fr-phone")["aht_s"].tolist() == [300, 150]
    assert table.data.dropped == ("Agent name",)
    assert table.data.left_out == {"of queues that are ignored": 1}
    assert (table.data.rows, table.data.kept) == (4, 3)


def test_parquet_is_mapped_alike(load, tmp_path):
    table = pa.table({
        "Interval Start": pa.array(["2026-06-01T10:00", "2026-06-01T10:15"]),
        "Team": ["FR Care / chat", "FR Florists"],
        "Offered": [3, 1],
        "AHT (min)": [5.0, None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "calls.parquet")
    found = load(f"columns: {COLUMNS}, {WORDS}", None, "calls.parquet")
    assert counts(found) == {"fr-phone": 3, "fr-email-florists": 1}


def test_a_query_is_mapped_alike(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "calls.db") as base:
        base.execute("create table calls (at text, team text, n integer)")
        base.execute("insert into calls values ('2026-06-01T10:00', 'FR Care', 3)")
    base.close()
    history = (
        'history: {sql: "sqlite:///calls.db", query: "select at, team, n from calls", '
        "columns: {start: at, queue: team, contacts: n}, queues: {FR Care: fr-phone}}"
    )
    (tmp_path / "scenario.yaml").write_text(history + QUEUES)
    table = load_history(load_scenario(tmp_path / "scenario.yaml"))
    assert counts(table) == {"fr-phone": 3}
    assert table.data is not None
    assert table.data.kept == 1


def test_single_contacts_of_market_channel_and_kind_of_caller(load):
    content = (
        "At,Site,Via,Kind,start\n"
        "2026-06-01T10:00:07,Paris,Anruf,,x\n"
        "2026-06-01T10:03:00,Paris,Post,Shop,x\n"
        "2026-06-01T10:04:00,Paris,Post,Shop,x\n"
    )
    table = load(
        "columns: {start: At, market: Site, channel: Via, segment: Kind}, "
        "markets: {Paris: FR}, channels: {Anruf: phone, Post: email}, segments: {Shop: florists}, "
        "queues: {fr-phone-*: fr-phone}",
        content,
    )
    assert counts(table) == {"fr-phone": 1, "fr-email-florists": 2}


def test_times_without_offset_are_of_the_zone_that_is_named(load):
    content = (
        "start,queue,contacts\n2026-06-01T10:00,fr-phone,3\n2026-06-01T12:15+02:00,fr-phone,1\n"
    )
    local, utc = load("absent_days: zero", content), load("timezone: UTC", content)
    assert [str(t)[11:16] for t in local.frame["start"]] == ["08:00", "10:15"]
    assert [str(t)[11:16] for t in utc.frame["start"]] == ["10:00", "10:15"]


def test_an_hour_that_comes_twice_or_never_in_that_zone(load):
    content = "start,queue,contacts\n" + "2026-10-25T01:30,fr-phone,1\n" * 2
    table = load("timezone: Europe/London", content)
    assert [str(t)[11:16] for t in table.frame["start"]] == ["00:30", "01:30"]
    with pytest.raises(InputError, match="exists in Europe/London"):
        load("timezone: Europe/London", "start,queue,contacts\n2026-03-29T01:30,fr-phone,1\n")


def test_words_of_queues_that_lead_nowhere_are_told_all_at_once(load):
    with pytest.raises(InputError) as error:
        load(f"columns: {COLUMNS}")
    told = str(error.value)
    assert "calls.csv:2: queue must be one of fr-phone, fr-email-florists, got 'FR Care / v" in told
    assert "'FR Florists'" in told
    assert "'Internal line'" in told
    assert "history.queues" in told


@pytest.mark.parametrize(("columns", "told"), [
    ("{start: Interval start, queue: Team, contacts: Offered}",
     "csv:1: columns.start must be one of the table's columns .*nearest: 'Interval Start'"),
    ("{start: Interval Start, queue: Team, contacts: Answered}", "got 'Answered'"),
    ("{start: Team, queue: Team, contacts: Offered}", "a column of its own"),
    ("{begin: Interval Start}", r"scenario.yaml:1: history.columns.begin must be one of start"),
    ("{aht_s: a, aht_minutes: b}", "must not stand beside aht_s"),
    ("{queue: Team, market: Team}", "must not stand beside market"),
    ("{start: 5}", "must be text"),
])  # fmt: skip
def test_a_column_that_is_not_there_is_a_fault(load, columns, told):
    with pytest.raises(InputError, match=told):
        load(f"columns: {columns}")


def test_minutes_that_are_no_numbers_are_told_with_their_line(load):
    with pytest.raises(InputError, match=r"csv:3: aht_minutes must be a number >= 0, got 'x'"):
        load(f"columns: {COLUMNS}, {WORDS}", CALLS.replace("2.5", "x"))


def test_words_that_fit_no_row_are_told(load):
    table = load(f"columns: {COLUMNS}, {WORDS.replace('{', '{XX: fr-phone, ')}")
    assert table.data.notes == ("no row has the queue 'XX' that is to be put in our words",)


def test_some_broken_lines_are_left_out_where_it_is_allowed(load):
    content = CALLS + "2026-06-01T11:00,FR Florists\n"
    with pytest.raises(InputError, match=r"calls\.csv:6: must have 5 cells"):
        load(f"columns: {COLUMNS}, {WORDS}", content)
    table = load(f"columns: {COLUMNS}, {WORDS}, broken_rows: 0.2", content)
    assert counts(table) == {"fr-phone": 7, "fr-email-florists": 1}
    assert table.data.refused_rows == 1
    assert "calls.csv:6: must have 5 cells" in table.data.refused[0]


def test_handling_times_of_the_same_column_as_seconds_and_minutes(load):
    seconds = load(f"columns: {COLUMNS.replace('minutes', 's')}, {WORDS}")
    minutes = load(f"columns: {COLUMNS}, {WORDS}")
    np.testing.assert_allclose(seconds.frame["aht_s"] * 60, minutes.frame["aht_s"])


def test_what_a_row_is_may_be_said(load):
    content = "start,queue\n2026-06-01T10:00,fr-phone\n2026-06-01T10:15,fr-phone\n"
    with pytest.raises(InputError, match="a row is not one contact"):
        load("absent_days: unknown", content)
    assert counts(load("rows: contacts", content)) == {"fr-phone": 2}
    with pytest.raises(InputError, match="contacts must be a column"):
        load("rows: intervals", content.replace("10:15", "10:16"))


def test_the_schema_tells_the_keys():
    keys = json_schema()["$defs"]["HistorySource"]["properties"]
    for name in ("columns", "queues", "markets", "channels", "segments", "ignore", "timezone"):
        assert keys[name]["description"]


def test_a_mapped_table_kept_with_a_plan_gives_the_same_history(load, tmp_path):
    table = load(f"columns: {COLUMNS}, {WORDS}, timezone: UTC")
    with question_of(load_scenario(tmp_path / "scenario.yaml")).opened() as (_, again):
        assert again.frame.equals(table.frame)


def kept_of(path):
    """Return the scenario as a plan keeps it."""
    scenario = load_scenario(path)
    return scenario_kept(kept_document(scenario), "scenario.yaml", ())


@pytest.mark.parametrize("history", ["calls.csv", "a kept one"])
def test_a_kept_scenario_reads_other_tables_as_its_own_history(load, tmp_path, history):
    load(f"columns: {COLUMNS}, {WORDS}")
    kept = kept_of(tmp_path / "scenario.yaml")
    if history != "calls.csv":
        with question_of(load_scenario(tmp_path / "scenario.yaml")).opened() as (again, _):
            kept = scenario_kept(kept_document(again), "scenario.yaml", ())
    (tmp_path / "today.csv").write_text(CALLS.replace("2026-06-01", "2027-01-01"))
    _, table = read_like(tmp_path / "today.csv", kept)
    assert counts(table) == {"fr-phone": 7, "fr-email-florists": 1}


def test_a_table_with_our_own_names_is_read_too(load, tmp_path):
    load(f"columns: {COLUMNS}, {WORDS}")
    (tmp_path / "today.csv").write_text("start,queue,contacts\n2027-01-01T10:00,fr-phone,5\n")
    _, table = read_like(tmp_path / "today.csv", kept_of(tmp_path / "scenario.yaml"))
    assert counts(table) == {"fr-phone": 5}


def test_the_faults_of_a_mapped_table_are_those_of_its_own_names(load, tmp_path):
    load(f"columns: {COLUMNS}, {WORDS}")
    (tmp_path / "today.csv").write_text("Interval Start,Team\n2027-01-01T10:00,FR Care\n")
    with pytest.raises(InputError, match="Offered"):
        read_like(tmp_path / "today.csv", kept_of(tmp_path / "scenario.yaml"))


def test_tickets_of_a_day_are_read_as_the_history_of_tickets_is(tmp_path):
    (tmp_path / "old.ndjson").write_text(json.dumps(ticket(1, created_at="2026-06-01T10:00:00Z")))
    (tmp_path / "scenario.yaml").write_text(
        "history: {zendesk: old.ndjson, channels: {}, queues: {'*': fr-phone}}" + QUEUES
    )
    kept = kept_of(tmp_path / "scenario.yaml")
    tickets = [ticket(n, created_at=f"2027-01-01T10:0{n}:00Z") for n in range(3)]
    (tmp_path / "day.ndjson").write_text("\n".join(map(json.dumps, tickets)))
    rows, table = read_like(tmp_path / "day.ndjson", kept)
    assert counts(table) == {"fr-phone": 3}
    assert "requester" not in rows.columns
