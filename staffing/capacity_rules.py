"""The rules of the program in weeks: each function is one inequality, told in its docstring."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.capacity_question import CapacityQuestion, Team, Vendor
from staffing.solver import Program, Term

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TeamVariables:
    """Numbers of a team's variables, ``[W]`` each.

    ``steady`` are those past their first weeks, ``working`` the heads that those on contacts are
    worth, ``worked`` their hours without overtime.
    """

    hires: IntArray
    opens: IntArray
    steady: IntArray
    released: IntArray
    heads: IntArray
    working: IntArray
    worked: IntArray
    overtime: IntArray


@dataclass(frozen=True, slots=True)
class VendorVariables:
    """Numbers of a vendor's variables, ``[W]`` each: hours ordered, billed, and raised by."""

    ordered: IntArray
    billed: IntArray
    raised: IntArray


@dataclass(slots=True)
class Weeks:
    """The program in weeks with its variables.

    ``serve[name, q]`` are position hours given ``[W]``, ``short`` those missing ``[Q, W]``.
    """

    program: Program
    question: CapacityQuestion
    teams: dict[str, TeamVariables] = field(default_factory=dict)
    vendors: dict[str, VendorVariables] = field(default_factory=dict)
    serve: dict[tuple[str, int], IntArray] = field(default_factory=dict)
    short: list[IntArray] = field(default_factory=list)

    def name(self, rule: str, who: str, week: int) -> str:
        """Return a rule's name, as the written program shows it."""
        return f"{rule} {who} {self.question.weeks[week]}"

    def served(self, who: Team | Vendor, week: int) -> list[Term]:
        """Return the position hours that somebody gives to all queues in a week."""
        return [(int(self.serve[who.name, q][week]), 1.0) for q in who.speeds]


def flow(weeks: Weeks, team: Team, w: int) -> None:
    """Those past their first weeks = those before who stayed + a class that has grown up."""
    mine, hiring = weeks.teams[team.name], team.hiring
    terms: list[Term] = [(int(mine.steady[w]), 1.0)]
    value = 0.0
    if w == 0:
        value = team.heads if hiring.same_season(0, 0) else 0.0
    elif hiring.same_season(w - 1, w):
        stays = 1 - hiring.leave_a_week
        terms += [(int(mine.steady[w - 1]), -stays), (int(mine.released[w - 1]), stays)]
        first = w - hiring.begin_weeks
        if first >= 0 and hiring.same_season(first, w):
            terms.append((int(mine.hires[first]), -hiring.staying(hiring.begin_weeks)))
    weeks.program.equal(weeks.name("flow", team.name, w), terms, value)


def all_heads(weeks: Weeks, team: Team, w: int) -> None:
    """Heads = those past their first weeks + those of the classes since, as many as stayed."""
    mine, hiring = weeks.teams[team.name], team.hiring
    begun = [(int(mine.hires[c]), -hiring.staying(k)) for c, k in hiring.begins(w)]
    terms = [(int(mine.heads[w]), 1.0), (int(mine.steady[w]), -1.0), *begun]
    weeks.program.equal(weeks.name("heads", team.name, w), terms, 0.0)


def learning(weeks: Weeks, team: Team, w: int) -> None:
    """Heads on contacts = heads, newcomers at their speed, less slow old hands and trainers.

    Old hands who began slow are counted as if none of them had gone since but by leaving.
    """
    mine, hiring = weeks.teams[team.name], team.hiring
    terms = [(int(mine.working[w]), 1.0), (int(mine.steady[w]), -1.0)]
    for c, since in hiring.begins(w):
        terms.append((int(mine.hires[c]), -hiring.staying(since) * hiring.speed_after(since)))
        if hiring.trainers and since < hiring.training_weeks:
            terms.append((int(mine.opens[c]), hiring.trainers))
    old = team.heads * (1 - hiring.leave_a_week) ** w if hiring.same_season(0, w) else 0.0
    slow = -(1 - team.pace[w]) * old
    weeks.program.equal(weeks.name("learning", team.name, w), terms, slow)


def class_size(weeks: Weeks, team: Team, w: int) -> None:
    """Fewest of a class held <= people who join in it <= most; none without a class."""
    mine, (least, most) = weeks.teams[team.name], team.hiring.class_size
    hires, opens = int(mine.hires[w]), int(mine.opens[w])
    low, high = weeks.name("class at least", team.name, w), most_name(weeks, team.name, w)
    weeks.program.at_least(low, [(hires, 1.0), (opens, -least)], 0.0)
    weeks.program.at_most(high, [(hires, 1.0), (opens, -most)], 0.0)


def most_name(weeks: Weeks, team: str, w: int) -> str:
    """Return the name of the rule that limits a class."""
    return weeks.name("class at most", team, w)


def class_spacing(weeks: Weeks, team: Team, w: int) -> None:
    """At most one class begins in any so many weeks on end."""
    every = min(team.hiring.every_weeks, w + 1)
    if every < 2:
        return
    opens = weeks.teams[team.name].opens
    terms = [(int(opens[w - k]), 1.0) for k in range(every)]
    weeks.program.at_most(weeks.name("one class in turn", team.name, w), terms, 1.0)


def seats(weeks: Weeks, team: Team, w: int) -> None:
    """Heads <= seats, where more are not there already."""
    most = team.hiring.most_heads
    if most is not None:
        limit = max(most, team.heads)
        terms = [(int(weeks.teams[team.name].heads[w]), 1.0)]
        weeks.program.at_most(weeks.name("seats", team.name, w), terms, limit)


def release(weeks: Weeks, team: Team, w: int) -> None:
    """Those let go <= those past their first weeks."""
    mine = weeks.teams[team.name]
    terms = [(int(mine.released[w]), 1.0), (int(mine.steady[w]), -1.0)]
    weeks.program.at_most(weeks.name("release", team.name, w), terms, 0.0)


def worked(weeks: Weeks, team: Team, w: int) -> None:
    """Hours worked without overtime <= contract hours of the heads on contacts."""
    mine = weeks.teams[team.name]
    terms = [(int(mine.worked[w]), 1.0), (int(mine.working[w]), -team.hours)]
    weeks.program.at_most(weeks.name("worked", team.name, w), terms, 0.0)


def overtime(weeks: Weeks, team: Team, w: int) -> None:
    """Overtime <= its hours a week for each head on contacts."""
    mine = weeks.teams[team.name]
    terms = [(int(mine.overtime[w]), 1.0), (int(mine.working[w]), -team.overtime_hours)]
    weeks.program.at_most(weeks.name("overtime", team.name, w), terms, 0.0)


def team_supply(weeks: Weeks, team: Team, w: int) -> None:
    """Position hours given <= the productive share of hours worked, less the loss in shifts."""
    mine = weeks.teams[team.name]
    each = team.productive[w] / weeks.question.fit[w]
    hours = [(int(mine.worked[w]), -each), (int(mine.overtime[w]), -each)]
    name = weeks.name("supply", team.name, w)
    weeks.program.at_most(name, [*weeks.served(team, w), *hours], 0.0)


def vendor_supply(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Position hours given <= the productive share of hours ordered, less the loss in shifts."""
    each = vendor.productive[w] / weeks.question.fit[w]
    hours = (int(weeks.vendors[vendor.name].ordered[w]), -each)
    name = weeks.name("supply", vendor.name, w)
    weeks.program.at_most(name, [*weeks.served(vendor, w), hours], 0.0)


def need(weeks: Weeks, q: int, w: int) -> None:
    """Position hours given at their speed + those missing >= those needed."""
    question = weeks.question
    given = [
        (int(weeks.serve[who.name, q][w]), who.speeds[q])
        for who in question.served_by
        if q in who.speeds
    ]
    name = weeks.name("need", question.queues[q], w)
    terms = [*given, (int(weeks.short[q][w]), 1.0)]
    weeks.program.at_least(name, terms, float(question.need[q, w]))


def billed(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Hours billed >= hours ordered, used or not, and >= the week's minimum."""
    mine = weeks.vendors[vendor.name]
    bill = (int(mine.billed[w]), 1.0)
    name = weeks.name("billed", vendor.name, w)
    weeks.program.at_least(name, [bill, (int(mine.ordered[w]), -1.0)], 0.0)
    least = float(vendor.minimum[w])
    if least > 0:
        weeks.program.at_least(weeks.name("minimum", vendor.name, w), [bill], least)


def notice(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Within the notice, hours ordered = those ordered before, as far as they can be had."""
    if w < vendor.notice_weeks:
        order = [(int(weeks.vendors[vendor.name].ordered[w]), 1.0)]
        value = min(vendor.ordered, float(vendor.most[w]))
        weeks.program.equal(weeks.name("notice", vendor.name, w), order, value)


def ramp(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Hours ordered <= those of the week before + the ramp."""
    if vendor.ramp is not None and w >= max(vendor.notice_weeks, 1):
        mine = weeks.vendors[vendor.name].ordered
        terms = [(int(mine[w]), 1.0), (int(mine[w - 1]), -1.0)]
        weeks.program.at_most(weeks.name("ramp", vendor.name, w), terms, vendor.ramp)


def commitment(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Hours ordered >= all raises of the order whose commitment still holds."""
    long, mine = vendor.minimum_weeks, weeks.vendors[vendor.name]
    if long < 2:
        return
    if w < vendor.notice_weeks:
        none = [(int(mine.raised[w]), 1.0)]
        weeks.program.at_most(weeks.name("not raised", vendor.name, w), none, 0.0)
        return
    since = max(w - long + 1, vendor.notice_weeks)
    rise: list[Term] = [(int(mine.raised[w]), 1.0), (int(mine.ordered[w]), -1.0)]
    before = 0.0 if w else -vendor.ordered
    if w:
        rise.append((int(mine.ordered[w - 1]), 1.0))
    weeks.program.at_least(weeks.name("raised", vendor.name, w), rise, before)
    kept = [(int(mine.raised[v]), -1.0) for v in range(since, w + 1)]
    name = weeks.name("commitment", vendor.name, w)
    weeks.program.at_least(name, [(int(mine.ordered[w]), 1.0), *kept], 0.0)


def share_of_contacts(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Hours that a vendor gives a queue <= its largest share of those needed."""
    if vendor.max_share >= 1:
        return
    for q, speed in vendor.speeds.items():
        queue = weeks.question.queues[q]
        name = weeks.name("share", f"{vendor.name} {queue}", w)
        limit = vendor.max_share * float(weeks.question.need[q, w])
        terms = [(int(weeks.serve[vendor.name, q][w]), speed)]
        weeks.program.at_most(name, terms, limit)


def share_of_hours(weeks: Weeks, vendor: Vendor, w: int) -> None:
    """Hours ordered after the notice <= a vendor's largest share of all hours of a week."""
    share = vendor.max_share_of_hours
    if share >= 1 or w < vendor.notice_weeks:
        return
    own: list[Term] = [(int(weeks.vendors[vendor.name].ordered[w]), 1.0 - share)]
    others = [
        (int(mine.ordered[w]), -share)
        for name, mine in weeks.vendors.items()
        if name != vendor.name
    ]
    teams = [
        (int(hours[w]), -share)
        for mine in weeks.teams.values()
        for hours in (mine.worked, mine.overtime)
    ]
    name = weeks.name("share of hours", vendor.name, w)
    weeks.program.at_most(name, [*own, *others, *teams], 0.0)


TEAM_RULES = (flow, all_heads, learning, class_size, class_spacing, seats, release, worked,
              overtime, team_supply)  # fmt: skip
VENDOR_RULES = (vendor_supply, billed, notice, ramp, commitment, share_of_contacts, share_of_hours)
