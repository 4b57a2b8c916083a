"""Each picture shows what its table says, in the report's colours."""

import datetime as dt
from typing import Literal

import numpy as np
import pytest
from dashboard.figures import DRAWN_INK, charts, pool_colours
from dashboard.reading import Choice, queue_day

from planner.export import palette
from planner.export.wording import THIN
from planner.plan_files import read_plan
from staffing.pools import Pool
from tests.dashboard.plan_folder import DAYS, LONG_DAY, NASTY, PEAK


@pytest.fixture
def plan(folder):
    return read_plan(folder)


def drawn(plan, queue=NASTY, day=PEAK):
    return charts(queue_day(plan, Choice("", queue, day)), plan.pools)


def traces(chart):
    return {trace["name"]: trace for trace in chart.figure["data"]}


def test_contacts_with_their_band(plan):
    contacts, _, _ = drawn(plan)
    assert contacts.says == (
        "800 contacts are expected; most from 08:00: 80.0, in 8 of 10 cases between 64 and 96."
    )
    lines = traces(contacts)
    assert lines["expected"]["y"] == [80.0] * 10
    assert lines["expected"]["line"]["color"] == DRAWN_INK
    assert lines["9 in 10 below"]["y"] == [96.0] * 10
    assert lines["1 in 10 below"]["fill"] == "tonexty"
    assert contacts.table.rows[0] == ("08:00", "80.0", "64.0", "96.0")
    assert len(contacts.table.rows) == 10


def test_positions_are_stacked_by_pool_beside_the_need(plan):
    _, positions, _ = drawn(plan)
    lines = traces(positions)
    assert lines["paris"]["y"] == [4.8] * 10
    assert lines["@partner"]["y"] == [2.4] * 10
    assert lines["paris"]["stackgroup"] == lines["@partner"]["stackgroup"]
    assert lines["paris"]["fillcolor"] == palette.IN_HOUSE[0]
    assert lines["@partner"]["fillcolor"] == palette.VENDOR[0]
    assert lines["needed"]["y"] == [8.0] * 10
    assert "stackgroup" not in lines["needed"]
    assert positions.says == (
        "At most 8 are needed, at most 7.2 given. Fewer than needed work in 10 of 10 intervals."
    )
    assert positions.table.header[:4] == ("start", "needed", "paris", "@partner")


def test_work_that_may_wait_is_not_called_missing(plan):
    _, positions, _ = drawn(plan, "fr-email")
    assert "may wait" in positions.says


def test_service_against_its_promise(plan):
    _, _, service = drawn(plan)
    lines = traces(service)
    assert lines["projected"]["y"] == [75.0] * 10
    assert lines["promised"]["y"] == [80.0] * 10
    assert service.says.replace(THIN, " ") == (
        "75 % of the day's contacts are answered in time; 80 % are promised. "
        "Lowest from 08:00: 75 %."
    )
    assert service.table.rows[0][1].replace(THIN, " ") == "75.0 %"


def test_without_a_promise_there_is_no_line_for_one(plan):
    _, _, service = drawn(plan, "=gb-phone")
    assert "promised" not in traces(service)
    assert "promised" not in service.says


def test_a_day_without_contacts_says_so(plan):
    contacts, positions, service = drawn(plan, day=dt.date(2030, 1, 1))
    assert contacts.says == service.says == "No contacts are expected on this day."
    assert positions.says == "Nobody is needed or given on this day."


def test_every_hour_of_a_long_day_has_its_place(plan):
    for chart in drawn(plan, day=LONG_DAY):
        assert all(len(set(trace["x"])) == 25 for trace in chart.figure["data"])
        assert chart.figure["layout"]["xaxis"]["type"] == "category"
        assert len(chart.figure["layout"]["xaxis"]["tickvals"]) <= 7


def test_pools_have_the_reports_colours():
    kinds: dict[str, Literal["in_house", "vendor"]] = {
        "a": "in_house",
        "b": "vendor",
        "c": "in_house",
        "d": "vendor",
        "e": "vendor",
    }
    pools = [
        Pool(
            name=name,
            kind=kind,
            timezone="UTC",
            speed={"q": 1.0},
            agents=np.array([1]),
            names=("x",),
        )
        for name, kind in kinds.items()
    ]
    assert pool_colours(kinds) == palette.pool_colours(pools)


def test_a_pool_that_the_costs_do_not_name_is_drawn_too(plan):
    day = queue_day(plan, Choice("FR", NASTY, DAYS[0]))
    _, positions, _ = charts(day, {"paris": "in_house"})
    assert "@partner" in traces(positions)
