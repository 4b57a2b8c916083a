"""What is varied, as it is written."""

import pytest

from planner.errors import InputError
from planner.sweep.varied import axes_of


def labels(*vary):
    return [axis.labels for axis in axes_of(vary, (), "s.yaml")]


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("40,50,60", ("40", "50", "60")),
        ("40:80:5", ("40", "45", "50", "55", "60", "65", "70", "75", "80")),
        ("0.1:0.7:0.1", ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7")),
        ("1:6:2", ("1", "3", "5")),
        ("80:60:-10", ("80", "70", "60")),
        ("-1:1:1", ("-1", "0", "1")),
        ("5:5:1", ("5",)),
        ("10:20:10, 50", ("10", "20", "50")),
        ("08:00,09:30", ("08:00", "09:30")),
        ('"a,b", [1, 2], null', ("a,b", "[1, 2]", "null")),
        ("2027-02-01", ("2027-02-01",)),
    ],
)
def test_lists_and_grids_are_read_exactly(spec, values):
    assert labels(f"x.y={spec}") == [values]


def test_a_value_is_applied_as_it_was_written():
    [axis] = axes_of(['pools.paris.shifts.earliest_start="08:00"'], (), "s.yaml")
    assert axis.texts == ('pools.paris.shifts.earliest_start="08:00"',)


def test_variants_are_an_axis_and_none_is_the_scenario_as_it_is():
    one = axes_of(["variants=none,absence-20"], (), "s.yaml")
    assert one == axes_of((), ("none", "absence-20"), "s.yaml")
    assert one[0].texts == ("", "absence-20")


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        (["agents"], "--vary agents must be PATH=SPEC"),
        (["=40"], "must be PATH=SPEC"),
        (["a..b=40"], "must be PATH=SPEC"),
        (["a="], "got nothing"),
        (["a=["], "must be a list such as 40,50,60"),
        (["a=1:2:0"], "must have a step that is not 0"),
        (["a=1:9:-1"], "must step from its start towards its stop"),
        (["a=0:1:0.0000001"], "must have 100,000 values at most"),
        (["a=1:1000:1", "b=1:1000:1"], "got 1000 x 1000 = 1,000,000"),
        (["a=1,1"], "must name each value once, got '1' again"),
        (["a=1", "a=2"], "must be varied once, got it again"),
        ([], "must say what varies"),
    ],
)
def test_what_cannot_be_varied_is_told(vary, told):
    with pytest.raises(InputError) as error:
        axes_of(vary, (), "s.yaml")
    assert told in str(error.value)


def test_paths_count_as_plans():
    with pytest.raises(InputError, match=r"3000 x 50 paths = 150,000"):
        axes_of(["a=1:3000:1"], (), "s.yaml", 50)


def test_as_many_values_as_may_be_are_read():
    [axis] = axes_of(["pools.paris.agents=1:100000:1"], [], "s.yaml")
    assert (len(axis.labels), axis.labels[-1]) == (100_000, "100000")


def test_a_variant_without_a_name_is_told():
    with pytest.raises(InputError, match="must be the name of a variant, or none, got nothing"):
        axes_of([], [""], "s.yaml")
