import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.calculator import calculate
from planner.errors import InputError
from planner.export.asked_interval import asked_interval, busiest_interval
from planner.export.axes import queue_axes
from planner.export.digest import digest
from planner.export.explain import Explanation, explain, explain_interval
from planner.export.steps import Step
from planner.inputs import time_axis
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from staffing.erlang import service
from staffing.pools import Tier
from staffing.queues import Target
from staffing.slowing import Slowing

KEYS = ["history", "day", "contacts", "load", "positions", "agents", "price", "service"]


@pytest.fixture(scope="module")
def story(small_plan):
    sums = digest(small_plan)
    q, i = busiest_interval(small_plan, sums.axes)
    return explain_interval(small_plan, q, i, sums.axes[q])


def step(story: Explanation, key: str) -> Step:
    return next(step for step in story.steps if step.key == key)


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def numbers(text: str) -> list[float]:
    grouped = re.sub(r"(?<=\d)\u202f(?=\d{3})", "", text)
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", grouped)]


def test_the_busiest_interval_is_on_the_largest_telephone_queue(small_plan, story):
    assert story.queue == "fr-phone"
    inside = digest(small_plan).axes[0].inside
    assert step(story, "contacts").value == small_plan.forecast.contacts[0, inside].max()


def test_the_steps_go_from_history_to_price_and_service(story):
    assert [one.key for one in story.steps] == KEYS


def test_the_factors_of_the_day_multiply_to_its_total(small_plan, story):
    line = step(story, "day").lines[0]
    left, right = line.split("=")
    assert math.prod(numbers(re.sub(r"\(.*?\)", "", left))) == pytest.approx(
        numbers(right)[0], rel=1e-3
    )
    assert "Valentine's Day" in line


def test_the_model_and_the_planner_s_override_are_told_apart(small_plan):
    told = explain(small_plan, "=gb-phone", "2027-02-18T10:00")
    product, override = step(told, "day").lines[:2]
    left, right = product.split(" = ")
    model = numbers(right)[0]
    assert math.prod(numbers(re.sub(r"\(.*?\)", "", left))) == pytest.approx(model, rel=1e-3)
    assert right.endswith("contacts, the model's")
    assert "(the planner's override: a <b>TV</b> spot)" in override
    before, factor, after = numbers(override)
    assert (before, factor) == (model, 1.5)
    assert after == pytest.approx(1.5 * model, abs=0.1)
    assert after == pytest.approx(step(told, "day").value, abs=0.05)


def test_every_part_of_every_day_stands_in_its_product(small_plan):
    for q, own in enumerate(small_plan.forecast.by_queue):
        axis = digest(small_plan).axes[q]
        for day in range(len(small_plan.days)):
            i = int(axis.inside[np.flatnonzero(axis.day[axis.inside] == day)[20]])
            found = step(explain_interval(small_plan, q, i, axis), "day")
            assert found.table is not None
            product = math.prod(numbers(row[1])[0] for row in found.table.rows)
            assert product == pytest.approx(own.day_total[day], rel=2e-3, abs=0.1)


def test_a_day_without_contacts_says_so(small_plan):
    own = small_plan.forecast.by_queue[0]
    none = np.zeros_like(own.day_total)
    closed = replace(own, day_total=none, model_total=none)
    by_queue = (closed, *small_plan.forecast.by_queue[1:])
    plan = replace(small_plan, forecast=replace(small_plan.forecast, by_queue=by_queue))
    line = step(explain(plan, "fr-phone", "2027-02-12T10:00"), "day").lines[0]
    assert line.startswith("no contacts are expected")


def test_share_of_the_day_gives_the_contacts(story):
    total, share, contacts = numbers(step(story, "contacts").lines[0])
    assert total * share / 100 == pytest.approx(contacts, rel=1e-3)


def test_contacts_times_handling_time_give_the_load(story):
    contacts, aht, interval, load = numbers(step(story, "load").lines[0])
    assert contacts * aht / interval == pytest.approx(load, rel=1e-3)


def test_one_position_fewer_breaks_the_promise(story):
    table = step(story, "positions").table
    assert table is not None
    rows = {row[0]: row for row in table.rows}
    fewer, needed = (numbers(rows[which][2])[0] for which in ("one fewer", "needed"))
    assert fewer < 80 <= needed


def test_the_heads_on_duty_make_the_capacity(small_plan):
    """Heads times what is left after shrinkage are the positions on duty, whatever the interval."""
    for hour, minute in ((8, 0), (11, 30), (15, 0), (15, 30), (19, 30)):
        told = explain(small_plan, "fr-phone", f"2027-02-12T{hour:02d}:{minute:02d}")
        table = step(told, "agents").table
        for row in table.rows if table else ():
            heads, shrinkage, positions = (numbers(row[c])[0] for c in (1, 2, 3))
            assert heads * (1 - shrinkage / 100) == pytest.approx(positions, abs=0.001)


def test_the_price_is_positions_times_the_price_of_a_position_hour(story):
    lines = [line for line in step(story, "price").lines if "paid hour" in line]
    assert len(lines) == 2
    prices = []
    for line in lines:
        rate, net, per_position, positions, hours, price = numbers(line.replace("@", ""))
        assert round(rate / (net / 100), 4) == per_position
        assert per_position * positions * hours == pytest.approx(price, abs=0.005001)
        prices.append(price)
    assert numbers(step(story, "price").lines[-1])[0] == pytest.approx(sum(prices), abs=1e-6)


def test_shifts_stand_in_a_list_under_the_table(story):
    agents = step(story, "agents")
    assert agents.table is not None
    assert [line.split(":")[0] for line in agents.more] == [row[0] for row in agents.table.rows]
    assert "heads on " in agents.more[0]
    assert agents.more[0] in story.text()


def test_a_pool_paid_by_the_contact_is_priced_by_the_contact(small_plan):
    told = explain(small_plan, "=gb-phone", "2027-02-12T10:10")
    assert told.start == "2027-02-12T10:00:00+00:00"
    assert "contacts × EUR 4.10" in plain(step(told, "price").lines[0])


def test_the_price_of_a_pool_with_tiers_is_said_to_be_its_first(small_plan):
    tiered = tuple(
        replace(pool, tiers=(Tier(1000, 3.5),)) if pool.name == "london" else pool
        for pool in small_plan.pools
    )
    allocation = replace(small_plan.allocation, pools=tiered)
    plan = replace(small_plan, pools=tiered, allocation=allocation)
    lines = step(explain(plan, "=gb-phone", "2027-02-12T10:10"), "price").lines
    assert lines[1] == (
        "london: that is the first price of a week; beyond 1000 contacts a week 3.50"
    )


def test_work_that_may_wait_and_is_handed_on(small_plan):
    told = explain(small_plan, "fr-level2", "2027-02-12T10:00")
    assert "other queues hand contacts on" in step(told, "history").lines[0]
    assert "highest occupancy" in step(told, "positions").lines[0]


def test_an_instant_with_an_offset_is_taken_at_its_word(small_plan):
    for text in ("2027-02-12T09:00Z", "2027-02-12 09:14:59+00:00", "2027-02-12T14:30+05:30"):
        assert explain(small_plan, "fr-phone", text).start == "2027-02-12T10:00:00+01:00"


def test_text_and_json_hold_every_step(story):
    text = story.text()
    assert all(one.title in text for one in story.steps)
    told = json.loads(json.dumps(story.as_dict(), allow_nan=False))
    assert [one["key"] for one in told["steps"]] == KEYS


def test_a_closed_interval_is_explained_too(small_plan):
    told = explain(small_plan, "fr-phone", "2027-02-12T03:00")
    assert step(told, "contacts").lines[1] == "the queue is closed at this time"
    assert step(told, "positions").value == 0
    assert step(told, "positions").table is None
    assert step(told, "service").lines[0] == "nobody comes: there is no service to tell"
    assert np.isfinite(step(told, "price").value)


def test_an_open_interval_is_not_called_closed(story):
    assert not any("closed" in line for line in step(story, "contacts").lines)


def test_an_unknown_queue_or_time_is_told(small_plan):
    with pytest.raises(InputError) as caught:
        explain(small_plan, "fr-fone", "noon", "my-plan")
    at, queue = sorted(str(caught.value).splitlines())
    assert queue.startswith("my-plan: --queue must be one of fr-phone, ")
    assert queue.endswith("(nearest: 'fr-phone'), got 'fr-fone'")
    assert at.startswith("my-plan: --at must be a time such as 2027-02-13T10:15, ")
    assert at.endswith("or a date, got 'noon'")


@pytest.mark.parametrize(
    ("at", "nearest"),
    [
        ("2027-03-12T00:00", "2027-02-21T23:30:00+01:00"),
        ("2027-02-22", "2027-02-21T23:30:00+01:00"),
        ("2027-02-07T23:59:59", "2027-02-08T00:00:00+01:00"),
        ("2027-02-07", "2027-02-08T00:00:00+01:00"),
        ("0001-01-01T00:00", "2027-02-08T00:00:00+01:00"),
        ("9999-12-31T23:59:59+14:00", "2027-02-21T23:30:00+01:00"),
    ],
)
def test_a_time_outside_of_the_plan_is_told_with_the_nearest(small_plan, at, nearest):
    with pytest.raises(InputError, match="--at must lie in an interval from 2027-02-08T00") as told:
        explain(small_plan, "fr-phone", at)
    assert str(told.value).endswith(f"(nearest: {nearest}), got {at!r}")
    assert explain(small_plan, "fr-phone", nearest).start == nearest


def test_a_day_begins_on_the_clock_of_the_queue_s_market(small_plan):
    """The axis begins with the first market's midnight, an hour before London's."""
    assert explain(small_plan, "fr-phone", "2027-02-07T23:00Z").start.endswith("T00:00:00+01:00")
    with pytest.raises(InputError, match="nearest: 2027-02-08T00:00:00"):
        explain(small_plan, "=gb-phone", "2027-02-07T23:00Z")


OCTOBER = """
horizon: {first_day: 2027-10-30, days: 3}
interval_minutes: 30
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}}
queues: [{name: fr, aht_s: 300}]
"""


@pytest.mark.parametrize(
    ("at", "start", "says"),
    [
        ("2027-10-31T02:40", "2027-10-31T02:30:00+02:00", "the first, +02:00, is taken"),
        ("2027-10-31T02:40+02:00", "2027-10-31T02:30:00+02:00", ""),
        ("2027-10-31T02:40+01:00", "2027-10-31T02:30:00+01:00", ""),
        ("2027-10-31T03:00", "2027-10-31T03:00:00+01:00", ""),
        ("2027-10-31T01:59", "2027-10-31T01:30:00+02:00", ""),
    ],
)
def test_a_time_that_the_clock_shows_twice_says_which_is_taken(small_plan, at, start, says):
    scenario = scenario_of(parse_yaml(OCTOBER, "scenario.yaml"))
    plan = replace(small_plan, scenario=scenario, times=time_axis(scenario), days=scenario.days)
    axes = queue_axes(scenario, plan.times, plan.days, 1800)
    found = asked_interval(plan, axes, "fr", at, "my-plan")
    assert axes[0].stamps[found.interval] == start
    assert says in found.note
    assert bool(says) == bool(found.note)


def test_how_a_time_was_taken_stands_under_the_heading(story):
    told = replace(story, note="Clocks go back.").text().splitlines()
    assert told[:3] == [story.text().splitlines()[0], "Clocks go back.", ""]


def test_what_is_left_out_is_the_busiest(small_plan, story):
    assert explain(small_plan) == story
    assert explain(small_plan, "fr-phone") == story
    assert explain(small_plan, at=story.start).queue == "fr-phone"
    q = [queue.name for queue in small_plan.queues].index("fr-email")
    contacts = small_plan.forecast.contacts[q]
    assert step(explain(small_plan, "fr-email"), "contacts").value == contacts.max()
    some_day = explain(small_plan, "fr-phone", "2027-02-18")
    assert some_day.start.startswith("2027-02-18T")
    near = [explain(small_plan, "fr-phone", f"2027-02-18T{hour}:00") for hour in range(10, 20)]
    most = step(some_day, "contacts").value
    assert most >= max(step(told, "contacts").value for told in near)


def test_the_arithmetic_of_the_positions_is_the_calculator_s(small_plan, story):
    need = small_plan.requirement
    q, i = busiest_interval(small_plan, digest(small_plan).axes)
    target = Target(0.8, 20, max_occupancy=0.88)
    found = calculate(float(need.contacts[q, i]), 1800, 300, target, patience_s=180)
    assert step(story, "positions").value == found.positions
    lines = step(story, "positions").more
    assert lines == found.arithmetic()
    assert any(line.startswith("service level = 1 - abandonment - answered late") for line in lines)
    assert all(line in story.text() for line in lines)


def test_nothing_is_reckoned_where_nothing_comes_or_work_may_wait(small_plan):
    for queue, at in (("fr-phone", "2027-02-12T03:00"), ("fr-level2", "2027-02-12T10:00")):
        assert step(explain(small_plan, queue, at), "positions").more == ()


def test_work_that_may_wait_is_priced_by_what_is_answered_in_the_interval(small_plan):
    told = explain(small_plan, "fr-email", "2027-02-12T10:00")
    q = small_plan.requirement.queues.index("fr-email")
    i = small_plan.requirement.times.get_loc(pd.Timestamp("2027-02-12T09:00", tz="UTC"))
    answered = small_plan.projection.answered[q, i]
    assert answered > 0
    price, each = numbers(step(told, "price").lines[-1])
    assert each == pytest.approx(price / answered, abs=0.006)
    assert step(told, "price").lines[-1].endswith("a contact answered in it")
    wait = step(told, "service").lines[1]
    assert wait.startswith("mean wait of the answered ")
    assert "hang up" not in wait


def test_a_queue_with_nobody_on_duty_says_so(small_plan):
    """Rounding leaves traces of positions, which are nobody."""
    q, i = busiest_interval(small_plan, digest(small_plan).axes)
    seen = small_plan.projection
    positions = seen.positions.copy()
    positions[q, i] = 1e-5
    plan = replace(small_plan, projection=replace(seen, positions=positions))
    told = explain_interval(plan, q, i, digest(plan).axes[q])
    assert step(told, "service").lines[1].startswith("nobody is on duty for this queue: ")
    table = step(told, "positions").table
    assert table is not None
    on_duty = [plain(cell) for cell in table.rows[-1]]
    assert on_duty == ["on duty", "0", "0.0 %", "100.0 %", "endless", "100.0 %"]


def test_a_chat_explains_how_agents_slow_down(small_plan):
    """Two at once of 420 s, 300 s alone: the numbers shown are those of staffing."""
    told = explain(small_plan, "<script>alert(1)</script>", "2027-02-18T10:00")
    line, pace = (plain(text) for text in step(told, "load").lines)
    assert " / 2 at a time = " in line
    assert "with 1 to 2 open an agent takes 300.0, 420.0 s for each" in pace
    need = step(told, "positions")
    places = plain(need.lines[-1])
    assert f"× 2 at a time = {2 * need.value:.0f} places to be answered in by agents" in places
    assert "who slow down with each; occupancy is the work over" in places
    q = small_plan.requirement.queues.index("<script>alert(1)</script>")
    i = small_plan.requirement.times.get_loc(pd.Timestamp("2027-02-18T09:00", tz="UTC"))
    contacts = small_plan.requirement.contacts[q, i]
    how = Slowing.of(2, 420, 300)
    got = service(2 * need.value, contacts, 420, 1800, 60, slowing=how)
    slow = service(2 * need.value, contacts, 420, 1800, 60)
    assert got.service_level > slow.service_level
    assert need.table is not None
    assert plain(need.table.rows[1][2]) == f"{100 * float(got.service_level):.1f} %"


def test_a_time_alone_that_is_none_is_told(small_plan):
    name = "<script>alert(1)</script>"
    queues = tuple(
        replace(queue, aht_alone_s=500.0) if queue.name == name else queue
        for queue in small_plan.queues
    )
    told = explain(replace(small_plan, queues=queues), name, "2027-02-18T10:00")
    assert "500 s with one open is not less than 420.0 s" in step(told, "load").lines[1]
