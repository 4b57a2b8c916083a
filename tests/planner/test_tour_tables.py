"""What agents share, which rules are bent and what nobody takes, told from the files again."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from planner.export.tour_tables import (
    breaches_of,
    fairness_table,
    lines_of,
    rules_table,
    rules_words,
    tours_table,
    unplaced_rows,
    unplaced_table,
)
from planner.export.write import tables_of
from staffing.pools import Contract
from staffing.roster import Unplaced


@pytest.fixture
def rows(small_plan):
    files = tables_of(small_plan)
    return {
        name: list(csv.DictReader(io.StringIO(files[name].decode())))
        for name in ("roster.csv", "tours.csv", "rules.csv", "unplaced.csv")
    }


def test_a_tour_is_what_its_shifts_add_up_to(small_plan, rows):
    assert [row["agent"].removeprefix("'") for row in rows["tours.csv"]] == [
        name for pool in small_plan.pools for name in pool.names
    ]
    for row in rows["tours.csv"]:
        mine = [
            duty
            for duty in rows["roster.csv"]
            if (duty["agent"], duty["pool"]) == (row["agent"], row["pool"])
        ]
        assert int(row["shifts"]) == len(mine)
        assert float(row["paid_hours"]) == sum(float(duty["paid_hours"]) for duty in mine)
        early = [duty for duty in mine if duty["start"][11:16] < "08:00"]
        assert int(row["early_starts"]) == len(early)
        days = [pd.Timestamp(duty["date"]) for duty in mine]
        weekends = {day.isocalendar()[:2] for day in days if day.weekday() >= 5}
        assert int(row["weekends"]) == len(weekends)


def test_every_breach_is_a_row_and_none_is_no_table(small_plan, rows):
    assert len(rows["rules.csv"]) == len(breaches_of(small_plan)) > 0
    assert rules_words((), "EUR") is None
    assert list(rules_table(()).columns) == ["agent", "pool", "date", "rule", "sentence", "price"]


def test_a_bent_rule_is_told_with_its_sentence_and_its_price(small_plan):
    duty = small_plan.roster.duties[0]
    contract = Contract(max_hours_per_day=1.0, bend={"hours a day": 5.0})
    pools = [replace(p, contract=contract) if p.name == duty.pool else p for p in small_plan.pools]
    found = breaches_of(replace(small_plan, pools=tuple(pools)))
    bent = [breach for breach in found if breach.rule == "hours a day"]
    assert {breach.price for breach in bent} == {5.0}
    assert {breach.price for breach in found if breach.rule != "hours a day"} <= {None}
    row = rules_table(bent).iloc[0]
    assert row["sentence"] == f"{duty.shift.paid_hours:g} hours in a day, at most 1"
    told = rules_words(found, "EUR")
    assert told is not None
    assert len(told.rows) == min(len(found), 20)


def test_what_nobody_takes_is_told_with_what_hinders(small_plan):
    duty = small_plan.roster.duties[0]
    left = Unplaced(duty.pool, duty.day, duty.shift, 2, {"rest": 3, "at work that day": 4})
    short = replace(small_plan, roster=replace(small_plan.roster, unplaced=(left,)))
    (row,) = unplaced_rows(short).to_dict("records")
    assert (row["heads"], row["hindered"]) == (2, "4 at work that day; 3 rest")
    table = unplaced_table(short)
    assert table is not None
    assert table.rows[0][-1] == "4 at work, 3 rest"
    assert (
        unplaced_table(replace(small_plan, roster=replace(small_plan.roster, unplaced=()))) is None
    )


def test_fairness_gives_each_pool_its_fewest_mean_and_most(small_plan):
    lines = lines_of(small_plan)
    table = fairness_table(lines)
    assert [row[0] for row in table.rows] == [pool.name for pool in small_plan.pools]
    assert len(tours_table(lines)) == len(lines)
