"""Changes on the spot and ready variants: what they change, what they refuse, on every example."""

import datetime as dt

import pytest

from planner.errors import InputError
from planner.examples import EXAMPLES, write_example
from planner.scenario.document import parse_yaml, read_yaml
from planner.scenario.model import load_scenario, scenario_of
from planner.scenario.on_the_spot import split_change
from planner.scenario.ready import ready_variants

BASE = """\
horizon: {first_day: 2027-02-08, days: 7}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}, GB: {timezone: Europe/London, country: GB}}
queues:
  - {name: fr.phone, market: FR, aht_s: 300, open: {mon-fri: "08:00-18:00", sat: "09:00-13:00"}}
  - {name: mail, market: GB, channel: email, aht_s: 400, aht_factor: 1.2}
events: [valentines_day, {name: spring mailing, dates: [2027-02-10]}]
overrides: [{add: 5}]
pools:
  - {name: paris, queues: [fr.phone, mail], agents: {2027-02-01: 40, 2027-02-11: 60},
     cost_per_hour: 58, shrinkage: 0.3, newcomers: {speed: [0.5]}}
  - {name: lyon, kind: vendor, vendor: Big, queues: [mail], agents: 5, cost_per_hour: 26,
     tiers: [{above: 40, price: 24}]}
  - {name: nice, kind: vendor, vendor: Big, queues: [mail], agents: 5, cost_per_contact: 4}
variants:
  a=b: {risk: 0.9}
  volume+20: {risk: 0.8}
"""


def read(*variants):
    return scenario_of(parse_yaml(BASE, "s.yaml"), variants)


def faults_of(*variants):
    with pytest.raises(InputError) as caught:
        read(*variants)
    return [str(fault) for fault in caught.value.faults]


def pool(scenario, name):
    return next(one for one in scenario.pools if one.name == name)


def test_one_value_is_changed_by_its_path():
    scenario = read("pools.paris.agents=40", "pools.paris.shrinkage.absence=0.2", "risk=0.7")
    assert (pool(scenario, "paris").agents.most, scenario.risk) == (40, 0.7)
    assert pool(scenario, "paris").shrinkage.total == 0.44
    assert scenario.applied == (
        "pools.paris.agents=40", "pools.paris.shrinkage.absence=0.2", "risk=0.7"
    )  # fmt: skip


def test_a_star_is_every_named_thing():
    assert [q.aht_factor for q in read("queues.*.aht_factor=1.1").queues] == [1.1, 1.1]


@pytest.mark.parametrize("name", ["fr.phone", "'fr.phone'", '"fr.phone"', " fr.phone "])
def test_a_name_with_dots_may_be_quoted(name):
    assert read(f"queues.{name}.aht_s=240").queues[0].aht_s == 240


def test_what_has_no_name_goes_by_number_and_served_queues_by_name():
    lyon = pool(read("pools.lyon.tiers.0.price=22", "pools.lyon.queues.mail.speed=0.9"), "lyon")
    assert (lyon.tiers[0].price, lyon.queues[0].speed) == (22, 0.9)


def test_one_part_of_opening_hours_or_of_a_ramp_changes_alone():
    scenario = read("queues.fr.phone.open.sat=closed", "pools.paris.agents.2027-02-11=70")
    assert scenario.queues[0].open.week[0]
    assert not scenario.queues[0].open.week[5]
    assert [count for _, count in pool(scenario, "paris").agents.steps] == [40, 70]


def test_null_takes_a_named_thing_away():
    assert [one.name for one in read("pools.nice=null").pools] == ["paris", "lyon"]


def test_a_variant_of_the_file_comes_before_a_path_and_a_ready_one():
    assert read("a=b").risk == 0.9
    assert read("volume+20").risk == 0.8
    assert len(read("volume+30").overrides) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pools.pari.agents=40",
         "--variant: pools.pari must be one of paris, lyon, nice (nearest: 'paris'), got 'pari'"),
        ("pools.paris.agnts=40",
         "--variant: pools.paris.agnts must be a known key (nearest: 'agents'), got 'agnts'"),
        ("markets.IT.country=IT", "--variant: markets.IT must be one of FR, GB, got 'IT'"),
        ("drivers.*.lag_days=2", "--variant: drivers.* must find something there, got nothing"),
        ("pools.lyon.tiers.1.price=2", "--variant: pools.lyon.tiers.1 must be one of 0, got '1'"),
        ("queues.mail.open.sun=closed",
         "--variant: queues.mail.open must be changed as a whole, as it has no parts, got nothing"),
        ("risk=", "--variant: risk must be given a value, got nothing (null takes it away)"),
        ("risk=7", "--variant: risk must be in (0, 1)"),
        ("=3", "--variant: must be PATH=VALUE such as pools.paris.agents=40, got '=3'"),
        ("queues.fr.phone.aht_s=null",
         None),
        ("pools.lyon.cost_per_contact=3",
         "s.yaml:12: pools.1 must have either cost_per_hour or cost_per_contact, got both "
         "(with pools.lyon.cost_per_contact=3)"),
        ("volume-120", "--variant: volume-120 must be of -100 to +900 percent, got -120"),
        ("volume+5@2027-03-08",
         "--variant: volume+5@2027-03-08 must be of a day from 2027-02-08 to 2027-02-14, "
         "got '2027-03-08'"),
        ("absence-20-lyon",
         "--variant: absence-20-lyon must name one of the scenario's own pools: it must be one of "
         "paris, got 'lyon'"),
        ("witout-Big",
         "s.yaml:15: variants must have the variant that was asked for: it must be one of a=b, "
         "volume+20, or a ready one (planner variants lists them), or a change such as risk=0.8 "
         "(nearest: 'without-Big'), got 'witout-Big'"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_told_with_its_place(text, fault):
    if fault is None:
        assert read(text).queues[0].aht_s is None
    else:
        assert faults_of(text)[0].startswith(fault)


def test_every_fault_of_several_changes_is_told():
    assert len(faults_of("pools.pari.agents=4", "risk=7", "volume-120")) == 3


@pytest.mark.parametrize("text", ["a.'b", "a.=3", ".a=3", "a", "a b", "'a=3", ""])
def test_what_is_no_path_has_no_steps(text):
    assert split_change(text)[0] is None


def test_an_event_is_made_stronger():
    assert read("valentines_day-x7").events[0].multiplier == 7
    assert read("spring mailing-x2.5").events[1].multiplier == 2.5


def test_volume_comes_on_top_of_other_overrides():
    found = read("volume-15", "volume+50@2027-02-12").overrides
    assert [(one.add, one.factor) for one in found] == [(5, None), (None, 0.85), (None, 1.5)]
    assert found[2].day == dt.date(2027, 2, 12)


def test_handling_times_are_scaled_from_what_they_are():
    assert [one.aht_factor for one in read("aht+10").queues] == [1.1, 1.32]


def test_absence_comes_on_top_in_own_pools_alone():
    assert [one.shrinkage.total for one in read("absence-20").pools] == [0.44, 0.3, 0.3]


def test_a_vendor_goes_with_all_its_pools():
    assert [one.name for one in read("without-Big").pools] == ["paris"]


def test_a_price_changes_with_its_tiers():
    lyon = pool(read("lyon-price+10"), "lyon")
    assert (lyon.cost_per_hour, lyon.tiers[0].price) == (28.6, 26.4)
    assert pool(read("nice-price-10"), "nice").cost_per_contact == 3.6


def test_a_closed_market_is_shut_all_the_time():
    markets = read("closed-GB").markets
    assert len(markets["GB"].closed) == 7
    assert not markets["FR"].closed


def test_nobody_is_there_on_the_day_of_an_outage_and_all_are_the_day_after():
    agents = pool(read("outage-paris@2027-02-10"), "paris").agents
    assert [agents.on(dt.date(2027, 2, day)) for day in range(8, 13)] == [40, 40, 0, 60, 60]
    assert pool(read("outage-paris"), "paris").agents.on(dt.date(2027, 2, 10)) == 0  # the mailing


SLOW = {"florist": pytest.mark.slow}  # eighty ready variants of its 35 queues


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=SLOW.get(name, ())) for name in EXAMPLES]
)
def example(request, tmp_path_factory):
    return write_example(request.param, tmp_path_factory.mktemp(request.param))


def test_every_ready_variant_of_an_example_can_be_read(example):
    ready = ready_variants(read_yaml(example).value)
    assert {one.name for one in ready} >= {"volume+20", "volume-20", "aht+10", "absence-20"}
    for one in ready:
        assert one.says
        assert load_scenario(example, [one.name]).applied == (one.name,)
