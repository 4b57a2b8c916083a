"""The vendor's exchange file holds what the plan hands to the vendor, and nothing twice."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from planner.export.axes import queue_axes
from planner.export.exchange import exchange_tables
from planner.export.tables import coverage_table, requirement_table
from planner.export.tours import Choice
from staffing.costing import contacts_taken


@pytest.fixture(scope="module")
def axes(small_plan):
    plan = small_plan
    return queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)


@pytest.fixture(scope="module")
def tables(small_plan):
    return exchange_tables(small_plan, Choice())


def test_each_vendor_has_its_own_file_of_known_columns(tables):
    assert list(tables) == ["@partner", "london"]
    for table in tables.values():
        assert ",".join(table.columns) == (
            "skillname,startdatetime,enddatetime,tasks,tasktime,aftertasktime,agents"
        )
        assert (table["aftertasktime"] == 0).all()
    assert set(tables["@partner"]["skillname"]) == {"fr-phone", "fr-email"}


def test_the_pools_share_all_contacts(small_plan, tables, axes):
    """London alone serves its queue: it is handed every contact planned for."""
    need = requirement_table(small_plan.requirement, axes)
    all_of = need[need["queue"] == "=gb-phone"]["contacts"].sum()
    assert tables["london"]["tasks"].sum() == pytest.approx(all_of, rel=1e-4)
    taken = contacts_taken(
        small_plan.allocation, small_plan.queues, small_plan.requirement.contacts
    )
    phone = taken[1, 0, axes[0].inside].sum()
    given = tables["@partner"].groupby("skillname")["tasks"].sum()
    assert given["fr-phone"] == pytest.approx(phone, rel=1e-4)
    whole = need[need["queue"] == "fr-phone"]["contacts"].sum()
    assert given["fr-phone"] + taken[0, 0].sum() == pytest.approx(whole, rel=1e-4)


def test_agents_are_the_positions_of_the_coverage(small_plan, tables, axes):
    given = coverage_table(small_plan.allocation, axes)
    for pool, table in tables.items():
        own = given[given["pool"] == pool].rename(columns={"queue": "skillname"})
        named = own.rename(columns={"start": "startdatetime"})
        both = table.merge(named, how="outer", on=["skillname", "startdatetime"])
        both = both.fillna({"agents": 0.0, "positions": 0.0})
        np.testing.assert_allclose(both["agents"], both["positions"], atol=6e-4)


def test_handling_takes_as_long_as_at_this_vendor(tables):
    times = tables["@partner"].groupby("skillname")["tasktime"].agg(["min", "max"])
    assert times.loc["fr-email"].tolist() == [400.0, 400.0]  # 360 s, 10 % slower
    assert times.loc["fr-phone"].tolist() == [300.0, 300.0]


def test_intervals_are_on_the_market_s_clock(tables):
    london = tables["london"]
    start, end = (pd.to_datetime(london[n]) for n in ("startdatetime", "enddatetime"))
    assert ((end - start) == pd.Timedelta(minutes=30)).all()
    assert london["startdatetime"].str.endswith("+00:00").all()
    assert tables["@partner"]["startdatetime"].str.endswith("+01:00").all()


def test_a_choice_is_of_pools_and_days(small_plan):
    day = dt.date(2027, 2, 14)
    chosen = exchange_tables(small_plan, Choice(frozenset(["london"]), first=day, last=day))
    assert list(chosen) == ["london"]
    assert set(chosen["london"]["startdatetime"].str.slice(0, 10)) == {"2027-02-14"}
