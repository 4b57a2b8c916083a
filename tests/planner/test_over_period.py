"""A share promised over the day or week: planned, judged and explained by the day or week."""

import dataclasses
import datetime as dt
from typing import Literal

import numpy as np
import pytest

from planner.export.digest import digest
from planner.export.explain import explain_interval
from planner.export.figures_service import service_chart
from planner.export.findings import worst_table
from planner.export.report import report_html
from planner.export.summary import summary
from planner.inputs import period_number
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from planner.service import make_plan
from planner.sources.table import load_history
from staffing.queues import Target
from staffing.requirement import BOUND_BY, requirement

MONDAY = dt.date(2027, 2, 15)


def over(plan, kind, q=0, level=0.8):
    """Return a plan whose queue has its share promised over the day or week, staffed as before."""
    queues = list(plan.queues)
    target = queues[q].target
    assert isinstance(target, Target)
    target = dataclasses.replace(target, over=kind, service_level=level, max_occupancy=None)
    queues[q] = dataclasses.replace(queues[q], target=target)
    axis = digest(plan).axes[q]
    period = np.full(plan.requirement.contacts.shape, -1)
    inside = axis.inside
    period[q, inside] = period_number(axis.day[inside], kind, plan.days[0])
    need = plan.requirement
    need = requirement(
        queues, plan.times, need.contacts, need.aht_s, plan.interval_s, period
    )  # fmt: skip
    return dataclasses.replace(plan, queues=tuple(queues), requirement=need)


def served(plan, levels):
    """Return a plan in which the first queue's days are served at these levels, but for one hour.

    From 10:00 to 11:00 nobody is served in time.
    """
    axis = digest(plan).axes[0]
    level = np.array(plan.projection.service_level)
    level[0, axis.inside] = np.array(levels)[axis.day[axis.inside]]
    level[0, axis.inside[np.isin(axis.slot[axis.inside], (20, 21))]] = 0.0
    return dataclasses.replace(
        plan, projection=dataclasses.replace(plan.projection, service_level=level)
    )


def test_a_kept_day_forgives_its_hours_and_a_missed_one_does_not(small_plan):
    good = np.ones(len(small_plan.days))
    good[3] = 0.7
    by_hour, by_day = served(small_plan, good), served(over(small_plan, "day"), good)
    first = np.array([0])
    hours = len(small_plan.days) * 12
    said = service_chart(by_hour, digest(by_hour), first, "key", "title").says
    assert f"Of {hours} hours on the line {13 + 12} miss their promise" in said
    says = service_chart(by_day, digest(by_day), first, "key", "title")
    assert f"Of {hours} hours on the line 12 miss their promise" in says.says
    texts = says.figure["data"][0]["text"]
    assert "promised over the day: " in texts[0][0]
    levels = np.array(says.figure["data"][0]["z"])
    assert (np.ptp(levels, axis=0) == 0).all()  # all hours of a day stand for the day
    whole = summary(by_day)["service"][by_day.queues[0].name]
    assert whole["promised_over"] == "day"
    assert "promised_over" not in summary(by_hour)["service"][by_hour.queues[0].name]
    missed = {
        row[0][:10] for row in worst_table(by_day, digest(by_day)).rows if row[1] == "fr-phone"
    }
    assert len(missed) == 1


def test_a_week_is_judged_from_monday_to_sunday(small_plan):
    monday = small_plan.days.index(MONDAY)
    good = np.where(np.arange(len(small_plan.days)) < monday, 0.7, 1.0)
    good[monday + 2] = 0.0  # a day that the rest of its week makes good
    plan = served(over(small_plan, "week", level=0.75), good)
    sums = digest(plan)
    kept = sums.kept(0)
    assert kept is not None
    assert kept.tolist() == [day >= MONDAY for day in plan.days]
    told = summary(plan, sums)["service"][plan.queues[0].name]
    firsts = [day for d, day in enumerate(plan.days) if d == 0 or day.weekday() == 0]
    assert list(told["by_week"]) == [day.isoformat() for day in firsts]
    for first in firsts:
        end = first + dt.timedelta(days=7 - first.weekday())
        those = [first <= day < end for day in plan.days]
        share = sums.in_time[0, those].sum() / sums.contacts[0, those].sum()
        assert told["by_week"][first.isoformat()] == pytest.approx(share, abs=5e-5)


@pytest.mark.parametrize("kind", ["day", "week"])
def test_an_interval_is_explained_by_what_it_gives_its_day_or_week(small_plan, kind):
    plan = over(small_plan, kind)
    assert plan.requirement.positions[0].sum() < small_plan.requirement.positions[0].sum()
    axis = digest(plan).axes[0]
    raised = axis.inside[plan.requirement.bound_by[0, axis.inside] == 1]
    assert BOUND_BY[1] == "service_level"
    step = explain_interval(plan, 0, int(raised[len(raised) // 2]), axis).steps[4]
    assert f"what sets the number is the service level over the {kind}" in step.lines[0]
    assert f"80\u202f% answered in 20 s over the {kind}" in step.lines[1]
    assert f"the {kind} comes to 80." in step.lines[2]
    assert step.table is not None
    assert step.table.header[3] == f"over the {kind}"
    fewer, needed = (float(row[3].split("\u202f")[0]) for row in step.table.rows[:2])
    assert fewer < 80.0 <= needed
    shut = explain_interval(plan, 0, int(axis.inside[0]), axis).steps[4]
    assert len(shut.lines) == 2


def test_the_report_says_how_it_judges(small_plan):
    page, before = (report_html(p) for p in (over(small_plan, "day"), small_plan))
    said = "A share promised over the day or week is judged by that day or week"
    assert said in page
    assert said not in before


TEXT = """
horizon: {first_day: 2027-03-24, days: 12}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues:
  - {name: day, market: FR, open: {mon-sat: "08:00-20:00"}, aht_s: 300, target: {over: day}}
  - {name: week, market: FR, open: 24h, aht_s: 300, patience_s: 120, target: {over: week}}
pools:
  - {name: paris, queues: [day, week], agents: 40, cost_per_hour: 58,
     shifts: {earliest_start: "00:00", latest_end: "24:00"}}
"""


def test_a_plan_from_a_wednesday_over_the_clock_change_keeps_each_day_and_week(tmp_path):
    rng = np.random.default_rng(1)
    start = [dt.datetime(2027, 1, 25, tzinfo=dt.UTC) + dt.timedelta(minutes=30 * n)
             for n in range(57 * 48)]  # fmt: skip
    rows = ["start,queue,contacts"]
    for time in start:
        mean = 9 + 8 * np.sin((time.hour - 7) / 24 * 2 * np.pi)
        rows.append(f"{time:%Y-%m-%dT%H:%M}Z,week,{rng.poisson(mean)}")
        if time.weekday() < 6 and 8 <= time.hour < 19:
            rows.append(f"{time:%Y-%m-%dT%H:%M}Z,day,{rng.poisson(mean)}")
    (tmp_path / "contacts.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "scenario.yaml").write_text(TEXT)
    scenario = scenario_of(parse_yaml(TEXT, str(tmp_path / "scenario.yaml")))
    plan = make_plan(scenario, load_history(scenario))
    assert not any("in every interval" in note for note in plan.notes)
    axes = digest(plan).axes
    kinds: tuple[tuple[int, Literal["day", "week"]], ...] = ((0, "day"), (1, "week"))
    for q, kind in kinds:
        period = period_number(axes[q].day, kind, plan.days[0])
        need = plan.requirement
        busy = axes[q].inside[need.contacts[q, axes[q].inside] > 0]
        raised = busy[need.bound_by[q, busy] == 1]
        assert len(raised) > 20
        assert (need.positions[q, np.setdiff1d(np.arange(len(plan.times)), busy)] == 0).all()
        for i in raised[:: len(raised) // 12]:
            table = explain_interval(plan, q, int(i), axes[q]).steps[4].table
            assert table is not None
            needed = float(table.rows[1][3].split("\u202f")[0])
            assert 80.0 <= needed < 84.0
        assert len(np.unique(period[busy])) == (10 if kind == "day" else 2)
        elsewhere = 0
        for number in np.unique(period[busy]):
            i = busy[period[busy] == number]
            kept = explain_interval(plan, q, int(i[0]), axes[q])
            given = next(line for line in kept.steps[4].lines if "with those that it gives" in line)
            share = float(given.split("comes to ")[1].split("\u202f")[0])
            missing = plan.allocation.understaffing[q, i]
            assert share >= 79.5 or missing.sum() > 0.1
            fewer = plan.projection.positions[q, i] < need.positions[q, i] - 0.1
            elsewhere += (fewer & (missing < 1e-3)).sum()
            for j in i[fewer & (missing < 1e-3)][:1]:
                said = explain_interval(plan, q, int(j), axes[q]).steps
                assert any(f"keep the share of the {kind}" in "".join(s.lines) for s in said)
        assert elsewhere > 0
        for number in np.unique(period[busy]):
            i = busy[period[busy] == number]
            came, level = plan.projection.contacts[q, i], plan.projection.service_level[q, i]
            assert came @ level >= 0.78 * came.sum()
