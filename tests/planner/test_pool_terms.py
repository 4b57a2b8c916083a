"""Terms of real contracts in the scenario: what is read, what is refused, what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.export.figures_supply import price_table
from planner.export.summary import summary
from planner.export.words import plan_words
from planner.inputs import simplifications
from planner.pool_inputs import lost_lengths, price_per_position_hour, staffing_pools
from planner.pool_terms import terms_words
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from staffing.pools import Bonus, SplitRule, Tier

TERMS = """\
horizon: {first_day: 2027-02-01, days: 28}
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR}}
queues: [{name: phone}, {name: mail, channel: email}]
pools:
  - name: paris
    queues: [phone]
    agents: 5
    cost_per_hour: 58
    shifts: {paid_hours: [4], split: {paid_hours: [7], pause_minutes: [120, 240],
             after_hours: [3, 4], max_span_hours: 11}}
  - name: lyon
    kind: vendor
    queues: [phone, {name: mail, speed: 0.9, solved: 0.85}]
    agents: 20
    cost_per_hour: 26
    max_share: 0.4
    max_share_of: hours
    tiers: [{above: 300, price: 24}, {above: 600, price: 22.5}]
    notice: {days: 14, ordered_hours_per_week: 300}
    bonus: {above_service_level: 0.85, premium_per_point: 0.01, max_premium: 0.05}
    decided: on_the_day
"""


def read(text=TERMS):
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def faults_of(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return [str(fault).removeprefix("scenario.yaml:") for fault in caught.value.faults]


def test_terms_reach_staffing():
    paris, lyon = staffing_pools(read())
    assert paris.shifts.split == SplitRule((7.0,), (120, 240), (3.0, 4.0), 11.0)
    assert (lyon.tiers, lyon.bonus) == ((Tier(300, 24), Tier(600, 22.5)), Bonus(0.85, 0.01, 0.05))
    assert (lyon.notice_days, lyon.ordered_hours_per_week) == (14, 300.0)
    assert (lyon.max_share, lyon.max_share_of, lyon.decided) == (0.4, "hours", "on_the_day")
    assert lyon.solved == {"mail": 0.85}


def test_a_pool_without_terms_has_none():
    text = TERMS[: TERMS.index("  - name: lyon")].replace(", split:", ", breaks: []} #")
    (pool,) = staffing_pools(read(text[: text.index("             after_hours")]))
    assert (pool.tiers, pool.bonus, pool.notice_days, pool.solved) == ((), None, 0, {})
    assert (pool.max_share_of, pool.decided, pool.shifts.split) == ("contacts", "ahead", None)
    assert terms_words(pool) == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("above: 600", "above: 300",
         "19: pools.1.tiers.1.above must be above the tier before it (300), got 300"),
        ("above: 300", "above: 0", "19: pools.1.tiers.0.above must be a number > 0, got 0"),
        ("price: 24", "price: free",
         "19: pools.1.tiers.0.price must be a number from 0 to 1000000, got 'free'"),
        ("price: 24", "prize: 24",
         "19: pools.1.tiers.0.price must be given, got nothing"),
        ("days: 14", "days: 0",
         "20: pools.1.notice.days must be a whole number from 1 to 800, got 0"),
        ("ordered_hours_per_week: 300", "ordered_hours_per_week: -1",
         "20: pools.1.notice.ordered_hours_per_week must be a number >= 0, got -1"),
        ("ordered_hours_per_week: 300", "ordered_hours_per_week: 701",
         "20: pools.1.notice.ordered_hours_per_week must be at most what its agents may work a "
         "week (700 hours), got 701"),
        ("cost_per_hour: 26", "cost_per_contact: 4",
         "20: pools.1.notice must go with cost_per_hour, got cost_per_contact"),
        ("kind: vendor", "kind: in_house",
         "19: pools.1.tiers must go with contract.paid: scheduled, as contracted hours have one "
         "price and are paid in any case, got paid: contracted"),
        ("max_share: 0.4\n", "max_share: 0.4\n    contract: {paid: contracted}\n",
         "21: pools.1.notice must go with contract.paid: scheduled, as contracted hours have one "
         "price and are paid in any case, got paid: contracted"),
        ("max_share_of: hours", "max_share_of: heads",
         "18: pools.1.max_share_of must be one of contacts, hours, got 'heads'"),
        ("    max_share: 0.4\n", "",
         "17: pools.1.max_share_of must go with max_share, got max_share_of alone"),
        ("above_service_level: 0.85", "above_service_level: 85",
         "21: pools.1.bonus.above_service_level must be in (0, 1), a fraction, got 85"),
        ("premium_per_point: 0.01", "premium_per_point: -0.01",
         "21: pools.1.bonus.premium_per_point must be in [0, 1], a fraction, got -0.01"),
        ("    decided",
         "    penalty: {below_service_level: 0.9, discount_per_point: 0.01}\n    decided",
         "21: pools.1.bonus.above_service_level must be at least penalty.below_service_level "
         "(0.9), got 0.85"),
        ("on_the_day", "later",
         "22: pools.1.decided must be one of ahead, on_the_day, got 'later'"),
        ("solved: 0.85", "solved: 0",
         "14: pools.1.queues.1.solved must be in (0, 1], a fraction, got 0"),
        ("pause_minutes: [120, 240]", "pause_minutes: [240, 120]",
         "10: pools.0.shifts.split.pause_minutes must be [shortest, longest] in that order, "
         "got [240, 120]"),
        ("pause_minutes: [120, 240]", "pause_minutes: [60, 240]",
         "10: pools.0.shifts.split.pause_minutes.0 must be a whole number from 90 to 720, got 60"),
        ("after_hours: [3, 4]", "after_hours: [4, 3]",
         "11: pools.0.shifts.split.after_hours must be [earliest, latest] in that order, "
         "got [4.0, 3.0]"),
        ("after_hours: [3, 4]", "after_hours: [3, 7]",
         "11: pools.0.shifts.split.after_hours must end before the end of the shortest of its "
         "shifts (7 paid hours), got [3.0, 7.0]"),
        ("max_span_hours: 11", "max_span_hours: 8",
         "11: pools.0.shifts.split.max_span_hours must be at least the shortest shift and the "
         "shortest pause (9 hours), got 8"),
        ("max_span_hours: 11", "max_span_hours: 25",
         "11: pools.0.shifts.split.max_span_hours must be a number of hours from 1 to 24, got 25"),
        ("split: {paid_hours: [7]", "split: {paid_hours: [11]",
         "10: pools.0.shifts.split.paid_hours must hold a length up to contract.max_hours_per_day "
         "(10), got [11.0]"),
        ("{paid_hours: [4]", '{earliest_start: "10:00", latest_end: "18:00", paid_hours: [4]',
         "10: pools.0.shifts.split.paid_hours must hold a length that fits from earliest_start to "
         "latest_end, 9 hours of shift and pause for the shortest, got [7.0]"),
    ],
)  # fmt: skip
def test_a_bad_term_is_told_with_its_line(old, new, fault):
    assert old in TERMS
    assert fault in faults_of(TERMS.replace(old, new, 1))


def test_terms_are_told_in_words():
    paris, lyon = staffing_pools(read())
    assert terms_words(paris) == "shifts in two parts of 7 h"
    assert terms_words(lyon) == (
        "300 h a week ordered for the first 14 days, no more and no less; beyond 300 h a week "
        "24.00, beyond 600 h 22.50; at most 40 % of the hours of all pools; 1 % on top a point "
        "above 85 %, at most 5 %; called on the day"
    )


def test_what_a_vendor_must_be_paid_is_told_in_words():
    more = (
        "cost_per_contact: 4\n    committed_share_of_forecast: 0.9\n"
        "    penalty: {below_service_level: 0.8, discount_per_point: 0.01, max_discount: 0.1}"
    )
    text = TERMS.replace("cost_per_hour: 26", more).replace("max_share_of: hours", "")
    text = text.replace("    notice: {days: 14, ordered_hours_per_week: 300}\n", "")
    assert terms_words(staffing_pools(read(text))[1]) == (
        "90 % of the contacts planned billed at least; beyond 300 contacts a week 24.00, beyond "
        "600 contacts 22.50; at most 40 % of each queue's contacts; 1 % off a point below 80 %, at "
        "most 10 %; 1 % on top a point above 85 %, at most 5 %; called on the day"
    )


def test_the_dearest_tier_counts_in_the_price_of_a_shortage():
    dear = read(TERMS.replace("price: 22.5", "price: 50"))
    assert price_per_position_hour(dear, dear.pools[1]) == pytest.approx(50 / 0.7 / 0.9)
    falling = read()
    assert price_per_position_hour(falling, falling.pools[1]) == pytest.approx(26 / 0.7 / 0.9)


def test_lengths_in_two_parts_that_no_shift_can_have_are_told():
    text = TERMS.replace("split: {paid_hours: [7]", "split: {paid_hours: [7, 9.5]")
    assert lost_lengths(read(text)) == ["paris (9.5 h in two parts)"]


def test_a_minimum_beside_contracted_hours_is_said_to_change_nothing():
    text = TERMS.replace("cost_per_hour: 58", "cost_per_hour: 58\n    minimum_hours_per_week: 9")
    said = "minimum_hours_per_week changes nothing where contracted hours are paid: paris"
    assert said in simplifications(read(text))


def test_bonuses_and_contacts_solved_are_shown_where_a_contract_names_them(small_plan):
    def shown(pools):
        costs = tuple(
            replace(cost, bonus=5.0, contacts_solved=cost.contacts / 2) for cost in small_plan.costs
        )
        plan = replace(small_plan, pools=pools, costs=costs)
        return price_table(plan), summary(plan), plan_words(plan, Path("out"), 3)

    plain, told, said = shown(small_plan.pools)
    assert "bonus" not in plain.header
    assert "bonuses" not in told
    first, *others = small_plan.pools
    named = (replace(first, bonus=Bonus(0.85, 0.01, 0.05), solved={"fr-phone": 0.5}), *others)
    table, told, said = shown(named)
    assert table.header[-2:] == ("bonus", "a contact solved")
    assert all("5" in row[-2] for row in table.rows)
    twice = small_plan.costs[0].cost_per_contact * 2
    assert f"{twice:,.2f}" in table.rows[0][-1]
    assert told["bonuses"] == {pool.name: 5.0 for pool in named}
    assert f"{first.name} is expected to be paid 5 more for its service." in said
