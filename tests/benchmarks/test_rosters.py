"""Whether the rosters' checker catches every rule broken, and what instances are read as."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import roster_checker
from benchmarks.roster_checker import check
from benchmarks.roster_instances import read_instance

TEXT = """# a comment
SECTION_HORIZON
14
SECTION_SHIFTS
E,480,
L,600,E
SECTION_STAFF
A,E=14|L=2,2400,960,3,2,2,1
SECTION_DAYS_OFF
A,13
SECTION_SHIFT_ON_REQUESTS
A,0,E,3
SECTION_SHIFT_OFF_REQUESTS
A,1,L,4
SECTION_COVER
0,E,2,100,1
1,E,0,100,1
"""
GOOD = "EL" + "-" * 12


@pytest.fixture
def instance(tmp_path):
    path = tmp_path / "Instance0.txt"
    path.write_text(TEXT)
    return read_instance(path)


def checked(instance, tour):
    return check(instance, {"A": [s.replace("-", "") for s in tour]})


def test_the_objective_is_requests_and_cover(instance):
    found = checked(instance, GOOD)
    assert found.faults == ()
    assert found.value == 4 + 100
    assert checked(instance, "--EE----------").value == 3 + 200
    assert checked(instance, "EE------------").value == 100 + 1


@pytest.mark.parametrize(
    ("tour", "fault"),
    [
        ("LL--LL--------", "4 of L, most 2"),
        ("E-------------", "480 minutes, not from 960 to 2400"),
        ("EL-----LE-----", "E after L on day 8"),
        ("-EEEE---------", "4 days of work from day 1, most 3"),
        ("--E-----EE----", "1 days of work from day 2, least 2"),
        ("EE-EE---------", "1 days off from day 2, least 2"),
        ("-----EE----EE-", "2 weekends, most 1"),
        ("------------EE", "E on day 13, which is off"),
    ],
)
def test_every_rule_is_caught(instance, tour, fault):
    assert f"A: {fault}" in checked(instance, tour).faults


def test_a_tour_that_is_missing_is_told(instance):
    found = check(instance, {})
    assert found.value is None
    assert found.faults == ("A: a tour of 0 days, not 14",)


def test_a_line_outside_of_sections_is_told_with_its_place(tmp_path):
    path = tmp_path / "Instance0.txt"
    path.write_text("14\n")
    with pytest.raises(ValueError, match=r"Instance0.txt:1: must be in a section"):
        read_instance(path)


def test_the_peer_environment_is_pinned():
    place = Path(roster_checker.__file__).parent / "peers" / "rosters.txt"
    lines = [line for line in place.read_text().splitlines() if not line.startswith(" ")]
    assert lines
    assert pd.Series(lines).str.contains("==").all()
