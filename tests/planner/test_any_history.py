"""Any history is planned from: single contacts, days for quarter hours, hardly any, none."""

import datetime as dt
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planner.check import describe
from planner.errors import InputError
from planner.inputs import histories
from planner.scenario.model import load_scenario
from planner.service import ask, make_forecast
from planner.sources.table import load_history

SCENARIO = """
horizon: {{first_day: {first_day}, days: {days}}}
interval_minutes: {minutes}
history: {{file: contacts.csv}}
markets: {{M: {{timezone: {zone}}}}}
queues: {queues}
"""
ONE = "[{name: a, open: 24h}]"
SHOP = '[{name: a, open: {mon-sat: "08:00-20:00"}}]'
few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def question(tmp_path):
    def question(
        text,
        queues=ONE,
        minutes=15,
        zone="Europe/Paris",
        first_day="2027-02-01",
        days=7,
    ):
        if isinstance(text, pd.DataFrame):
            text.to_parquet(tmp_path / "contacts.csv")
        else:
            (tmp_path / "contacts.csv").write_text(text)
        filled = SCENARIO.format(
            queues=queues, minutes=minutes, zone=zone, first_day=first_day, days=days
        )
        (tmp_path / "scenario.yaml").write_text(filled)
        scenario = load_scenario(tmp_path / "scenario.yaml")
        return scenario, load_history(scenario)

    return question


def faults(question, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        question(*args, **kwargs)
    return [str(fault).rpartition("/")[2] for fault in caught.value.faults]


def by_start(table, queue="a", column="contacts"):
    part = table.rows_of(queue)
    return {
        start.tz_convert("Europe/Paris").strftime("%m-%dT%H:%M"): value
        for start, value in zip(part["start"], part[column], strict=True)
    }


def daily(first, counts, queue="a", form="%Y-%m-%d"):
    days = pd.date_range(first, periods=len(counts)).strftime(form)
    return "".join(f"{day},{queue},{count}\n" for day, count in zip(days, counts, strict=True))


HEAD = "start,queue,contacts\n"

# ---------------------------------------------------------------- one row per contact


def test_contacts_are_counted_and_their_times_averaged(question):
    _, table = question(
        "start,queue,Handle time,wait_s,abandoned,answered,call_id\n"
        "2026-06-01T10:00:07,a,100,5,0,1,x\n2026-06-01T10:00:07,a,200,,0,true,y\n"
        "2026-06-01T10:14:59,a,,60,1,False,z\n2026-06-01T10:15:00,a,0,7,1,,w\n"
    )
    assert by_start(table) == {"06-01T10:00": 3, "06-01T10:15": 1}
    assert by_start(table, column="aht_s")["06-01T10:00"] == 150
    assert np.isnan(by_start(table, column="aht_s")["06-01T10:15"])
    assert by_start(table, column="wait_s") == {"06-01T10:00": 32.5, "06-01T10:15": 7}
    assert by_start(table, column="abandoned") == {"06-01T10:00": 1, "06-01T10:15": 1}
    assert by_start(table, column="answered")["06-01T10:00"] == 2
    assert "contacts.csv: 4 rows counted as 4 contacts, one row each" in table.notes


@few
@given(
    seconds=st.lists(st.integers(0, 3 * 86_400), min_size=1, max_size=40),
    queue=st.lists(st.sampled_from("ab"), min_size=40, max_size=40),
    minutes=st.sampled_from([5, 15, 60]),
)
def test_as_many_contacts_as_rows_each_in_its_interval(question, seconds, queue, minutes):
    start = pd.Timestamp("2026-03-27T23:00Z")  # over a change of clocks
    calls = [(start + pd.Timedelta(seconds=s), q) for s, q in zip(seconds, queue, strict=False)]
    calls.append((start + pd.Timedelta(seconds=1), "a"))
    text = "start,queue\n" + "".join(f"{time.isoformat()},{q}\n" for time, q in calls)
    _, table = question(text, "[{name: a}, {name: b}]", minutes)
    expected: dict[tuple[str, pd.Timestamp], int] = defaultdict(int)
    for time, q in calls:
        expected[q, time.floor(f"{minutes}min")] += 1
    frame = table.frame[table.frame["contacts"] > 0]
    found = {(row.queue, row.start): row.contacts for row in frame.itertuples()}
    assert found == expected


def test_a_day_without_contacts_of_a_queue_is_a_zero_once_it_has_begun(question):
    rows = "".join(f"2026-06-0{day}T10:00:{s},a\n" for day in (1, 2, 3, 5) for s in range(10, 40))
    text = "start,queue\n" + rows + "2026-06-02T11:00:01,b\n2026-06-05T11:00:01,b\n"
    past = histories(*question(text, "[{name: a}, {name: b}]"))
    daily_a, daily_b = (one.contacts.sum(axis=1) for one in past)
    assert np.nan_to_num(daily_a, nan=-1).tolist() == [30, 30, 30, -1, 30]  # nobody knows
    assert np.nan_to_num(daily_b, nan=-1).tolist() == [1, 0, -1, 1]
    quiet = "start,queue\n2026-06-01T10:00:01,a\n2026-06-04T10:00:01,a\n"
    assert histories(*question(quiet))[0].contacts.sum(axis=1).tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize("column", ["calls", "contact", "Offered", "n", "call volume"])
def test_a_count_of_another_name_is_told(question, column):
    text = f"start,queue,{column}\n2026-06-01T10:00:07,a,1\n2026-06-01T10:00:07,a,1\n"
    assert faults(question, text)[0] == (
        f"contacts.csv:1: contacts must be a column, got the columns start, queue, {column} "
        f"(nearest: '{column}')"
    )


@pytest.mark.parametrize("step", ["5min", "6min", "15min", "1D"])
def test_a_table_of_intervals_without_counts_is_a_fault(question, step):
    times = pd.date_range("2026-06-01", periods=50, freq=step).strftime("%Y-%m-%dT%H:%M")
    assert (
        "contacts.csv:1: contacts must be a column, got the columns start, queue, with rows in "
        "regular steps and none twice, so that a row is not one contact"
    ) in faults(question, "start,queue\n" + "".join(f"{time},a\n" for time in times))


def test_what_is_wrong_with_a_contact_is_told_with_its_row(question):
    text = (
        "start,queue,aht_s,answered\n2026-06-01T10:00:07,a,-1,1\n2026-06-01T10:00:07,b,1,1\n"
        "soon,a,1,2\n2026-06-01T10:00:09,a,1e7,0\n"
    )
    assert [fault.partition(", got")[0] for fault in faults(question, text)] == [
        "contacts.csv:2: aht_s must be a number >= 0",
        "contacts.csv:3: queue must be one of a",
        "contacts.csv:4: start must be ISO 8601 such as 2027-02-01T08:00 or 2027-02-01T08:00+01:00",
        "contacts.csv:4: answered must be 0 or 1 where each row is one contact",
        "contacts.csv:5: aht_s must be 1000000 at most",
    ]


def test_contacts_of_a_parquet_file_with_true_and_false(question):
    start = pd.to_datetime(["2026-06-01T10:00:07", "2026-06-01T10:00:07"])
    frame = pd.DataFrame({"start": start, "queue": "a", "answered": [True, False]})
    assert by_start(question(frame)[1], column="answered") == {"06-01T10:00": 1}


# ---------------------------------------------------------------- coarser than the plan


@few
@given(
    counts=st.lists(st.integers(0, 10**9), min_size=1, max_size=20),
    zone=st.sampled_from(["Europe/Paris", "America/Chicago", "Australia/Lord_Howe", "UTC"]),
    first=st.sampled_from(["2026-03-05", "2026-03-27", "2026-10-01", "2026-10-20"]),
    minutes=st.sampled_from([5, 15, 30]),
    queues=st.sampled_from([ONE, SHOP, '[{name: a, open: "22:00-02:00"}]', "[{name: a}]"]),
)
@example(counts=[0, 8], zone="Europe/Paris", first="2026-03-05", minutes=5, queues=ONE)
@example(counts=[0, 9], zone="Europe/Paris", first="2026-03-05", minutes=5, queues=ONE)
def test_days_keep_their_totals_in_open_intervals(question, counts, zone, first, minutes, queues):
    counts = [max(counts[0], 1), *counts[1:]]  # zeros before the first contact may be left aside
    scenario, table = question(HEAD + daily(first, counts), queues, minutes, zone)
    part = table.rows_of("a")
    local = pd.DatetimeIndex(part["start"]).tz_convert(zone)
    totals = part["contacts"].groupby(local.strftime("%Y-%m-%d")).agg(["sum", "nunique"])
    began = next((day for day, count in enumerate(counts) if count), 0)
    since = counts[began:]
    if began * sum(since) <= 8 * len(since):  # so few contacts missed that zeros may be chance
        since = counts
    np.testing.assert_allclose(totals["sum"], since, rtol=1e-12)
    assert (totals["nunique"] == 1).all()  # the same in each interval
    slot = (local.hour * 60 + local.minute) // minutes
    is_open = scenario.queues[0].open.slots(scenario.interval_s)
    whole = np.asarray(~is_open.any(axis=1))[local.day_of_week]
    assert (is_open[local.day_of_week, slot] | whole).all()
    assert any("history is by day: contacts are spread evenly" in note for note in table.notes)


def test_a_day_has_as_many_intervals_as_its_clock(question):
    _, table = question(HEAD + daily("2026-03-28", [96, 92]) + daily("2026-10-25", [100]))
    part = table.rows_of("a")
    assert len(part) == 96 + 92 + 100
    np.testing.assert_allclose(part["contacts"], 1)


def test_a_day_may_begin_at_an_hour_that_the_clocks_skip(question):
    text = HEAD + daily("2018-11-03", [96, 92])  # Brazil skipped from 00:00 to 01:00
    assert len(question(text, zone="America/Sao_Paulo")[1].rows_of("a")) == 96 + 92
    by_day = question(text, minutes=1440, zone="America/Sao_Paulo")[1]
    assert by_day.rows_of("a")["contacts"].tolist() == [96, 92]


@pytest.mark.parametrize("minutes", [15, 1440])
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Chicago"])
def test_midnights_of_utc_mean_the_date_that_is_written(question, minutes, zone):
    text = HEAD + daily("2026-06-01", [5, 7, 0], form="%Y-%m-%dT00:00:00Z")
    (past,) = histories(*question(text, minutes=minutes, zone=zone))
    assert past.first_day == dt.date(2026, 6, 1)
    np.testing.assert_allclose(past.contacts.sum(axis=1), [5, 7, 0])


def test_handling_times_carry_over_and_other_queues_keep_their_steps(question):
    text = "start,queue,contacts,aht_s,answered\n"
    hours = pd.date_range("2026-06-01T08:00", periods=20, freq="h").strftime("%Y-%m-%dT%H:%M")
    text += "".join(f"{hour},a,8,240,4\n" for hour in hours)
    text += "2026-06-01,b,96,300,48\n2026-06-01T10:07,c,3,100,1\n2026-06-01T10:10,c,1,100,1\n"
    _, table = question(text, '[{name: a, open: "08:30-20:00"}, {name: b}, {name: c}]')
    a, b, c = (table.rows_of(name) for name in "abc")
    assert by_start(table)["06-01T08:30"] == 4  # half the hour is open
    assert by_start(table)["06-01T09:15"] == 2
    assert a["contacts"].sum() == 160
    assert a["answered"].sum() == 80
    assert set(a["aht_s"]) == {240}
    assert b["contacts"].sum() == pytest.approx(96)
    assert set(b["aht_s"]) == {300}
    assert c["contacts"].tolist() == [4]
    notes = "\n".join(table.notes)
    assert "rows of 60 minutes are spread evenly over their open intervals" in notes
    assert "history is by day" in notes


def test_a_few_rows_on_the_hour_are_intervals(question):
    text = HEAD + "2026-06-01T10:00,a,4\n2026-06-02T10:00,a,4\n2026-06-02T12:00,a,4\n"
    assert by_start(question(text)[1])["06-01T10:00"] == 4
    assert by_start(question(HEAD + "2026-06-01T10:30,a,4\n", minutes=60)[1]) == {"06-01T10:00": 4}


def test_regular_work_at_two_times_of_the_day_is_not_a_step(question):
    days = pd.date_range("2026-06-01", periods=30).strftime("%Y-%m-%d")
    text = HEAD + "".join(f"{day}T09:00,a,1\n{day}T10:30,a,1\n" for day in days)
    assert by_start(question(text)[1])["06-01T10:30"] == 1
    assert by_start(question(text, minutes=60)[1])["06-01T10:00"] == 1


def test_one_row_a_day_at_one_time_is_a_day(question):
    text = HEAD + daily("2026-06-01", [96] * 30, form="%Y-%m-%dT06:00")
    assert by_start(question(text)[1])["06-01T20:00"] == 1


def test_a_row_off_the_days_is_told(question):
    text = HEAD + daily("2026-01-01", [1] * 200) + "2026-09-01T10:00,a,1\n"
    assert faults(question, text) == [
        "contacts.csv:202: start must be on the grid of 1440 minutes that the queue's other rows "
        "keep, got 2026-09-01 10:00:00"
    ]


def test_a_grid_of_zeros_may_have_an_hour_that_the_clocks_skip(question):
    times = pd.date_range("2026-03-29", periods=20, freq="15min").strftime("%Y-%m-%dT%H:%M")
    text = HEAD + "".join(f"{time},a,0\n" for time in times)
    _, table = question(text)
    assert len(table.rows_of("a")) == 16
    assert "contacts.csv: 4 rows without contacts at times that the clocks skip" in table.notes
    assert faults(question, HEAD + "2026-03-29T02:30,a,0\n") == [
        "contacts.csv: must have rows below the column names, got none"
    ]


# ---------------------------------------------------------------- hardly any history, or none


def forecast_of(question, text, **kwargs):
    scenario, table = question(text, **kwargs)
    past, found = make_forecast(scenario, table)
    told = [found.contacts, found.paths.astype(float), *found.quantiles.values()]
    assert all(np.isfinite(values).all() and values.min() >= 0 for values in told)
    busiest = max(float(np.nanmax(np.nansum(one.contacts, axis=1))) for one in past)
    most = max(float(queue.day_total.max()) for queue in found.by_queue)
    assert most <= 3 * busiest + 1
    assert all(queue.method for queue in found.by_queue)
    return found


@few
@given(
    counts=st.lists(st.sampled_from([None, 0, 0, 1, 3, 50]), min_size=1, max_size=90),
    step=st.sampled_from([5, 15, 30, 60, 1440]),
    minutes=st.sampled_from([15, 60, 1440]),
    queues=st.sampled_from([ONE, SHOP, "[{name: a, open: closed}]"]),
    gap=st.sampled_from([0, 40, 400]),
)
def test_any_rows_give_a_forecast(question, counts, step, minutes, queues, gap):
    first = pd.Timestamp("2026-10-20T09:00" if step < 1440 else "2026-10-20")
    rows = [
        f"{(first + pd.Timedelta(minutes=step * i)).isoformat()},a,{count}\n"
        for i, count in enumerate(counts)
        if count is not None
    ] or [f"{first.isoformat()},a,1\n"]
    start = (first + pd.Timedelta(minutes=step * len(counts), days=gap + 1)).date()
    forecast_of(question, HEAD + "".join(rows), queues=queues, minutes=minutes, first_day=start)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (daily("2027-01-31", [5]), "overall mean"),
        ("2027-01-31T10:00,a,5\n", "overall mean"),
        (daily("2025-01-01", [0] * 700), None),
        (daily("2027-01-18", [50] * 14), "weekday means"),
        (daily("2019-01-01", [50, 60, 70, 80, 90, 5, 5] * 20), None),
        (daily("2025-01-27", [50, 60, 70, 80, 90, 40, 0] * 100), None),
    ],
)
def test_hardly_any_history_is_planned_from(question, text, method):
    found = forecast_of(question, HEAD + text)
    assert method in (None, found.by_queue[0].method)


def test_one_contact_a_day_for_two_years(question):
    text = HEAD + daily("2025-02-01", [1] * 730, form="%Y-%m-%dT10:00")
    assert forecast_of(question, text).contacts.sum() == pytest.approx(7, rel=0.2)
    calls = [f"2025-02-01T{10 + i % 9}:{i % 60:02d}:{i % 59:02d},a\n" for i in range(730)]
    days = pd.date_range("2025-02-01", periods=730).strftime("%Y-%m-%d")
    text = "".join(day + call[10:] for day, call in zip(days, calls, strict=True))
    found = forecast_of(question, "start,queue\n" + text)
    assert found.contacts.sum() == pytest.approx(7, rel=0.2)


def test_a_queue_that_began_last_month_beside_one_of_three_years(question):
    text = HEAD + daily("2024-02-01", [96] * 1096) + daily("2027-01-04", [960] * 28, "b")
    found = forecast_of(question, text, queues="[{name: a}, {name: b}]")
    np.testing.assert_allclose(found.contacts.sum(axis=1), [7 * 96, 7 * 960], rtol=0.1)


def test_zeros_from_before_a_queue_began_are_no_history(question):
    text = HEAD + daily("2024-02-01", [0] * 1000 + [1, 0, 2] * 32)
    scenario, table = question(text)
    assert "contacts.csv: a began on 2026-10-28: its zeros before are left aside" in table.notes
    assert histories(scenario, table)[0].first_day == dt.date(2026, 10, 28)
    assert forecast_of(question, text).contacts.sum() == pytest.approx(7, rel=0.3)
    chance = HEAD + daily("2026-06-01", [0] * 20 + [1, 0, 0, 0, 0] * 20)
    assert len(histories(*question(chance))[0].contacts) == 120


LATE = HEAD + daily("2026-06-01", [96] * 60) + "2027-02-03T10:00,late,5\n"


def test_a_queue_without_a_past_is_planned_from_zero_and_said_so(question, tmp_path):
    queues = "[{name: a, aht_s: 240}, {name: late, aht_s: 60}, {name: new, aht_s: 90}]"
    found = forecast_of(question, LATE, queues=queues)
    assert found.queues == ("a", "late", "new")
    assert found.contacts.sum(axis=1)[1:].tolist() == [0, 0]
    assert found.by_queue[2].method == "no history"
    note = "contacts.csv: NO HISTORY before 2027-02-01 for late, new: forecast as ZERO contacts"
    assert note in describe(tmp_path / "scenario.yaml", []).notes
    asked = ask(*question(LATE, queues))
    assert asked.requirement.positions[1:].sum() == 0
    assert np.isfinite(asked.requirement.positions).all()


def test_a_history_that_begins_after_the_horizon_is_no_past(question):
    found = forecast_of(question, HEAD + "2027-02-03T10:00,a,5\n")
    assert found.contacts.sum() == 0


def test_a_busy_year_is_no_typing_error(question):
    forecast_of(question, HEAD + daily("2026-06-01", [2_000_000] * 60))


def test_check_counts_days_by_the_queues_clock_and_wants_no_handling_time(question, tmp_path):
    question(HEAD + daily("2026-06-01", [96] * 30), zone="America/Chicago")
    found = describe(tmp_path / "scenario.yaml", [])
    assert (found.history_first_day, found.history_last_day) == ("2026-06-01", "2026-06-30")
    assert "no handling time is known, which positions would take: a" in found.notes
