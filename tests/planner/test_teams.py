"""Agents of one pool with different skills: a staffing pool for each set of queues."""

import datetime as dt

import pytest

from planner.audit.question import question_of
from planner.errors import InputError
from planner.pool_inputs import staffing_pools
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of

SCENARIO = """
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris}, GB: {timezone: Europe/London}}
queues:
  - {name: phone, market: FR, open: "08:00-20:00"}
  - {name: chat, market: GB, channel: chat, open: "10:00-16:00"}
  - {name: mail, market: FR, channel: email}
pools:
  - {name: paris, kind: vendor, queues: [phone, {name: chat, speed: 0.9}, mail], cost_per_hour: 26,
     agents: {file: agents.csv} MORE}
"""
AGENTS = "agent,queues,last_day\nAda,,\nBo,chat,\nCy,phone;mail,\nDee,chat,2027-02-03\n"


def loaded(folder, more="", agents=AGENTS):
    (folder / "agents.csv").write_text(agents, encoding="utf-8")
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace(" MORE", more), encoding="utf-8")
    return load_scenario(path)


def test_agents_with_other_skills_are_pools_of_their_own(tmp_path):
    found = staffing_pools(loaded(tmp_path))
    assert [(pool.name, pool.names, dict(pool.speed)) for pool in found] == [
        ("paris", ("Ada",), {"phone": 1.0, "chat": 0.9, "mail": 1.0}),
        ("paris (phone, mail)", ("Cy",), {"phone": 1.0, "mail": 1.0}),
        ("paris (chat)", ("Bo", "Dee"), {"chat": 0.9}),
    ]
    assert found[2].agents.tolist() == [2, 2, 2, 1, 1, 1, 1]
    assert [agent.name for agent in found[2].people] == ["Bo", "Dee"]


def test_teams_keep_their_pools_zone_and_firm_and_work_their_own_hours(tmp_path):
    found = staffing_pools(loaded(tmp_path))
    assert {pool.timezone for pool in found} == {"Europe/Paris"}
    assert {pool.vendor for pool in found} == {"paris"}
    assert (found[2].shifts.earliest_start, found[2].shifts.latest_end) == (11 * 60, 17 * 60)


def test_an_audit_knows_the_same_teams(tmp_path):
    scenario = loaded(tmp_path)
    asked = question_of(scenario)
    assert list(asked.pools) == [pool.name for pool in staffing_pools(scenario)]
    assert asked.pools["paris (chat)"].agents[dt.date(2027, 2, 4)] == 1


def test_a_pool_without_skills_is_its_own_team(tmp_path):
    scenario = loaded(tmp_path, agents="agent,hours_per_week\nAda,20\n")
    assert scenario.teams == scenario.pools


def test_a_team_of_many_queues_has_a_number(tmp_path):
    text = """
horizon: {first_day: 2027-02-01, days: 7}
history: {file: contacts.csv}
queues: [{name: a-queue-with-a-long-name}, {name: another-queue-with-a-long-name}, {name: c}]
pools:
  - {name: paris, queues: [a-queue-with-a-long-name, another-queue-with-a-long-name, c],
     cost_per_hour: 58, agents: {file: agents.csv}}
"""
    (tmp_path / "agents.csv").write_text(
        "agent,queues\nAda,a-queue-with-a-long-name;another-queue-with-a-long-name\n"
    )
    found = scenario_of(parse_yaml(text, str(tmp_path / "scenario.yaml")))
    assert [team.name for team in found.teams] == ["paris (team 1)"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (", max_share: 0.3", "max_share"),
        (", minimum_hours_per_week: 100", "minimum_hours_per_week"),
        (", tiers: [{above: 100, price: 20}]", "tiers"),
        (", committed_share_of_forecast: 1", "committed_share_of_forecast"),
        (", notice: {days: 1, ordered_hours_per_week: 10}", "notice"),
        (", penalty: {below_service_level: 0.8, discount_per_point: 0.01}", "penalty"),
        (", bonus: {above_service_level: 0.8, premium_per_point: 0.01}", "bonus"),
    ],
)
def test_terms_that_count_the_whole_pool_refuse_teams(tmp_path, more, field):
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, more)
    (fault,) = caught.value.faults
    assert fault.field == f"pools.0.{field}"
    assert fault.message == (
        "must go with agents who all serve all queues, as it counts the whole pool, got 3 who "
        "serve only some"
    )


def test_a_pool_of_a_teams_name_is_refused(tmp_path):
    more = "}\n  - {name: paris (chat), queues: [chat], cost_per_hour: 1, agents: 1"
    with pytest.raises(InputError, match="must not be a pool beside a team of that name"):
        loaded(tmp_path, more)
