"""Shrinkage by kind, absence as a variant, newcomers: read, merged, told, and refused."""

import datetime as dt
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.check import describe
from planner.errors import InputError
from planner.export.explain import explain
from planner.export.pool_time import pool_time_table
from planner.export.report import report_html
from planner.inputs import simplifications, staffing_queues
from planner.paid_time import is_slowed, pace_words, shrinkage_words
from planner.pool_inputs import price_per_position_hour, shortage_warnings, staffing_pools
from planner.scenario.agents import Agents
from planner.scenario.document import parse_yaml
from planner.scenario.model import json_schema, scenario_of
from planner.scenario.shrinkage import Shrinkage, joined, mean_pace
from staffing.coverage import cover_of

at = dt.datetime.fromisoformat
FIRST = dt.date(2026, 11, 2)
SCENARIO = """\
horizon: {first_day: 2026-11-02, days: 28}
history: {file: contacts.csv}
queues: [{name: phone, aht_s: 300}, {name: email, channel: email, aht_s: 400}]
pools:
  - {name: plain, queues: [phone], agents: 5, cost_per_hour: 58, shrinkage: 0.30}
  - {name: usual, queues: [phone], agents: 5, cost_per_hour: 58}
  - {name: kinds, queues: [phone], agents: 5, cost_per_hour: 58,
     shrinkage: {absence: 0.08, training: 0.04, breaks: 0.10, meetings: 0.03}}
  - {name: ramp, queues: [{name: email, speed: 0.8}], cost_per_hour: 58, shrinkage: 0.20,
     agents: {2026-10-26: 10, 2026-11-09: 15, 2026-11-16: 20, 2026-11-27: 12},
     newcomers: {speed: [0, 0.6]}}
variants:
  absence: {pools: {plain: {shrinkage: {absence: 0.20}}, usual: {shrinkage: {absence: 0.20}},
                    kinds: {shrinkage: {absence: 0.20}}}}
  training: {pools: {plain: {shrinkage: {training: 0.10}}, kinds: {shrinkage: {training: null}}}}
  single: {pools: {kinds: {shrinkage: 0.25}}}
  none-else: {pools: {plain: {shrinkage: {other: null, absence: 0.20}}}}
"""
share = st.floats(0.0, 0.9)
kinds = st.dictionaries(st.text("abc", min_size=1), share, min_size=1, max_size=6)


def read(*variants, old="", new="", changes=()):
    assert old in SCENARIO
    return scenario_of(parse_yaml(SCENARIO.replace(old, new), "s.yaml"), variants, changes)


def faults(old, new):
    alone = SCENARIO.split("variants:")[0]
    assert old in alone
    with pytest.raises(InputError) as caught:
        scenario_of(parse_yaml(alone.replace(old, new), "s.yaml"))
    return [str(fault) for fault in caught.value.faults]


def totals(*variants, **edit):
    return [pool.shrinkage.total for pool in read(*variants, **edit).pools[:3]]


@given(kinds, st.randoms(use_true_random=False))
def test_kinds_compound_in_any_order(shares, random):
    order = list(shares)
    random.shuffle(order)
    total = Shrinkage.of(shares).total
    assert Shrinkage.of({kind: shares[kind] for kind in order}).total == pytest.approx(total)
    assert total == pytest.approx(1 - math.prod(1 - s for s in shares.values()), abs=5e-5)


@given(kinds, share, st.floats(0.0, 0.09))
def test_more_of_a_kind_is_never_less_in_all(shares, absence, more):
    less = Shrinkage.of({**shares, "absence": absence}).total
    assert Shrinkage.of({**shares, "absence": absence + more}).total >= less


@given(st.integers(0, 99))
def test_one_kind_is_a_single_number(hundredths):
    assert Shrinkage.of({"other": hundredths / 100}).total == hundredths / 100


def test_a_variant_s_kinds_come_on_top_of_a_number_and_replace_their_own_name():
    kept = 0.96 * 0.90 * 0.97
    assert totals() == [0.30, 0.30, round(1 - 0.92 * kept, 4)]
    assert totals("absence") == [0.44, 0.44, round(1 - 0.80 * kept, 4)]
    pool = read("absence").pools[1]  # 0.30 is what is left out there
    assert pool.shrinkage.kinds == (("other", 0.30), ("absence", 0.20))


def test_variants_one_after_the_other_take_away_and_replace():
    both = totals("absence", "training")
    assert both == [round(1 - 0.7 * 0.8 * 0.9, 4), 0.44, round(1 - 0.80 * 0.90 * 0.97, 4)]
    assert totals("training", "absence") == both
    assert totals("absence", "single")[2] == 0.25
    assert totals("single", "absence")[2] == round(1 - 0.75 * 0.80, 4)
    assert totals("none-else")[0] == 0.20
    change = {"pools": {"plain": {"shrinkage": {"absence": 0.10}}}}
    assert totals("absence", changes=[change])[0] == 0.37


def test_staffing_gets_the_total_and_the_kinds():
    plain, _, by_kind, ramp = staffing_pools(read())
    assert (plain.shrinkage, plain.shrinkage_by_kind, plain.pace) == (0.30, {}, None)
    assert by_kind.shrinkage == Shrinkage.of(dict(by_kind.shrinkage_by_kind)).total
    assert list(by_kind.shrinkage_by_kind) == ["absence", "training", "breaks", "meetings"]
    assert ramp.pace is not None
    assert ramp.pace[6:8].tolist() == [1.0, round(10 / 15, 4)]


def pace(counts, speed, day):
    """Return the mean pace on a day counted from ``FIRST``, numbers given by day."""
    steps = tuple((FIRST + dt.timedelta(d), n) for d, n in counts.items())
    return mean_pace(Agents(steps), speed, FIRST + dt.timedelta(day))


def test_weeks_count_from_the_day_of_joining():
    counts, speed = {0: 10, 3: 20}, (0.0, 0.6, 0.8)
    found = [pace(counts, speed, day) for day in (2, 3, 9, 10, 16, 17, 23, 24)]
    assert found == [1.0, 0.5, 0.5, 0.8, 0.8, 0.9, 0.9, 1.0]


def test_who_is_there_first_is_no_newcomer_and_who_came_last_leaves_first():
    assert pace({0: 10}, (0.0,), 0) == 1.0
    assert pace({0: 0, 1: 10}, (0.0,), 1) == 0.0
    assert pace({0: 10, 1: 20, 2: 12}, (0.5,), 2) == round((10 + 2 * 0.5) / 12, 4)
    assert pace({0: 10, 1: 20, 2: 30, 3: 15}, (0.2, 0.6), 9) == round((10 + 5 * 0.6) / 15, 4)
    assert pace({0: 10, 1: 0, 2: 10}, (0.5,), 2) == 0.5  # who comes back learns again
    assert pace({0: 10, 1: 0}, (0.5,), 1) == 1.0
    steps = Agents(((FIRST, 10), (FIRST + dt.timedelta(1), 30), (FIRST + dt.timedelta(2), 4)))
    assert joined(steps, FIRST + dt.timedelta(2)) == [(None, 4)]


@given(
    st.dictionaries(st.integers(0, 40), st.integers(0, 30), min_size=1),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
    st.integers(0, 80),
)
def test_a_pace_lies_between_the_slowest_week_and_one(counts, speed, day):
    counts = dict(sorted(counts.items()))
    found = pace(counts, speed, day)
    assert min(speed) - 5e-5 <= found <= 1.0
    assert found >= pace(counts, [0.9 * s for s in speed], day)
    assert pace(counts, [1.0] * len(speed), day) == 1.0
    if day >= max(counts) + 7 * len(speed):
        assert found == 1.0
    steps = Agents(tuple((FIRST + dt.timedelta(d), n) for d, n in counts.items()))
    date = FIRST + dt.timedelta(day)
    assert sum(n for _, n in joined(steps, date)) == steps.on(date)


def test_a_count_alone_has_no_newcomers():
    assert mean_pace(Agents(((None, 12),)), (0.0, 0.5), FIRST) == 1.0


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("shrinkage: {absence: 8}",
         "5: pools.0.shrinkage.absence must be in [0, 1), a fraction, got 8"),
        ("shrinkage: {absence: 0.1, breaks: ten}",
         "5: pools.0.shrinkage.breaks must be in [0, 1), a fraction, got 'ten'"),
        ("shrinkage: {absence: 1}",
         "5: pools.0.shrinkage.absence must be in [0, 1), a fraction, got 1"),
        ("shrinkage: {absence: true}",
         "5: pools.0.shrinkage.absence must be in [0, 1), a fraction, got true"),
        ("shrinkage: {absence: }",
         "5: pools.0.shrinkage.absence must be in [0, 1), a fraction, got 'nothing'"),
        ("shrinkage: {2026: 0.1}",
         "5: pools.0.shrinkage.2026 must be a kind named in text such as absence, got '2026'"),
        ("shrinkage: {' ': 0.1}",
         "5: pools.0.shrinkage.  must be a kind named in text such as absence, got ' '"),
        ("shrinkage: {}",
         "5: pools.0.shrinkage must be in [0, 1), a fraction, or fractions by kind such as "
         "{absence: 0.08, training: 0.04}, got an empty mapping"),
        ("shrinkage: [0.1]",
         "5: pools.0.shrinkage must be in [0, 1), a fraction, or fractions by kind such as "
         "{absence: 0.08, training: 0.04}, got [0.1]"),
        ("shrinkage: {a: 0.999, b: 0.999}",
         "5: pools.0.shrinkage must leave time for contacts: its kinds together must take less "
         "than 99.995 %, got '100 %'"),
        (f"shrinkage: {{{', '.join(f'k{n}: 0.01' for n in range(21))}}}",
         "5: pools.0.shrinkage must have 20 kinds at most, got '21 kinds'"),
    ],
)  # fmt: skip
def test_shrinkage_that_is_none_is_told(new, fault):
    assert faults(old="shrinkage: 0.30", new=new) == [f"s.yaml:{fault}"]


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("newcomers: {speed: [0, 60]}",
         "11: pools.3.newcomers.speed.1 must be in [0, 1], a fraction, got 60"),
        ("newcomers: {speed: 0.6}", "11: pools.3.newcomers.speed must be a list, got 0.6"),
        ("newcomers: {speed: []}", "11: pools.3.newcomers.speed must have 1 or more items, got []"),
        ("newcomers: {}", "11: pools.3.newcomers.speed must be given, got nothing"),
        ("newcomers: {sped: [0]}",
         "11: pools.3.newcomers.sped must be a known key (nearest: 'speed'), got 'sped'"),
        ("newcomers: [0, 0.6]", "11: pools.3.newcomers must be a mapping of keys, got [0, 0.6]"),
        (f"newcomers: {{speed: {[0.5] * 53}}}", "11: pools.3.newcomers.speed must have 52 items"),
    ],
)  # fmt: skip
def test_newcomers_that_are_none_are_told(new, fault):
    found = faults(old="newcomers: {speed: [0, 0.6]}", new=new)
    assert f"s.yaml:{fault}" in [told[: len(fault) + 7] for told in found]


@pytest.mark.parametrize("agents", ["[Ana, Bob]", "{file: agents.csv}"])
def test_names_do_not_say_who_joins_when(tmp_path, agents):
    (tmp_path / "agents.csv").write_text("agent\nAna\nBob\n")
    ramp = "agents: {2026-10-26: 10, 2026-11-09: 15, 2026-11-16: 20, 2026-11-27: 12}"
    text = SCENARIO.replace(ramp, f"agents: {agents}")
    with pytest.raises(InputError) as caught:
        scenario_of(parse_yaml(text, str(tmp_path / "s.yaml")))
    (fault,) = caught.value.faults
    assert fault.line == 11
    assert fault.message == (
        "must go with agents {date: number}, as names do not say who joins when, "
        "got a list of names"
    )


def test_a_variant_may_count_agents_or_take_newcomers_away():
    changes = [{"pools": {"ramp": {"agents": 12}}}, {"pools": {"ramp": {"newcomers": None}}}]
    counted, plain = (staffing_pools(read(changes=[change]))[3] for change in changes)
    assert not is_slowed(counted)
    assert plain.pace is None
    (note,) = [told for told in simplifications(read(changes=changes[:1])) if "newcomers" in told]
    assert note.startswith("newcomers change nothing")
    assert note.endswith(": ramp")


def test_a_position_hour_is_dearest_where_newcomers_are_slowest():
    scenario = read()
    plain, _, by_kind, ramp = scenario.pools
    assert price_per_position_hour(scenario, plain) == pytest.approx(58 / 0.70)
    assert price_per_position_hour(scenario, by_kind) == pytest.approx(
        58 / (1 - by_kind.shrinkage.total)
    )
    lowest = staffing_pools(scenario)[3].slowest_pace
    assert lowest == round((10 + 5 * 0.6) / 20, 4)
    assert price_per_position_hour(scenario, ramp) == pytest.approx(58 / 0.80 / 0.8 / lowest)


def test_a_price_by_the_contact_counts_contacts_at_the_queue_s_pace():
    old = "shrinkage: 0.30}"
    paid = read(old="cost_per_hour: 58, " + old, new="cost_per_contact: 9, shrinkage: 0.30}")
    slow = read(
        old="[phone], agents: 5, cost_per_hour: 58, " + old,
        new="[{name: phone, speed: 0.5}], agents: 5, cost_per_contact: 9}",
    )
    for scenario in (paid, slow):  # a position missing is 12 contacts an hour, whoever is slow
        assert price_per_position_hour(scenario, scenario.pools[0]) == pytest.approx(9 * 12)
    shortage = {"shortage": {"price_per_hour": 100}}
    warned = shortage_warnings(read(changes=[shortage]))
    assert "139.42 that an hour on contacts costs in pool 'ramp'" in warned[0]


def test_kinds_and_paces_are_said():
    scenario = read("absence")
    pools = staffing_pools(scenario)
    assert shrinkage_words(pools[0]) == "other 30 %, absence 20 %: 44 % of paid time"
    assert pace_words(pools[3], scenario.days) == (
        "mean pace 1 on 2026-11-02, 0.65 on 2026-11-16 (lowest), 1 on 2026-11-29"
    )
    assert [is_slowed(pool) for pool in pools] == [False, False, False, True]


def test_check_says_them(tmp_path):
    rows = "".join(
        f"2026-10-{d:02d}T10:00,{q},5\n" for d in range(1, 30) for q in ("phone", "email")
    )
    (tmp_path / "contacts.csv").write_text(f"start,queue,contacts\n{rows}")
    (tmp_path / "s.yaml").write_text(SCENARIO)
    found = describe(tmp_path / "s.yaml", ["absence"])
    assert "  shrinkage plain: other 30 %, absence 20 %: 44 % of paid time\n" in found.text()
    assert "  newcomers ramp: mean pace 1 on 2026-11-02, 0.65 on" in found.text()
    assert found.as_dict()["newcomers"] == found.newcomers
    plain = describe(tmp_path / "s.yaml", [])
    assert [told.split(":")[0] for told in plain.shrinkage] == ["kinds"]
    assert any(note.startswith("agents on duty work at the mean pace") for note in plain.notes)


def test_the_schema_knows_both_forms():
    pool = json_schema()["$defs"]["Pool"]["properties"]
    number, by_kind = pool["shrinkage"]["anyOf"]
    assert (number["type"], by_kind["additionalProperties"]) == ("number", number)
    assert pool["shrinkage"]["default"] == 0.30
    assert "theirs come on top" in pool["shrinkage"]["description"]
    assert "Newcomers" in str(pool["newcomers"])


@pytest.fixture(scope="module")
def slowed(small_plan):
    """Return the small plan with kinds in one pool and newcomers in both that share a queue."""
    days = len(small_plan.days)
    paces = np.round(np.linspace(0.3, 0.9, days), 4)
    paris = replace(
        small_plan.pools[0],
        shrinkage=0.44,
        shrinkage_by_kind={"<i>absence</i>": 0.20, "=other": 0.30},
        pace=paces,
    )
    pools = (paris, replace(small_plan.pools[1], pace=paces[::-1].copy()), small_plan.pools[2])
    solved = small_plan.allocation
    queues = staffing_queues(small_plan.scenario)
    covers = [cover_of(pool, queues, solved.days, solved.times, 1800) for pool in pools]
    capacity = np.array([c.positions(h) for c, h in zip(covers, solved.heads, strict=True)])
    serves = np.array([[name in pool.speed for name in solved.queues] for pool in pools])
    serve = serves[:, :, None] * (capacity / serves.sum(axis=1)[:, None])[:, None, :]
    changed = replace(solved, pools=pools, capacity=capacity, serve=serve)
    return replace(small_plan, pools=pools, allocation=changed)


def numbers(text):
    grouped = re.sub(r"(?<=\d)\u202f(?=\d{3})", "", text)
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", grouped)]


def of_pool(step, pool):
    """Return a pool's lines of a step, and its row of the table where there is one."""
    rows = [row for row in step.table.rows if row[0] == pool] if step.table else []
    return [line for line in step.lines if line.startswith(f"{pool}:")], *rows


@pytest.mark.parametrize("time", ["2027-02-09T08:30", "2027-02-12T11:00", "2027-02-19T18:30"])
def test_what_is_shown_multiplies_out(slowed, time):
    steps = explain(slowed, "fr-phone", time).steps
    agents, price = (next(s for s in steps if s.key == key) for key in ("agents", "price"))
    (left, _), _ = of_pool(agents, "paris")
    assert left.startswith("paris: <i>absence</i> 20")
    absence, other, present, rest, net = numbers(left)
    assert (absence, other, net) == (20, 30, 56)
    assert present * rest / 100 == pytest.approx(net)
    for name, share in (("paris", 56), ("@partner", 80)):
        lines, row = of_pool(agents, name)
        heads, of_time, pace, positions, given_ = numbers(lines[-1])
        assert of_time == share
        assert heads * of_time / 100 * pace == pytest.approx(positions, abs=0.0005001)
        assert 0 < given_ <= positions + 0.001
        assert [numbers(row[c]) for c in (3, 4)] == [[pace], [positions]]
        ((line,),) = of_pool(price, name)
        rate, share, pace_again, per_position, positions, hours, cost = numbers(line)
        assert pace_again == pace
        assert round(rate / (share / 100) / pace, 4) == per_position
        assert per_position * positions * hours == pytest.approx(cost, abs=0.005001)


def test_a_pool_s_speed_stands_in_its_line(slowed):
    step = explain(slowed, "fr-email", "2027-02-09T11:00").steps[5]
    (line,), _ = of_pool(step, "@partner")
    given_, speed, effective = numbers(line)[-3:]
    assert speed == 0.9
    assert given_ * speed == pytest.approx(effective, abs=0.001)


def test_shifts_of_two_days_at_once_each_keep_their_pace(slowed):
    """A night that began yesterday stands beside the morning, each at its own day's pace."""
    solved = slowed.allocation
    night = replace(solved.shifts[0][0], start_minute=24 * 60 + 8 * 60, end_minute=24 * 60 + 720)
    shifts = ((*solved.shifts[0], night), *solved.shifts[1:])
    heads = np.hstack([solved.heads[0], np.full((len(slowed.days), 1), 3)])
    both = replace(solved, shifts=shifts, heads=(heads, *solved.heads[1:]))
    steps = explain(replace(slowed, allocation=both), "fr-phone", "2027-02-10T08:30").steps
    (_, line), row = of_pool(steps[5], "paris")
    first, pace, second, other_pace, share, positions, _ = numbers(line)
    assert (pace, other_pace) == tuple(slowed.pools[0].pace[[2, 1]])
    assert second == 3
    product = (first * pace + second * other_pace) * share / 100
    assert product == pytest.approx(positions, abs=0.0005001)
    mean = (first * pace + second * other_pace) / (first + second)
    assert numbers(row[3])[0] == pytest.approx(mean, abs=5.001e-5)


def test_the_report_has_a_table_of_paid_time(slowed, small_plan):
    assert pool_time_table(small_plan) is None
    table = pool_time_table(slowed)
    assert table is not None
    paris, partner, london = table.rows
    assert paris[4:] == ("0.30", "Mon 8 Feb", "0.90")
    assert partner[4:] == ("0.30", "Sun 21 Feb", "0.30")
    assert london[1:4:2] == ("in one number", "70\u202f%")
    page = report_html(slowed)
    assert table.caption in page
    assert "&lt;i&gt;absence&lt;/i&gt; 20" in page
    assert "<i>absence" not in page
