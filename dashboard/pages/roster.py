"""The team leader's page: who works when, as a table and as bars, and what is bent for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.choice import Control, Option
from dashboard.page import Page, Values
from dashboard.pages.roster_files import links, serve
from dashboard.parts import figure, grid, nothing, section, table
from dashboard.words import say
from planner.export.figures_floor import MOST_AGENTS, floor_chart, pool_activities
from planner.export.roster_week import week_table
from planner.export.roster_words import span_name
from planner.export.tour_tables import (
    breaches_of,
    fairness_table,
    lines_of,
    rules_words,
    unplaced_words,
    wishes_of,
    wishes_words,
)
from planner.export.tours import Choice, Team, teams_of
from planner.export.wording import Table, counted, day_name, number

if TYPE_CHECKING:
    from dashboard.shelf import Seen
    from planner.plan import Plan

ALL = "all"
_MOST_RULES = 200  # in the page; all are in rules.csv
_ROW, _MOST_ROWS = 42, 14  # pixels of the grid, and rows that it shows at once


def options(seen: Seen, values: Values) -> Mapping[str, Sequence[Option]]:
    """Return teams, the skills of the team chosen, weeks, the days of one, and pages of bars."""
    plan = seen.plan
    staffed = [pool for pool in plan.pools if pool.names]
    team = values.get("team") or (staffed[0].name if staffed else "")
    chosen = [pool for pool in staffed if team in (ALL, pool.name)] or staffed[:1]
    skills = {name for pool in chosen for name in pool.speed}
    weeks = weeks_of(plan.days)
    busiest = plan.days[seen.sums.peak_day]
    first = next((key for key, days in weeks.items() if busiest in days), "")
    week = values.get("week") if values.get("week") in weeks else first
    named = [(key, span_name(days)) for key, days in weeks.items()]
    days = weeks.get(week or "", ())
    parts = [name for name in (first,) if name]
    return {
        "team": [*((pool.name, pool.name) for pool in staffed), (ALL, say("All teams"))],
        "skill": [
            (ALL, say("All skills")),
            *((queue.name, queue.name) for queue in plan.queues if queue.name in skills),
        ],
        "week": sorted(named, key=lambda one: one[0] not in parts),
        "day": [(ALL, say("The whole week")), *((d.isoformat(), day_name(d)) for d in days)],
        "part": _parts(seen, values, chosen[0].name if chosen else ""),
    }


def weeks_of(days: Sequence[dt.date]) -> dict[str, tuple[dt.date, ...]]:
    """Return the days of each week, Monday to Sunday, by the first of them."""
    weeks: dict[dt.date, list[dt.date]] = {}
    for day in days:
        weeks.setdefault(day - dt.timedelta(days=day.weekday()), []).append(day)
    return {own[0].isoformat(): tuple(own) for own in weeks.values()}


def _parts(seen: Seen, values: Values, team: str) -> list[Option]:
    """Return groups of agents, as many as the bars have room for, in the order of their starts."""
    agents = len({d.agent for d in seen.plan.roster.duties if d.pool == team})
    if values.get("day") not in (None, "", ALL):
        day = values["day"]
        agents = sum(d.pool == team and d.day.isoformat() == day for d in seen.plan.roster.duties)
    return [
        (str(at), say("{first} to {last}", first=at + 1, last=min(at + MOST_AGENTS, agents)))
        for at in range(0, max(agents, 1), MOST_AGENTS)
    ]


def show(seen: Seen, values: Values) -> list[Any]:
    """Return the downloads, the week's table, the day's bars, and what was bent."""
    plan = seen.plan
    if not plan.roster.duties:
        return [nothing(say("No roster yet"), say("This plan has no shifts with names."))]
    week = weeks_of(plan.days)[values["week"]]
    one_day = values["day"] != ALL
    days = tuple(d for d in week if not one_day or d.isoformat() == values["day"])
    teams = _teams(plan, values, days)
    if not teams:
        return [nothing(say("Nobody works then"), say("Choose another day, team or skill."))]
    caption = f"{', '.join(team.pool for team in teams[:3])}, {span_name(days)}"
    shifts = sum(len(team.rows) for team in teams)
    agents = len({(row.pool, row.agent) for team in teams for row in team.rows})
    whole = week_table(teams, days, caption)
    says = say(
        "{shifts} of {agents} at work, clock of {zone}; +1 ends on the next day. "
        "Breaks: in the picture below, and here for a single day.",
        shifts=counted(shifts, "shift"),
        agents=counted(agents, "agent"),
        zone=", ".join(dict.fromkeys(team.timezone for team in teams)),
    )
    height = 60 + _ROW * min(max(len(whole.rows), 1), _MOST_ROWS)
    return [
        section(
            say("Who works when: {what}", what=caption),
            grid("roster-grid", whole, height=height, wide=_widths(whole)),
            says=says,
        ),
        *_bars(seen, values, teams, days),
        *_bent(seen, {team.pool for team in teams}, days),
        links(seen.number, values, days, plan.days),
    ]


def _widths(content: Table) -> dict[int, int]:
    """Return the columns' widths: as their longest text needs, within limits."""
    longest = [max(map(len, column)) for column in zip(content.header, *content.rows, strict=True)]
    return {n: min(max(8 * most + 34, 96), 210) for n, most in enumerate(longest)}


def _teams(plan: Plan, values: Values, days: Sequence[dt.date]) -> list[Team]:
    """Return the teams chosen that serve the skill; of a single day, those at work alone."""
    team, skill = values["team"], values["skill"]
    pools = frozenset(
        pool.name
        for pool in plan.pools
        if team in (ALL, pool.name) and (skill == ALL or skill in pool.speed)
    )
    if not pools:
        return []
    choice = Choice(pools=pools, first=days[0], last=days[-1])
    found = teams_of(plan, choice)
    if len(days) > 1:
        return list(found)
    at_work = [(one, {row.agent for row in one.rows}) for one in found]
    return [
        Team(one.pool, one.timezone, tuple(a for a in one.agents if a in there), one.rows, ())
        for one, there in at_work
        if there
    ]


def _bars(seen: Seen, values: Values, teams: Sequence[Team], days: Sequence[dt.date]) -> list[Any]:
    """Return the day's bars of the team with most agents on it: of a week, its busiest day."""
    plan = seen.plan
    counts = {
        (day, team.pool): sum(row.day == day for row in team.rows) for team in teams for day in days
    }
    (day, name), _most = max(counts.items(), key=lambda pair: pair[1])
    pool = next(pool for pool in plan.pools if pool.name == name)
    found = seen.once(f"activities {name}", lambda: pool_activities(plan, pool))
    chart = floor_chart(
        plan,
        plan.days.index(day),
        pool,
        queue="" if values["skill"] == ALL else values["skill"],
        first=int(values.get("part") or 0),
        found=found,
    )
    if chart is None:
        return [nothing(say("Nobody is at this work on {day}", day=day_name(day)))]
    return [figure(chart)]


def _bent(seen: Seen, pools: set[str], days: Sequence[dt.date]) -> list[Any]:
    """Return rules bent or broken, wishes not kept, shifts nobody takes, and who carries what."""
    plan = seen.plan
    rules = seen.once("breaches", lambda: breaches_of(plan))
    wishes = seen.once("wishes", lambda: wishes_of(plan))
    lines = seen.once("tours", lambda: lines_of(plan))
    own = [line for line in lines if line.pool in pools]
    asked = sum(line.wishes for line in own)

    def here(one: Any) -> bool:  # noqa: ANN401  # a breach, a wish, or heads not placed
        return one.pool in pools and days[0] <= one.day <= days[-1]

    kept = {
        say("Every rule is kept by these teams on these days."): rules_words(
            [one for one in rules if here(one)], plan.scenario.currency, _MOST_RULES
        ),
        say("No wish is broken on these days.")
        if asked
        else say("These teams have told no wishes."): wishes_words(
            [one for one in wishes if here(one)]
        ),
        say("Every shift of the plan has somebody to work it."): unplaced_words(
            [one for one in plan.roster.unplaced if here(one)]
        ),
    }
    good = [html.Li(sentence) for sentence, told in kept.items() if told is None]
    bad = [table(told) for told in kept.values() if told is not None]
    title = say("Rules bent and wishes broken, {days}", days=span_name(days))
    parts = [section(title, *([html.Ul(good)] if good else []), *bad)]
    if own:
        parts.append(
            section(
                say("What the agents share, {days}", days=counted(len(plan.days), "day")),
                table(fairness_table(own)),
                says=say("{count} agents, over the whole plan.", count=number(len(own))),
            )
        )
    return parts


ROSTER = Page(
    key="roster",
    title="Roster",
    says="Who works when, what each is at, and which rules and wishes it bends.",
    show=show,
    controls=(
        Control("team", "Team"),
        Control("skill", "Skill"),
        Control("week", "Week"),
        Control("day", "Day"),
        Control("part", "Agents in the picture"),
    ),
    options=options,
    wire=serve,
)
