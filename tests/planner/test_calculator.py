"""The calculator: its numbers, its lines, its words for what was typed."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calculator import calculate, parse_duration, parse_target
from staffing.queues import Target


def test_published_example():
    """Published by pyworkforce: 100 contacts of three minutes in half an hour, 14 of 20 agents."""
    answer = calculate(100, 1800, 180, Target(0.8, 20, max_occupancy=0.85), shrinkage=0.3)
    assert (answer.positions, answer.bound_by, answer.heads) == (14, "service_level", 20)
    assert [row.positions for row in answer.around] == [13, 14, 15]
    assert round(answer.around[1].service_level, 5) == 0.88835


def test_erlang_c_lines_can_be_followed():
    lines = calculate(100, 1800, 300, Target(0.8, 20)).lines()
    load, blocked = 100 * 300 / 1800, 1.0
    for k in range(1, 22):
        blocked = load * blocked / (k + load * blocked)
    wait = blocked / (1 - load / 21 * (1 - blocked))
    level = 1 - wait * math.exp(-(21 - load) * 20 / 300)
    text = "\n".join(lines)
    assert f"= {load:.4f} erlangs" in text
    assert f"B = {blocked:.6g}\n" in text
    assert f"= {wait:.6f}\n" in text
    assert f"= {level:.4f}\n" in text
    assert f"= {wait * 300 / (21 - load):.2f} s" in text
    assert "positions = 21: bound by service level; 20 would answer 72.9% within 20 s" in text


def test_erlang_a_lines_can_be_followed():
    answer = calculate(100, 1800, 300, Target(0.8, 20), patience_s=180, shrinkage=0.3)
    load, n = 100 * 300 / 1800, answer.positions
    x, y, blocked = n * 0.6, load * 0.6, 1.0
    for k in range(1, n):
        blocked = load * blocked / (k + load * blocked)

    def kummer(z):
        term = total = 1 / x
        for k in range(1, 200):
            term *= z / (x + k)
            total += term
        return total

    k, z = kummer(y), y * math.exp(-20 / 180)
    scale = 1 / blocked + y * k
    left = (1 + (y - x) * k) / scale
    late = math.exp(y - z - x * 20 / 180) * (x * kummer(z) - 1) / scale
    # what is answered after t seconds, added up over t: the waits of the answered
    waits = sum(
        math.exp(y - (end := y * math.exp(-t / 180)) - x * t / 180) * (x * kummer(end) - 1) / scale
        for t in (second + 0.5 for second in range(2000))
    )
    text = "\n".join(answer.lines())
    for line in (
        f"K = K(y) = {k:.8g}", f"x {k:.8g} = {scale:.8g}", f"D = (1 + ({y:g} - {x:g}) x ",
        f"/ {scale:.8g} = {left:.6f}", f"= {late:.6f}", f" = {1 - left - late:.4f}",
        f"= {left:.6f} x 180 = {180 * left:.2f} s",
        f"/ (1 - abandonment) = {waits / (1 - left):.2f} s",
        "so 28 agents on duty",
    ):  # fmt: skip
        assert line in text
    assert n == 19


def test_the_three_service_levels_are_named():
    answer = calculate(100, 1800, 300, Target(0.8, 20), patience_s=180)
    row = answer.around[1]
    assert row.service_level < row.waited_in_time < row.service_level + row.abandonment
    of_answered = row.service_level / (1 - row.abandonment)
    assert row.service_level_of_answered == pytest.approx(of_answered)
    text = "\n".join(answer.lines())
    for line in (
        f"/ offered (the one promised) = {row.service_level:.4f}",
        f"/ offered (quick leavers count) = 1 - still waiting = {row.waited_in_time:.4f}",
        f"= service level / (1 - abandonment) = {of_answered:.4f}",
    ):
        assert line in text
    listed = json.loads(json.dumps(answer.as_dict()))["around"][1]
    assert listed["waited_in_time"] == row.waited_in_time
    assert listed["service_level_of_answered"] == row.service_level_of_answered


def test_waited_in_time_can_be_followed():
    answer = calculate(100, 1800, 300, Target(0.8, 20), patience_s=180)
    text = "\n".join(answer.lines())
    k = float(re.findall(r"K\(z\) = ([\d.]+)", text)[0])
    d = float(re.findall(r"D = 1/B .* = ([\d.]+)", text)[0])
    x, y = answer.positions * 0.6, 100 * 300 / 1800 * 0.6
    z = y * math.exp(-20 / 180)
    still = z * math.exp(y - z - x * 20 / 180) * k / d
    waiting = next(
        line for line in text.splitlines() if line.startswith("still waiting after 20 s")
    )
    assert waiting.endswith(f" / {d:.8g} = {still:.6f}")
    assert answer.around[1].waited_in_time == pytest.approx(1 - still, abs=1e-6)


def test_slowing_lines_can_be_followed():
    """Three chats at once, 300 s alone: the recursion climbs by g, as a reader would do it."""
    answer = calculate(40, 900, 420, Target(0.8, 60), concurrency=3, aht_alone_s=300)
    n, load, blocked = answer.positions, 40 * 420 / 900, 1.0
    for k in range(1, 3 * n + 1):
        g = np.interp(k, [0, n, 2 * n, 3 * n], [0, n * 1.4, n * 2 * 420 / 360, n * 3])
        blocked = load * blocked / (g + load * blocked)
    wait = blocked / (1 - load / (3 * n) * (1 - blocked))
    text = "\n".join(answer.lines())
    for line in (
        "an agent takes 300, 360, 420 s for each: 1.4, 2.3333, 3 contacts finished in 420 s",
        f"g({n}) = {n * 1.4:g}, g({2 * n}) = ", "then B <- a B / (g(k) + a B)",
        f"B = {blocked:.6g}\n", f" = {wait:.6f}\n",
    ):  # fmt: skip
        assert line in text
    assert answer.as_dict()["aht_alone_s"] == 300
    hasty = calculate(40, 900, 420, Target(0.8, 60), 240, concurrency=3, aht_alone_s=300)
    assert "Erlang B of N - 1: start with B = 1, then B <- a B / (g(k)" in "\n".join(hasty.lines())
    for patience in (240, math.inf):
        nobody = calculate(0, 900, 420, Target(), patience, concurrency=3, aht_alone_s=300)
        assert "nobody is needed" in "\n".join(nobody.lines())


@pytest.mark.parametrize(
    ("alone", "concurrency", "says"),
    [
        (300, 1, "aht-alone must go with a concurrency of at least 2, got 1"),
        (500, 3, r"aht-alone must be from aht / concurrency \(140\) to aht \(420\), got 500"),
        (139, 3, r"to aht \(420\), got 139"),
    ],
)
def test_times_alone_that_cannot_be(alone, concurrency, says):
    with pytest.raises(ValueError, match=says):
        calculate(40, 900, 420, Target(), concurrency=concurrency, aht_alone_s=alone)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 1800, 300, Target()), "there is nothing to answer"),
        ((40, 1800, 300, Target(), math.inf, 0.0, 2), "5 positions are N = 10 servers"),
        (
            (2, 1800, 300, Target(), math.inf, 0.0, 2),
            "1 position is N = 2 servers, and the load is the work of 0.1667 agents",
        ),
        ((1, 1800, 300, Target(minimum=4)), "bound by minimum; the minimum kept is 4"),
        ((100, 1800, 300, Target(max_occupancy=0.6)), "bound by occupancy; 27 would be busy"),
        ((100, 1800, 300, Target(None, max_abandonment=0.01), 180.0), "would hang up"),
        ((100, 1800, 300, Target(None, max_asa_s=6000.0)), "mean wait would be endless"),
        ((100, 1800, 300, Target(None)), "bound by none; the load alone asks for it"),
        ((1e4, 1800, 300, Target(None, max_abandonment=0.6), 60.0), "service level = 0.0000"),
        ((1e-6, 1800, 300, Target(minimum=900), 1e5), "= 0.000000, service level = 1.0000"),
    ],
)
def test_words(arguments, says):
    answer = calculate(*arguments)
    assert says in "\n".join(answer.lines())
    json.dumps(answer.as_dict(), allow_nan=False)


@settings(deadline=None)
@given(
    st.floats(0, 500), st.floats(300, 86_400), st.floats(1, 4000), st.floats(0.05, 0.99),
    st.sampled_from([1.0, 180.0, 1e6, math.inf]), st.integers(1, 3),
)  # fmt: skip
def test_any_question_has_lines_and_json(contacts, interval, aht, level, patience, concurrency):
    answer = calculate(contacts, interval, aht, Target(level), patience, 0.3, concurrency)
    assert answer.lines()
    assert json.loads(json.dumps(answer.as_dict(), allow_nan=False))["heads"] >= answer.positions


def test_faults_come_together():
    with pytest.raises(ValueError, match=r"contacts must be .* got -1; shrinkage must be .* 1.0"):
        calculate(-1, 1800, 300, Target(), shrinkage=1.0)
    with pytest.raises(ValueError, match=r"service_level must be in \(0, 1\), a fraction, got 80"):
        calculate(10, 1800, 300, Target(80))


@pytest.mark.parametrize("text", ["", "0", "-5", "30 m", "m", "1e3", "nan", "0m", "9" * 400])
def test_no_duration(text):
    with pytest.raises(ValueError, match="must be seconds above 0, or like 90s, 30m"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["80", "80/", "/20", "100/20", "0.8/20", "80/20/5", "x/20"])
def test_no_target(text):
    with pytest.raises(ValueError, match=r"must be percent/seconds like 80/20"):
        parse_target(text)


def test_targets():
    assert parse_target("80/0") == (0.8, 0.0)
    assert parse_target(" 99.5 % / 1m ") == (0.995, 60.0)


@pytest.mark.parametrize(
    ("contacts", "interval_s", "aht_s", "target", "patience_s", "concurrency"),
    [
        (1e5, 1, 18_000, Target(0.999999999999, 20), 1e17, 2),
        (1e-300, 3600, 1e11, Target(0.8, 20), 1.0, 3),
        (1e5, 300, 300, Target(0.8, 0, max_occupancy=0.5), 1e17, 50),
    ],
)
def test_sums_that_outgrow_a_calculator_are_said_to(
    contacts, interval_s, aht_s, target, patience_s, concurrency
):
    found = calculate(contacts, interval_s, aht_s, target, patience_s, 0.0, concurrency)
    text = "\n".join(found.lines())
    assert "the sums that follow outgrow a pocket calculator" in text
    assert not re.search(r"\b(nan|inf)\b", text)
