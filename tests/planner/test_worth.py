"""What binds and what one more is worth, in rows and in words; and what it takes to fill a lack."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from planner.export.axes import queue_axes
from planner.export.digest import digest
from planner.export.explain import explain
from planner.export.findings import headlines
from planner.export.remedy_words import remedy_sentences
from planner.export.report import report_html
from planner.export.tables import csv_bytes
from planner.export.wording import THIN
from planner.export.words import plan_words
from planner.export.worth_rows import worth_rows, worth_table
from planner.export.worth_words import worth_sentences, worth_tables
from planner.export.write import write_plan
from staffing.worth import Limit, Worth

MONDAY = dt.date(2027, 2, 8)


@pytest.fixture
def priced(small_plan):
    """Return the small plan with what it is worth, each number chosen to be told apart."""
    queues, pools, intervals = (5, 3, len(small_plan.times))
    need = np.zeros((queues, intervals), dtype=np.float32)
    capacity = np.zeros((pools, intervals), dtype=np.float32)
    point = np.zeros_like(need)
    need[0], point[0] = 2.0, 0.25
    here = small_plan.times.tz_convert("Europe/Paris")
    capacity[1, (here.day == 14) & (here.hour >= 9) & (here.hour < 13)] = 50.0
    worth = Worth(
        300.0,
        need,
        capacity,
        2 * need,
        capacity,
        (
            Limit("agent", "paris", "", MONDAY, 7, 88.0, 90.0, 1234.0),
            Limit("hours", "paris", "", MONDAY, 7, 3150.0, 3150.0, 20.0),
            Limit("share", "@partner", "fr-phone", MONDAY, 7, 0.25, 0.25, 12.0),
        ),
        point,
    )
    return replace(small_plan, allocation=replace(small_plan.allocation, worth=worth))


def rows_of(plan):
    return worth_rows(plan, queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s))


def test_rows_tell_limits_shifts_and_points(priced):
    rows = rows_of(priced)
    kinds = [row.kind for row in rows]
    assert kinds[:3] == ["agent", "hours", "share"]
    (shift,) = [row for row in rows if row.kind == "shift"]
    assert (shift.pool, shift.first) == ("@partner", dt.date(2027, 2, 14))
    assert shift.worth == pytest.approx(0.8 * 8 * 50.0)  # eight half hours, shrinkage 0.2
    points = [row for row in rows if row.kind == "service"]
    assert {row.queue for row in points} == {"fr-phone"}
    assert {row.heads for row in points} == {"fractions", "whole"}
    per_day = {row.heads: row.worth for row in points if row.first == MONDAY}
    assert per_day["whole"] == pytest.approx(48 * 2.0 * 0.25)
    assert per_day["fractions"] == pytest.approx(2 * per_day["whole"])


def test_the_table_has_its_columns_and_no_formula(priced):
    table = worth_table(rows_of(priced))
    assert list(table.columns) == [
        "pool", "queue", "date", "days", "limit", "heads", "used", "allowed", "worth", "unit",
    ]  # fmt: skip
    assert table["worth"].max() == 1234.0
    assert "@partner" in set(table["pool"])
    assert b"\r\n@" not in csv_bytes(table)
    assert table["date"].is_monotonic_increasing


def test_sentences_say_what_binds_and_what_it_is_worth(priced):
    said = " ".join(worth_sentences(priced, rows_of(priced))).replace(THIN, " ")
    assert "paris's ordinary hours (1)" in said
    assert "worth most in paris, in the 7 days from Mon 8 Feb: at most EUR 1 234 saved" in said
    assert "worth most in @partner on Sun 14 Feb: 09:00-13:00 saves at most EUR 320" in said
    assert "and costs EUR 104" in said  # four hours at 26
    assert "One point more of service costs most on fr-phone: EUR 672 over the horizon" in said


def test_the_price_of_a_lack_is_named_where_it_drives(priced):
    short = replace(priced.allocation, understaffing=np.ones_like(priced.allocation.understaffing))
    said = " ".join(worth_sentences(replace(priced, allocation=short), rows_of(priced)))
    assert f"Positions are missing at EUR{THIN}300 an hour" in said
    none = replace(priced.allocation, understaffing=np.zeros_like(short.understaffing))
    said = " ".join(worth_sentences(replace(priced, allocation=none), rows_of(priced)))
    assert "missing" not in said


def test_tables_show_the_dearest_first(priced):
    tables = worth_tables(priced, rows_of(priced))
    assert len(tables) == 3
    assert tables[0].rows[0][0] == "paris"
    assert [len(row) for row in tables[0].rows] == [len(tables[0].header)] * 3


def test_a_plan_that_does_not_tell_says_nothing(small_plan, tmp_path):
    """An older plan has no duals; nothing of it is missing."""
    assert rows_of(small_plan) == ()
    assert worth_sentences(small_plan, ()) == ()
    assert not worth_tables(small_plan, ())
    assert 'id="worth"' not in report_html(small_plan)
    names = {path.name for path in write_plan(small_plan, tmp_path / "plan")}
    assert "worth.csv" not in names


def test_it_is_told_on_the_page_in_the_terminal_and_in_a_file(priced, tmp_path):
    assert 'id="worth"' in report_html(priced)
    words = plan_words(priced, tmp_path, 3)
    assert "saves at most EUR 320 and costs EUR 104" in words
    assert THIN not in words
    names = {path.name for path in write_plan(priced, tmp_path / "plan")}
    assert "worth.csv" in names


def test_an_interval_tells_what_one_position_more_costs(priced):
    told = explain(priced, "fr-phone", "2027-02-10T10:00").text().replace(THIN, " ")
    assert "one position more needed in it would cost EUR 2.00 with the shifts as planned" in told
    assert "EUR 4.00 where shifts in fractions could be placed" in told


def lacking(plan, queue, positions):
    """Return the plan with positions missing of a queue from nine to one on 10 February."""
    here = plan.times.tz_convert("Europe/Paris")
    missing = np.zeros_like(plan.allocation.understaffing)
    missing[queue, (here.day == 10) & (here.hour >= 9) & (here.hour < 13)] = positions
    return replace(plan, allocation=replace(plan.allocation, understaffing=missing))


def test_what_it_takes_names_the_cheapest_pool_and_its_price(priced):
    """Eight positions for four hours are ten heads of four hours, at 26 and shrinkage 0.2."""
    plan = lacking(priced, 0, 8.0)
    (said,) = remedy_sentences(plan, digest(plan))
    said = said.replace(THIN, " ")
    assert "10 more shifts of @partner (on Wed 10 Feb): EUR 1 040 for 32.0 of 32.0" in said
    assert "counted at EUR 300" in said
    assert any("more shifts of @partner" in line for line in headlines(plan, digest(plan)))


def test_what_it_takes_for_late_work_is_told_in_paid_hours(priced):
    """Of work that may wait, hours in time: 32 hours at speed 0.9 and shrinkage 0.2."""
    plan = lacking(priced, 2, 8.0)
    (said,) = remedy_sentences(plan, digest(plan))
    assert f"about {32 / 0.9 / 0.8:.0f} paid hours of @partner more" in said.replace(THIN, " ")


def test_a_trifle_takes_nothing(priced):
    plan = lacking(priced, 0, 0.1)
    assert remedy_sentences(plan, digest(plan)) == ()
