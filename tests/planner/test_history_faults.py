"""Whatever is wrong in a history table is told with its row, all of it at once."""

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from planner.check import describe
from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.kept import kept_document
from planner.scenario.model import load_scenario, scenario_of
from planner.sources.table import load_history

SCENARIO = """
horizon: {first_day: 2027-02-01, days: 7}
interval_minutes: 15
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}}
queues: [{name: fr-phone}]
"""
GOOD = "2026-06-01T10:00,fr-phone,5\n"


@pytest.fixture
def faults_of(tmp_path):
    def faults_of(content):
        path = tmp_path / "contacts.csv"
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "scenario.yaml").write_text(SCENARIO)
        with pytest.raises(InputError) as caught:
            load_history(load_scenario(tmp_path / "scenario.yaml"))
        return [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults]

    return faults_of


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2026-06-01T10:15,fr-phone,abc", "contacts must be a number >= 0, got 'abc'"),
        ("2026-06-01T10:15,fr-phone,-3", "contacts must be a number >= 0, got '-3'"),
        ("2026-06-01T10:15,fr-phone,", "contacts must be a number >= 0, got nothing"),
        ("2026-06-01T10:15,fr-phone,nan", "contacts must be a number >= 0, got 'nan'"),
        ("2026-06-01T10:15,fr-phone,inf", "contacts must be a number >= 0, got 'inf'"),
        ("2026-06-01T10:15,fr-fone,3",
         "queue must be one of fr-phone (nearest: 'fr-phone'), got 'fr-fone'"),
        ("2026-06-01T10:15,,3", "queue must be one of fr-phone, got nothing"),
        ("2026-06-01T10:00,fr-phone,3",
         "start must be unique for its queue, got 2026-06-01 10:00:00 again (first in row 2)"),
        ("2026-06-01T10:00+02:00,fr-phone,3",
         "start must be unique for its queue, got 2026-06-01 10:00:00 again (first in row 2)"),
        ("yesterday,fr-phone,3", "start must be ISO 8601 such as 2027-02-01T08:00 or "
         "2027-02-01T08:00+01:00, got 'yesterday'"),
        ("01/06/2026 10:15,fr-phone,3", "start must be ISO 8601 such as 2027-02-01T08:00 or "
         "2027-02-01T08:00+01:00, got '01/06/2026 10:15'"),
        (",fr-phone,3", "start must be ISO 8601 such as 2027-02-01T08:00 or "
         "2027-02-01T08:00+01:00, got nothing"),
        ("2026-03-29T02:30,fr-phone,3", "start must be a time that exists in Europe/Paris: the "
         "clocks skip it, got '2026-03-29T02:30'"),
        ("2026-06-01T10:15,fr-phone", "must have 3 cells like the column names, got 2"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_number(faults_of, row, fault):
    assert faults_of(f"start,queue,contacts\n{GOOD}{row}\n") == [f"contacts.csv:3: {fault}"]


@pytest.mark.parametrize("year", ["0001", "1026", "1969", "2200", "9999"])
@pytest.mark.parametrize("beside", ["", "2026-06-01T10:30+02:00,fr-phone,1\n"])
def test_a_mistyped_year_is_told(faults_of, year, beside):
    text = f"start,queue,contacts\n{GOOD}{year}-06-01T10:15,fr-phone,1\n{beside}"
    assert faults_of(text) == [
        f"contacts.csv:3: start must be a time from 1970 to 2199, got '{year}-06-01T10:15'"
    ]


def test_a_mistyped_year_in_parquet_is_told(faults_of):
    frame = pd.DataFrame({"queue": ["fr-phone"] * 2, "contacts": [1, 1]})
    for unit, times in (("s", [0, 10**12]), ("s", [0, -(10**11)]), ("us", [0, 10**17])):
        frame["start"] = np.array(times, dtype=f"M8[{unit}]")
        found = faults_of(frame)
        assert [fault.split(", got")[0] for fault in found] == [
            "contacts.csv:2: start must be a time from 1970 to 2199"
        ]


def test_numbers_beyond_any_centre_are_told(faults_of):
    text = "start,queue,contacts,aht_s\n2026-06-01T10:00,fr-phone,1e15,1000001\n"
    assert faults_of(text) == [
        "contacts.csv:2: contacts must be 1000000000 at most, got '1e15'",
        "contacts.csv:2: aht_s must be 1000000 at most, got '1000001'",
    ]


def test_rows_of_an_unknown_queue_are_checked_too(faults_of):
    text = f"start,queue,contacts\n{GOOD}soon,x,1\n2026-06-01T10:15,x,1\n2026-06-01T10:15,x,1\n"
    assert [fault[:25] for fault in faults_of(text + "2026-06-01T10:15,y,1\n")] == [
        "contacts.csv:3: queue mus", "contacts.csv:3: start mus", "contacts.csv:5: start mus",
        "contacts.csv:6: queue mus",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("queue,contacts\nfr-phone,-1\nx,2\n", ["1: start", "2: contacts", "3: queue"]),
        ("start,contacts\nsoon,-1\n", ["1: queue", "2: start", "2: contacts"]),
        ("start,queue\nsoon,fr-phone\n", ["1: contacts", "2: start"]),
        ("start,queue,contacts,contacts\nsoon,fr-phone,1,1\n", ["1: contacts", "2: start"]),
    ],
)
def test_a_missing_column_hides_no_faults_of_the_others(faults_of, text, rows):
    assert [fault.split(" must")[0] for fault in faults_of(text)] == [
        f"contacts.csv:{row}" for row in rows
    ]


def test_lines_may_end_as_on_old_machines(faults_of):
    text = f"start,queue,contacts\n{GOOD}2026-06-01T10:15,fr-phone,x\n"
    assert faults_of(text.replace("\n", "\r")) == [
        "contacts.csv:3: contacts must be a number >= 0, got 'x'"
    ]


def test_an_endless_cell_or_header_is_a_fault(faults_of):
    cell = "9" * 140_000
    (found,) = faults_of(f"start,queue,contacts\n2026-06-01T10:15,fr-phone,{cell}\n")
    assert found.startswith("contacts.csv:2: contacts must be a number >= 0, got '999")
    assert len(found) < 200
    (found,) = faults_of(f"start,queue,contacts,{cell}\n{GOOD}")
    assert found.startswith("contacts.csv:1: must begin with the column names, got a line of over")


@pytest.mark.parametrize("queue", [[["a"]], [{"a": 1}], [b"\xff"]])
def test_a_queue_that_is_no_text_is_one_fault(faults_of, queue):
    frame = pd.DataFrame({"start": ["2026-06-01T10:00"], "queue": queue, "contacts": [1]})
    (found,) = faults_of(frame)
    assert found.startswith("contacts.csv: queue must be a column of text, got ")


def test_numbers_are_counted_past_blank_lines_and_quoted_ones(faults_of):
    text = f'start,queue,contacts,note\n{GOOD[:-1]},"two\nlines"\n\n2026-06-01T10:15,fr-phone,x,\n'
    assert faults_of(text) == ["contacts.csv:5: contacts must be a number >= 0, got 'x'"]


def test_other_columns_are_checked_too(faults_of):
    text = "start,queue,contacts,aht_s,answered\n2026-06-01T10:00,fr-phone,5,five,-1\n"
    assert faults_of(text) == [
        "contacts.csv:2: aht_s must be a number >= 0, got 'five'",
        "contacts.csv:2: answered must be a number >= 0, got '-1'",
    ]


def test_a_row_between_the_intervals_is_a_fault(faults_of):
    times = pd.date_range("2026-06-01", periods=200, freq="15min").strftime("%Y-%m-%dT%H:%M")
    text = "start,queue,contacts\n" + "".join(f"{time},fr-phone,1\n" for time in times)
    text += "2026-06-09T10:07,fr-phone,1\n"
    assert faults_of(text) == [
        "contacts.csv:202: start must be on the grid of 15 minutes that the queue's other rows "
        "keep, got 2026-06-09 10:07:00"
    ]


def test_steps_that_do_not_make_up_the_interval_are_a_fault(faults_of):
    times = pd.date_range("2026-06-01", periods=200, freq="6min").strftime("%Y-%m-%dT%H:%M")
    text = "start,queue,contacts\n" + "".join(f"{time},fr-phone,1\n" for time in times)
    assert faults_of(text) == [
        "contacts.csv: start must come in steps of interval_minutes (15), a part or a multiple, "
        "got steps of 6 minutes for 'fr-phone' (interval_minutes of 30, 60, 1440 would do)"
    ]


def test_a_missing_column_names_the_nearest(faults_of):
    assert faults_of("start,que,contact\n1,2,3\n") == [
        "contacts.csv:1: queue must be a column, got the columns start, que, contact "
        "(nearest: 'que')",
        "contacts.csv:1: contacts must be a column, got the columns start, que, contact "
        "(nearest: 'contact')",
        "contacts.csv:2: start must be ISO 8601 such as 2027-02-01T08:00 or "
        "2027-02-01T08:00+01:00, got '1'",
    ]


def test_each_kind_is_told_twenty_times_and_then_counted(faults_of):
    times = pd.date_range("2026-06-01", periods=300, freq="15min").strftime("%Y-%m-%dT%H:%M")
    text = "start,queue,contacts\n" + "".join(f"{time},fr-phone,-1\n" for time in times)
    found = faults_of(text)
    assert len(found) == 21
    assert found[-1] == (
        "contacts.csv:22: contacts must be a number >= 0, got '-1', and 279 more rows like it"
    )


def test_rows_of_an_unknown_queue_are_told_once(faults_of):
    times = pd.date_range("2026-06-01", periods=50, freq="15min").strftime("%Y-%m-%dT%H:%M")
    text = "start,queue,contacts\n" + GOOD + "".join(f"{time},x,1\n" for time in times)
    assert faults_of(text) == ["contacts.csv:3: queue must be one of fr-phone, got 'x' in 50 rows"]


def test_faults_of_all_kinds_are_told_at_once(faults_of):
    text = (
        f"start,queue,contacts\n{GOOD}soon,fr-phone,1\n2026-06-01T10:15,x,1\n"
        f"2026-06-01T10:15,fr-phone,-1\n{GOOD}2026-06-01T10:30,fr-phone\n"
    )
    assert [fault.split(" ")[0] for fault in faults_of(text)] == [
        f"contacts.csv:{row}:" for row in (3, 4, 5, 6, 7)
    ]


def test_a_queue_without_rows_is_a_fault_where_the_table_has_a_queue_of_another_name(faults_of):
    text = f"start,queue,contacts\n{GOOD}".replace("fr-phone", "fr-fone")
    assert faults_of(text) == [
        "contacts.csv:2: queue must be one of fr-phone (nearest: 'fr-phone'), got 'fr-fone'",
        "scenario.yaml:6: queues.0.name must have rows in contacts.csv or be escalated to, "
        "got none",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "contacts.csv:1: must begin with the column names, got an empty line or file"),
        ("start,queue,contacts\n", "contacts.csv: must have rows below the column names"),
        (b"start,queue,contacts\n2026-06-01T10:00,caf\xe9,1\n",
         "contacts.csv:2: must be UTF-8 text, got byte 0xe9"),
        (b"\xff\xfes\x00t\x00", "contacts.csv:1: must be UTF-8 text, got other bytes"),
        (b"PAR1 and then nothing", "contacts.csv: must be a Parquet file, got: "),
        ("start,queue,contacts,contacts\n" + GOOD[:-1] + ",1\n",
         "contacts.csv:1: contacts must be one column, got it twice"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_a_fault(faults_of, content, fault):
    assert faults_of(content)[0].startswith(fault)


def checked(folder, text, rows="2026-06-01T10:00,fr-phone,5\n"):
    (folder / "contacts.csv").write_text("start,queue,contacts\n" + rows)
    (folder / "scenario.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        describe(folder / "scenario.yaml", [])
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


POOL = "pools: [{name: p, queues: [fr-phone], agents: 2, cost_per_hour: 9}]\n"


def test_the_history_is_looked_at_where_the_scenario_has_faults(tmp_path):
    text = SCENARIO.replace("[{name: fr-phone}]", "[{name: fr-phone, aht_s: -1}]")
    found = checked(tmp_path, text + POOL.replace("2", "-2"), "2026-06-01T10:00,fr-phone,-5\n")
    assert [fault.split(" must")[0] for fault in found] == [
        "contacts.csv:2: contacts", "scenario.yaml:6: queues.0.aht_s",
        "scenario.yaml:7: pools.0.agents",
    ]  # fmt: skip


def test_check_tells_what_keeps_a_plan_from_being_made(tmp_path):
    known = SCENARIO.replace("[{name: fr-phone}]", "[{name: fr-phone, aht_s: 300}]") + POOL
    assert checked(tmp_path, known.replace(", aht_s: 300", "")) == [
        "scenario.yaml:6: queues.0.aht_s must be given, as the history has none for 'fr-phone', "
        "got nothing"
    ]
    assert checked(tmp_path, known.replace("minutes: 15", "minutes: 1440")) == [
        "scenario.yaml:3: interval_minutes must be at most 60 to staff, got 1440"
    ]
    breaks = "shifts: {paid_hours: [4], breaks: [{minutes: 300, paid: true, after_hours: [1, 2]}]}"
    (found,) = checked(tmp_path, known.replace("agents: 2", f"agents: 2, {breaks}"))
    assert "pools.0.shifts must allow a shift" in found


def test_a_scenario_without_pools_is_told_so(tmp_path):
    (tmp_path / "contacts.csv").write_text("start,queue,contacts\n" + GOOD)
    text = SCENARIO.replace("[{name: fr-phone}]", "[{name: fr-phone, aht_s: 300}]")
    (tmp_path / "scenario.yaml").write_text(text)
    notes = describe(tmp_path / "scenario.yaml", []).notes
    assert "names no pools: it can be forecast, not staffed" in notes


def test_holidays_that_are_not_known_are_told_with_the_scenario(tmp_path):
    (tmp_path / "contacts.csv").write_text("start,queue,contacts\n" + GOOD)
    text = SCENARIO.replace("[{name: fr-phone}]", "[{name: fr-phone, aht_s: 300}]")
    (market,) = [line for line in text.splitlines() if "Europe/Paris" in line]
    asked = market.replace("Europe/Paris", "Europe/Paris, country: FR, school_holidays: true")
    (tmp_path / "scenario.yaml").write_text(text.replace(market, asked))
    notes = describe(tmp_path / "scenario.yaml", []).notes
    assert any("but not known for FR: every day counts as a school day" in note for note in notes)


@pytest.mark.parametrize("url", ["postgresql://h:abc/x", "sqlite:///blobs.db"])
def test_a_database_that_cannot_be_read_is_a_fault(tmp_path, url):
    with closing(sqlite3.connect(tmp_path / "blobs.db")) as database:
        database.execute("create table t (start, queue, contacts)")
        database.execute("insert into t values ('2026-06-01T10:00', x'ff00', 1)")
        database.commit()
    text = SCENARIO.replace("{file: contacts.csv}", f"{{sql: '{url}', query: select * from t}}")
    (found,) = checked(tmp_path, text)
    assert "must be an address" in found or "must be a column of text" in found


def test_rows_of_parquet_are_counted_from_one(faults_of):
    start = pd.to_datetime(["2026-06-01T10:00", "NaT", "2026-06-01T10:15"])
    frame = pd.DataFrame({"start": start, "queue": ["fr-phone"] * 3, "contacts": [1.0, 1.0, None]})
    assert faults_of(frame) == [
        "contacts.csv:2: start must be ISO 8601 such as 2027-02-01T08:00 or "
        "2027-02-01T08:00+01:00, got nothing",
        "contacts.csv:3: contacts must be a number >= 0, got nothing",
    ]


def test_columns_of_a_wrong_kind_are_faults(faults_of):
    frame = pd.DataFrame({"start": [1], "queue": [7], "contacts": [True]})
    found = "\n".join(faults_of(frame))
    assert "queue must be one of fr-phone, got '7'" in found
    assert "contacts must be a number >= 0, got True" in found


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://planner@127.0.0.1:9/calls?password=hunter2",
        "postgresql://planner@127.0.0.1:9/calls?passwrd=hunter2",
        "postgresql://planner:hunter2@127.0.0.1:9",
        "postgresql://planner:x?hunter2@127.0.0.1:9/calls",
        "postgresql://planner:hunter2@more@127.0.0.1:9/calls",
        "postgresql://planner:more@hunter2@127.0.0.1:9/calls",
        "postgresql://planner@127.0.0.1:hunter2/calls",
    ],
)
def test_no_part_of_an_address_that_may_be_a_password_is_shown_or_kept(url, tmp_path):
    text = f"""
horizon: {{first_day: 2027-02-01, days: 7}}
history: {{sql: "{url}", query: "select 1"}}
queues: [{{name: phone, aht_s: 300}}]
"""
    scenario = scenario_of(parse_yaml(text, "scenario.yaml"))
    assert "hunter2" not in str(kept_document(scenario)["history"])
    with pytest.raises(InputError) as caught:
        load_history(scenario)
    assert "hunter2" not in str(caught.value)


def test_a_query_changes_nothing_in_the_database(tmp_path):
    with closing(sqlite3.connect(tmp_path / "calls.db")) as database:
        database.execute("create table calls (start, queue, contacts)")
        database.commit()
        source = "{sql: 'sqlite:///calls.db', query: drop table calls}"
        (found,) = checked(tmp_path, SCENARIO.replace("{file: contacts.csv}", source))
        assert "must answer the query" in found
        assert database.execute("select count(*) from calls").fetchall() == [(0,)]
