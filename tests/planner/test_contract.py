"""What a contract allows of tours: read, given to staffing, held against itself and the law."""

import pytest

from planner.contract_notes import contract_notes
from planner.errors import InputError
from planner.pool_inputs import staffing_pools
from planner.scenario.document import parse_yaml
from planner.scenario.model import json_schema, scenario_of
from staffing.pools import Contract

SCENARIO = """
horizon: {{first_day: 2027-02-01, days: 7}}
history: {{file: contacts.csv}}
markets: {{FR: {{timezone: Europe/Paris, country: {country}}}}}
queues: [{{name: phone}}]
pools:
  - {{name: paris, queues: [phone], agents: 3, cost_per_hour: 58, contract: {contract}}}
"""
ALL = """{weekly_rest_hours: 36, min_consecutive_days: 2, min_consecutive_days_off: 2,
 max_weekends_in_four: 2, max_nights_in_row: 3, bend: {weekends: 50, days_off_in_a_row: 20},
 forbidden_successions: [{ends_after: "22:00", starts_before: "09:00"}]}"""


def read(contract, country="FR"):
    text = SCENARIO.format(contract=contract, country=country)
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def test_every_limit_of_a_tour_reaches_staffing():
    (pool,) = staffing_pools(read(ALL))
    assert pool.contract == Contract(
        weekly_rest_hours=36, min_consecutive_days=2, min_consecutive_days_off=2,
        max_weekends_in_four=2, max_nights_in_row=3, forbidden_successions=((1320, 540),),
        bend={"weekends": 50.0, "days off in a row": 20.0},
    )  # fmt: skip


def test_left_out_the_limits_are_those_of_staffing():
    (pool,) = staffing_pools(read("{}"))
    assert pool.contract == Contract()


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        ("{bend: {weekend: 5}}",
         "bend.weekend must be one of rest, weekly_rest, hours_a_day, hours_a_week, "
         "hours_on_average, hours_exactly, days_a_week, days_in_a_row, days_of_work, "
         "days_off_in_a_row, weekends, nights_in_a_row, succession, "
         "times (nearest: 'weekends'), got 'weekend'"),
        ("{bend: {weekends: -1}}", "bend.weekends must be a number from 0 to 1000000, got -1"),
        ("{bend: {weekends: null}}",
         "bend.weekends must be a number from 0 to 1000000, got 'nothing'"),
        ("{bend: 5}", "bend must be prices by rule such as {weekends: 50}, got 5"),
        ("{max_weekends_in_four: 5}", "max_weekends_in_four must be <= 4, got 5"),
        ("{weekly_rest_hours: 200}", "weekly_rest_hours must be <= 168, got 200.0"),
        ("{forbidden_successions: [{ends_after: '22:00'}]}",
         "forbidden_successions.0.starts_before must be given, got nothing"),
        ("{forbidden_successions: [{ends_after: '22', starts_before: '09:00'}]}",
         "forbidden_successions.0.ends_after must be a local time such as '21:00', or '30:00' for "
         "06:00 on the next day, got '22'"),
        ("{min_consecutive_days: 7}",
         "min_consecutive_days must be at most max_consecutive_days (6), got 7"),
        ("{days_off_per_week: 6, min_consecutive_days: 5}",
         "min_consecutive_days must be at most 2, the most in a row with 6 days off in each week, "
         "got 5"),
        ("{days_off_per_week: 0, min_consecutive_days_off: 2}",
         "min_consecutive_days_off must go with days_off_per_week of 1 or more, got 2 and no days "
         "off"),
        ("{weekly_hours: averaged, max_hours_per_week: 30}",
         "max_hours_per_week must be at least hours_per_week (35) where hours are averaged, "
         "got 30"),
        ("{max_consecutive_days: 10000000000}",
         "max_consecutive_days must be <= 1000, got 10000000000"),
        ("{overtime: {max_hours_per_week: 1.0e+12}}",
         "overtime.max_hours_per_week must be <= 168, got 1000000000000.0"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_contract_is_told_at_its_place(contract, told):
    with pytest.raises(InputError) as caught:
        read(contract)
    (fault,) = caught.value.faults
    assert str(fault).partition("pools.0.contract.")[2] == told


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        ("{hours_per_week: 40, overtime: {max_hours_per_week: 10}}",
         "paris: 50 hours in a week, where 48 are allowed (Code du travail L3121-20)"),
        ("{weekly_hours: averaged, max_hours_per_week: 60}",
         "paris: 60 hours in a week, where 48 are allowed (Code du travail L3121-20)"),
        ("{max_hours_per_day: 12}",
         "paris: 12 hours in a day, where 10 are allowed (Code du travail L3121-18)"),
        ("{min_rest_hours: 9}",
         "paris: 9 hours of rest between shifts, where 11 are due (Code du travail L3131-1)"),
        ("{weekly_rest_hours: 24}",
         "paris: 24 hours of rest in a week, where 35 are due (Code du travail L3132-2)"),
        ("{max_consecutive_days: 7, days_off_per_week: 0}",
         "paris: 7 days in a row, where 6 are allowed (Code du travail L3132-1)"),
    ],
)  # fmt: skip
def test_a_contract_beyond_french_law_is_said_and_planned(contract, told):
    assert contract_notes(read(contract)) == (told,)
    assert contract_notes(read(contract, "DE")) == ()


def test_a_usual_contract_is_not_talked_of():
    assert contract_notes(read("{overtime: {max_hours_per_week: 13}}")) == ()


def test_the_schema_names_the_rules_that_may_be_bent():
    bend = json_schema()["$defs"]["Contract"]["properties"]["bend"]
    assert set(bend["properties"]) >= {"weekly_rest", "days_a_week", "times"}
    agents = json_schema()["$defs"]["Pool"]["properties"]["agents"]["anyOf"][2]
    assert set(agents["properties"]) == {"file", "absences", "wishes", "worked"}
