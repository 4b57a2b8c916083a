"""The scenario file: every key of the contract, every way to write it, and its defaults."""

import datetime as dt
import pickle

import pytest

from planner.errors import InputError
from planner.scenario.document import parse_yaml
from planner.scenario.model import json_schema, load_scenario, scenario_of
from planner.scenario.opening import Opening
from planner.scenario.queues import Promise, Target

CONTRACT = """
name: Florist, Valentine's 2027
currency: EUR
horizon: {first_day: 2027-02-01, days: 28}
interval_minutes: 15
seed: 1
history: {file: contacts.csv}
risk: 0.5
markets:
  FR: {timezone: Europe/Paris, country: FR}
queues:
  - name: fr-phone
    market: FR
    channel: phone
    open: {mon-sat: "08:00-20:00", sun: "09:00-13:00"}
    aht_s: 300
    patience_s: 180
    target: {service_level: 0.80, answer_within_s: 20, over: interval, max_occupancy: 0.88}
  - name: fr-chat
    market: FR
    channel: chat
    concurrency: 2
    aht_s: 420
    aht_alone_s: 300
    target: {service_level: 0.80, answer_within_s: 60}
  - name: fr-email
    market: FR
    channel: email
    aht_s: 360
    segment: customers
    escalates: {to: fr-level2, share: 0.40}
    target: {reply_within_hours: 7, share: 0.90, clock: calendar}
  - {name: fr-level2, market: FR, channel: email, aht_s: 600, target: {reply_within_hours: 24}}
events:
  - valentines_day
  - mothers_day
  - {name: spring mailing, markets: [FR], dates: [2027-02-23], days_before: 0, days_after: 3,
     uplift: 1.4}
pools:
  - name: paris
    kind: in_house
    queues: [fr-phone, fr-chat, fr-email, fr-level2]
    agents: 60
    cost_per_hour: 58
    shrinkage: 0.30
    contract: {hours_per_week: 35, max_hours_per_day: 10, min_rest_hours: 11,
               max_consecutive_days: 6, days_off_per_week: 2, paid: contracted,
               overtime: {max_hours_per_week: 8, cost_factor: 1.25}}
    shifts: {earliest_start: "07:00", latest_end: "21:00", start_every_minutes: 30,
             paid_hours: [4, 7], breaks: [{minutes: 45, paid: false, after_hours: [3, 5]}]}
  - name: lyon-partner
    kind: vendor
    queues: [fr-phone, {name: fr-email, speed: 0.9}]
    agents: {2027-02-01: 10, 2027-02-08: 40}
    cost_per_hour: 26
    minimum_hours_per_week: 200
    committed_share_of_forecast: 0.9
    max_share: 0.25
    penalty: {below_service_level: 0.80, discount_per_point: 0.01, max_discount: 0.10}
variants:
  tenfold: {events: {valentines_day: {multiplier: 10}}}
  absence-20: {pools: {paris: {shrinkage: 0.44}}}
  vendor-at-24: {pools: {lyon-partner: {cost_per_hour: 24}}}
"""
SMALL = """
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
queues: [{name: phone}]
"""


def read(text, *variants):
    return scenario_of(parse_yaml(text, "scenario.yaml"), variants)


def pool(rest):
    return read(f"{SMALL}pools:\n  - {{name: a, queues: [phone], cost_per_hour: 1, {rest}}}").pools[
        0
    ]


def test_every_key_of_the_contract_is_read():
    scenario = read(CONTRACT)
    phone, chat, email, _ = scenario.queues
    assert phone.open.week[5:] == (((480, 1200),), ((540, 780),))
    assert phone.target == Target(service_level=0.8, answer_within_s=20, max_occupancy=0.88)
    assert chat.aht_alone_s == 300
    assert (chat.concurrency, chat.open.slots(60).all()) == (2, True)
    assert email.target == Promise(reply_within_hours=7, share=0.9, clock="calendar")
    assert (email.escalates.to, email.escalates.share) == ("fr-level2", 0.4)
    assert [event.name for event in scenario.events][:2] == ["valentines_day", "mothers_day"]
    assert scenario.events[2].dates == (dt.date(2027, 2, 23),)
    paris, lyon = scenario.pools
    assert paris.contract.overtime.cost_factor == 1.25
    assert paris.shifts.breaks[0].after_hours == (3.0, 5.0)
    assert [served.speed for served in lyon.queues] == [1.0, 0.9]
    assert lyon.agents.on(dt.date(2027, 2, 7)) == 10
    assert lyon.penalty.max_discount == 0.10
    assert set(scenario.variants) == {"tenfold", "absence-20", "vendor-at-24"}


def test_all_but_four_keys_have_defaults():
    scenario = read(SMALL)
    queue = scenario.queues[0]
    assert queue.target == Target(service_level=0.8, answer_within_s=20)
    assert queue.open.slots(60).all()
    assert scenario.market_of(queue).timezone == "UTC"
    assert (scenario.interval_s, scenario.risk, scenario.pools) == (900, 0.5, ())
    assert scenario.days[-1] == dt.date(2027, 2, 7)


def test_the_only_market_is_every_queue_s():
    scenario = read(SMALL + "markets: {NO: {timezone: Europe/Oslo, country: NO}}")
    assert scenario.queues[0].market == "NO"
    assert scenario.market_of(scenario.queues[0]).country == "NO"


@pytest.mark.parametrize(
    ("channel", "target"),
    [
        ("phone", Target(answer_within_s=20)),
        ("chat", Target(answer_within_s=60)),
        ("messaging", Promise(reply_within_hours=1)),
        ("email", Promise(reply_within_hours=24)),
        ("social", Promise(reply_within_hours=24)),
    ],
)
def test_each_channel_has_its_usual_target(channel, target):
    text = SMALL.replace("{name: phone}", f"{{name: x, channel: {channel}}}")
    assert read(text).queues[0].target == target


def test_a_promise_of_mean_wait_alone_brings_no_service_level():
    text = SMALL.replace("{name: phone}", "{name: phone, target: {max_asa_s: 30}}")
    assert read(text).queues[0].target.service_level is None


def test_calls_may_be_called_back():
    text = SMALL.replace("{name: phone}", "{name: phone, target: {reply_within_hours: 4}}")
    assert isinstance(read(text).queues[0].target, Promise)


def test_agents_are_a_count_names_or_a_ramp():
    assert pool("agents: 3").agents.steps == ((None, 3),)
    assert pool("agents: [Ana, Bob]").agents.names == ("Ana", "Bob")
    ramp = pool("agents: {2027-02-03: 5, 2027-02-01: 2}").agents
    days = [dt.date(2027, 1, 31), dt.date(2027, 2, 1), dt.date(2027, 2, 9)]
    assert [ramp.on(day) for day in days] == [0, 2, 5]
    assert ramp.most == 5


def test_agents_come_from_a_file_beside_the_scenario(tmp_path):
    (tmp_path / "agents.csv").write_text("agent,team\nZoë,1\nBob,2\n", encoding="utf-8")
    text = (
        SMALL + "pools: [{name: a, queues: [phone], cost_per_hour: 1, agents: {file: agents.csv}}]"
    )
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "scenario.yaml")
    assert scenario.pools[0].agents.names == ("Zoë", "Bob")
    assert scenario.folder == tmp_path


def test_faults_in_the_file_of_agents_name_its_lines(tmp_path):
    (tmp_path / "agents.csv").write_text("agent\nBob\n \nBob\n", encoding="utf-8")
    text = (
        SMALL + "pools: [{name: a, queues: [phone], cost_per_hour: 1, agents: {file: agents.csv}}]"
    )
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "scenario.yaml")
    assert [str(fault).split("/")[-1] for fault in caught.value.faults] == [
        "agents.csv:3: agent must be a name, got nothing",
        "agents.csv:4: agent must be named once, got 'Bob' again (first on line 2)",
    ]


@pytest.mark.parametrize("content", [None, "name\nBob\n"])
def test_a_file_of_agents_that_is_none_is_told_on_both_sides(tmp_path, content):
    if content:
        (tmp_path / "agents.csv").write_text(content, encoding="utf-8")
    text = (
        SMALL + "pools: [{name: a, queues: [phone], cost_per_hour: 1, agents: {file: agents.csv}}]"
    )
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"agents\.csv"):
        load_scenario(tmp_path / "scenario.yaml")


def test_a_scenario_travels_to_another_process():
    scenario = read(CONTRACT, "tenfold")
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.applied == ("tenfold",)


def test_a_scenario_can_be_read_from_its_own_document():
    scenario = read(CONTRACT, "tenfold")
    copy = scenario_of(parse_yaml("a: 1", "x").__class__("x", scenario.document, {}))
    assert copy.events == scenario.events


def test_the_schema_says_what_each_field_is():
    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        for name, field in part.get("properties", {}).items():
            assert field.get("description"), name
    assert set(schema["properties"]["interval_minutes"]["enum"]) == {5, 10, 15, 30, 60, 1440}


def test_lines_survive_merge_keys_and_aliases():
    text = (
        "horizon: {first_day: 2027-02-01, days: 7}\nhistory: {file: a.csv}\n"
        "queues:\n  - &first {name: a, aht_s: 100}\n  - {<<: *first, name: b}\n"
    )
    assert [(queue.name, queue.aht_s) for queue in read(text).queues] == [("a", 100), ("b", 100)]


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("24h", (((0, 1440),),) * 7),
        ("closed", ((),) * 7),
        ("22:00-06:00", (((1320, 1800),),) * 7),
        ({"mon,wed": "08:00-12:00,14:00-18:00"}, (((480, 720), (840, 1080)), ()) * 2 + ((),) * 3),
        ({"sat-mon": "08:00-24:00"}, (((480, 1440),), *((),) * 4, ((480, 1440),), ((480, 1440),))),
        ({"mon-sun": "24h"}, (((0, 1440),),) * 7),
    ],
)
def test_opening_hours_are_read(hours, week):
    expected = week if len(week) == 7 else (week[0], week[1], week[2], *((),) * 4)
    assert Opening.parse(hours).week == expected


def test_a_night_runs_into_the_next_day():
    slots = Opening.parse({"sun": "22:00-02:00"}).slots(3600)
    assert slots.sum() == 4
    assert slots[0, :2].all()
    assert slots[6, 22:].all()
