"""Variants: merged by name, several at once, faults with their own lines."""

import pytest

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from planner.scenario.variants import nested

BASE = """\
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
queues: [{name: phone, aht_s: 300}, {name: email, channel: email, aht_s: 400}]
events: [valentines_day, mothers_day]
pools:
  - {name: paris, queues: [phone], agents: {2027-02-01: 5}, cost_per_hour: 58, shrinkage: 0.3}
  - {name: lyon, queues: [email], agents: 5, cost_per_hour: 26}
"""


def read(variants, chosen=(), changes=()):
    text = BASE + "variants:\n" + "".join(f"  {line}\n" for line in variants)
    return scenario_of(parse_yaml(text, "s.yaml"), chosen, changes)


def faults_of(*args, **kwargs):
    with pytest.raises(InputError) as caught:
        read(*args, **kwargs)
    return [str(fault) for fault in caught.value.faults]


def test_an_event_known_by_name_gets_a_multiplier():
    scenario = read(["tenfold: {events: {valentines_day: {multiplier: 10}}}"], ["tenfold"])
    assert [(event.name, event.multiplier) for event in scenario.events] == [
        ("valentines_day", 10), ("mothers_day", 1)
    ]  # fmt: skip
    assert scenario.applied == ("tenfold",)


def test_without_its_name_a_variant_changes_nothing():
    assert read(["tenfold: {events: {valentines_day: {multiplier: 10}}}"]).events[0].multiplier == 1


def test_several_variants_are_merged_and_the_last_wins():
    lines = [
        "a: {pools: {paris: {shrinkage: 0.44}, lyon: {cost_per_hour: 24}}}",
        "b: {pools: {paris: {shrinkage: 0.5, contract: {hours_per_week: 30}}}, risk: 0.9}",
    ]
    scenario = read(lines, ["a", "b"])
    paris, lyon = scenario.pools
    assert (paris.shrinkage.total, lyon.cost_per_hour, scenario.risk) == (0.5, 24, 0.9)
    assert paris.contract.hours_per_week == 30
    assert paris.cost_per_hour == 58


def test_agents_and_hours_are_replaced_whole():
    lines = ["a: {pools: {paris: {agents: {2027-02-03: 9}}}, queues: {phone: {open: {mon: 24h}}}}"]
    scenario = read(lines, ["a"])
    assert len(scenario.pools[0].agents.steps) == 1
    assert not scenario.queues[0].open.week[1]


def test_null_takes_away():
    lines = [
        "contact: {pools: {paris: {cost_per_hour: null, cost_per_contact: 4}}}",
        "alone: {pools: {paris: null}, events: {valentines_day: null}}",
    ]
    assert read(lines, ["contact"]).pools[0].cost_per_contact == 4
    scenario = read(lines, ["alone"])
    assert [pool.name for pool in scenario.pools] == ["lyon"]
    assert [event.name for event in scenario.events] == ["mothers_day"]


def test_changes_without_a_file_are_applied_last():
    change = nested("pools.lyon.agents", 80)
    assert read(["a: {risk: 0.9}"], ["a"], [change]).pools[1].agents.most == 80


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a: {pools: {pari: {shrinkage: 0.4}}}",
         "s.yaml:9: variants.a.pools.pari must be one of paris, lyon (nearest: 'paris'), "
         "got 'pari'"),
        ("a: {events: {christmas: {multiplier: 2}}}",
         "s.yaml:9: variants.a.events.christmas must be one of valentines_day, mothers_day, "
         "got 'christmas'"),
        ("a: {pools: {paris: {shrinkage: 44}}}",
         "s.yaml:9: variants.a.pools.paris.shrinkage must be in [0, 1), a fraction, got 44"),
        ("a: {pools: {paris: {shrinkge: 0.4}}}",
         "s.yaml:9: variants.a.pools.paris.shrinkge must be a known key (nearest: 'shrinkage'), "
         "got 'shrinkge'"),
        ("a: {pols: {paris: {shrinkage: 0.4}}}",
         "s.yaml:9: variants.a.pols must be a known key (nearest: 'pools'), got 'pols'"),
        ("a: {pools: {paris: 4}}",
         "s.yaml:9: variants.a.pools.paris must be a mapping of what changes, got 4"),
        ("a: {pools: {lyon: {cost_per_contact: 4}}}",
         "s.yaml:7: pools.1 must have either cost_per_hour or cost_per_contact, got both "
         "(in variant 'a')"),
        ("a: {queues: {email: null}}",
         "s.yaml:7: pools.1.queues.0 must be one of phone, got 'email' (in variant 'a')"),
        ("a: {seed: null}",
         "s.yaml:9: variants.a.seed must take away a key that is there, got null"),
        ("a: {variants: {b: {}}}",
         "s.yaml:9: variants.a.variants must not be changed by a variant, got a mapping"),
        ("a: [1]", "s.yaml:9: variants.a must be a mapping of keys, got [1]"),
    ],
)  # fmt: skip
def test_a_fault_in_a_variant_is_told_though_nobody_asked_for_it(line, fault):
    assert faults_of([line])[0] == fault


def test_a_variant_that_moves_pools_keeps_their_lines():
    lines = ["a: {pools: {paris: null, lyon: {shrinkage: 2}}}"]
    assert faults_of(lines) == [
        "s.yaml:9: variants.a.pools.lyon.shrinkage must be in [0, 1), a fraction, got 2"
    ]


def test_a_variant_that_is_not_there_is_a_fault():
    found = faults_of(["tenfold: {risk: 0.9}"], ["tenfld"])
    assert "one of tenfold (nearest: 'tenfold'), or a ready one" in found[0]
    assert found[0].endswith("got 'tenfld'")


def test_changes_that_lead_nowhere_are_faults():
    found = faults_of(["a: {risk: 0.9}"], changes=[nested("pools.rome.agents", 80)])
    assert "must be one of paris, lyon, got 'rome'" in found[0]
    found = faults_of(["a: {risk: 0.9}"], changes=[nested("pools.lyon.agents", -1)])
    assert found[0].startswith("s.yaml: change.pools.lyon.agents must be a whole number")
