"""What the allocation benchmark asks, and whether its recheck catches what is wrong."""

import doctest

import numpy as np
import pytest

from benchmarks import allocation_cover, allocation_plain, allocation_weeks
from benchmarks.allocation_recheck import recheck
from benchmarks.allocation_weeks import (
    DAY,
    FULL,
    GROUPS,
    PART,
    VENDOR_A,
    VENDOR_B,
    WEEK,
    WeekInstance,
    load_week,
    week_patterns,
)

PATTERNS = week_patterns()


def week(need, full=1, part=1, minimum_hours=0.0):
    return WeekInstance("small", np.asarray(need), full, part, minimum_hours, PATTERNS)


def small_week():
    """Two positions from 09:00 to 15:00 on two days, nothing else."""
    need = np.zeros((7, DAY), dtype=np.int64)
    need[:2, 36:60] = 2
    return week(need.ravel(), minimum_hours=8.0)


@pytest.fixture(scope="module")
def solved():
    instance = small_week()
    return instance, allocation_plain.solve_week(instance, gap=0.0, seconds=30.0)


def test_examples_in_docstrings():
    assert doctest.testmod(allocation_weeks).failed == 0


def test_a_week_is_loaded_as_its_file_says(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("interval,positions\n" + "".join(f"{i},{i % 7}\n" for i in range(WEEK)))
    found = load_week(file, 5, 3, 20.0)
    assert found.name == "other"
    assert found.need.tolist() == [i % 7 for i in range(WEEK)]
    assert (found.full, found.part, found.minimum_hours) == (5, 3, 20.0)
    assert found.small[:7].tolist() == [0, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("text", ["", "interval,positions\n0,1\n", "a,b\n0,1\n"])
def test_another_file_is_refused(tmp_path, text):
    file = tmp_path / "other.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match="interval,positions"):
        load_week(file, 5, 3, 20.0)


def test_shifts_late_on_sunday_end_on_monday():
    late = PATTERNS.covers[(PATTERNS.day == 6) & (PATTERNS.length == 2)]
    assert late[:, :28].any()
    assert not PATTERNS.covers[PATTERNS.day == 1][:, :DAY].any()


def test_a_small_week_is_solved_and_agrees_when_counted_again(solved):
    instance, found = solved
    again = recheck(instance, found.heads, found.cost)
    assert again.faults == ()
    assert found.bound <= found.cost + 1e-6
    assert again.hours[FULL] == 5 * 7.5


def changed(heads, group, pattern, by):
    other = heads.copy()
    other[group, pattern] += by
    return other


def test_a_corrupted_answer_is_caught(solved):
    instance, found = solved
    full, part = np.flatnonzero(found.heads[FULL])[0], np.flatnonzero(PATTERNS.length == 0)[0]
    wrong = {
        "at least 0": changed(found.heads, VENDOR_A, part, -99),
        "of a length": changed(found.heads, FULL, part, 1),
        "part works 9 heads a day": changed(0 * found.heads, PART, part, 9),
        "full works 4 shifts a week of 5": changed(found.heads, FULL, full, -1),
        "vendor_b delivers": changed(found.heads, VENDOR_B, full, 40),
        "said to cost": changed(found.heads, VENDOR_A, full, 5),
    }
    for words, heads in wrong.items():
        told = "; ".join(recheck(instance, heads, found.cost).faults)
        assert words in told, told


def test_what_is_missing_costs_twice_beyond_a_twentieth_rounded_up():
    need = np.zeros(WEEK, dtype=np.int64)
    need[40] = 30
    nobody = np.zeros((len(GROUPS), len(PATTERNS.day)), dtype=np.int64)
    found = recheck(week(need, full=0, part=0), nobody, 0.0)
    assert found.cost == pytest.approx(0.25 * (45 * 2 + 90 * 28))
    assert found.short_hours == pytest.approx(7.5)


def test_minimum_hours_are_billed_whoever_works():
    nobody = np.zeros((len(GROUPS), len(PATTERNS.day)), dtype=np.int64)
    found = recheck(week(np.zeros(WEEK, dtype=np.int64), 0, 0, 100.0), nobody, 2600.0)
    assert found.faults == ()


def test_a_day_is_covered_at_the_least_cost():
    need = np.zeros(DAY, dtype=np.int64)
    need[36:52] = 3  # 09:00 to 13:00: three short shifts
    assert allocation_cover.cover_day("day", need, small_week()) == (3 * 176, 3 * 176)
