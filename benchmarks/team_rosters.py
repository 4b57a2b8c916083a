"""Rosters of whole teams: 300 agents in four sites by day and night, 60 agents, and sick days.

``python -m benchmarks.team_rosters`` plans the coffee club over four weeks in a process of its own,
then rosters it again, rosters 60 agents alone, and repairs sick days drawn at random.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.allocation_apart import answered, apart, asked
from benchmarks.staffing_table import Reached, Took, closing, say
from planner.check import read_question
from planner.examples import write_example
from planner.scenario.model import load_scenario
from planner.service import make_plan
from staffing.crew import Crew
from staffing.repair import changes, repaired, with_absence
from staffing.roster import best_tours, build_roster
from staffing.tour_report import agent_lines, breaches

_DAYS, _TEAM, _SICK_DAYS = 28, 60, 20


def main() -> int:
    """Print what was measured beside what was to be reached."""
    say("the coffee club over four weeks, planned and rostered")
    found = apart("benchmarks.team_rosters", {"days": _DAYS, "team": _TEAM, "sick": _SICK_DAYS})
    told = found.answer
    print(f"{told['agents']} agents, {_DAYS} days: {told['shifts']:,} shifts")
    for pool, line in told["pools"].items():
        print(f"  {pool:<8} {line}")
    print(
        f"planning and rostering {told['plan_s']:.1f} s, rostering {told['roster_s']:.1f} s; "
        f"{_SICK_DAYS} sick days: {told['repair_s']:.2f} s in the mean\n"
    )
    lines = [
        Reached("300 agents: hard rules broken", "0", str(told["broken"]), told["broken"] == 0),
        Reached("300 agents: heads left to nobody", "explained", str(told["left"]), True),
        Reached.at_most("300 agents: rostered", 120.0, told["roster_s"], "s"),
        Reached.at_most("planned and rostered, with its memory", 2048.0, found.peak_mib, "MiB"),
        Reached.at_most("60 agents: rostered", 20.0, told["team_s"], "s"),
        Reached.at_most("one sick day repaired, the slowest", 5.0, told["worst_repair_s"], "s"),
        Reached.at_most("its changed shifts, the most", 6.0, told["most_changes"], ""),
        Reached("sick days whose shift nobody takes", "-", str(told["sick_left"]), None),
    ]
    print(closing(lines))
    return 0


def _measured(days: int, team: int, sick: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        path = write_example("coffee", Path(place) / "coffee")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("days: 14", f"days: {days}"), encoding="utf-8")
        scenario, table = read_question(path, ())
        assert load_scenario(path).horizon.days == days
        plans: list[Any] = []
        planned = Took.least(lambda: plans.append(make_plan(scenario, table)), 1)
    plan = plans[0]
    solved, rosters = plan.allocation, []
    rostered = Took.least(lambda: rosters.append(build_roster(solved)), 1)
    roster = rosters[0]
    lines = agent_lines(roster, solved.pools, solved.shifts, solved.days)
    found = breaches(roster, solved.pools, solved.shifts, solved.days)
    return {
        "agents": len(lines),
        "shifts": len(roster.duties),
        "pools": {pool.name: _shared(lines, pool.name) for pool in solved.pools},
        "plan_s": planned.clock_s,
        "roster_s": rostered.clock_s,
        "broken": sum(breach.price is None for breach in found),
        "left": sum(left.heads for left in plan.roster.unplaced),
        "team_s": _team(solved, team),
        **_repairs(solved, roster, sick),
    }


def _shared(lines: Any, pool: str) -> str:  # noqa: ANN401 - lines of a report
    own = [line for line in lines if line.pool == pool]
    parts = []
    for name in ("weekends", "nights", "early_starts", "single_days_off"):
        values = [getattr(line, name) for line in own]
        parts.append(f"{name.replace('_', ' ')} {min(values)} to {max(values)}")
    return ", ".join(parts)


def _team(solved: Any, agents: int) -> float:  # noqa: ANN401 - an allocation
    """Return the seconds that so many agents of the second site take, with their part of heads."""
    pool, heads = solved.pools[1], solved.heads[1]
    part = agents / len(pool.names)
    small = replace(pool, agents=np.full(len(solved.days), agents), names=pool.names[:agents])
    crew = Crew(small, solved.shifts[1], solved.days)
    wanted = crew.kinds.heads(np.floor(heads * part).astype(np.int64))
    return Took.least(lambda: best_tours(crew.terms, crew.goals, wanted), 1).clock_s


def _repairs(solved: Any, roster: Any, count: int) -> dict[str, Any]:  # noqa: ANN401
    """Return what repairs of sick days take, and how many agents' days they change."""
    rng = np.random.default_rng(1)
    seconds, changed, left = [], [], 0
    for duty in rng.choice(len(roster.duties), count, replace=False).tolist():
        ill = roster.duties[duty]
        found: list[Any] = []

        def mend(ill: Any = ill, found: list[Any] = found) -> None:  # noqa: ANN401
            pools = with_absence(
                solved.pools, solved.days, roster, ill.pool, ill.agent, ill.day, ill.day
            )
            found.append(repaired(roster, pools, solved.shifts, solved.heads, solved.days, ill.day))

        seconds.append(Took.least(mend, 1).clock_s)
        changed.append(len(changes(roster, found[0])))
        left += sum(one.heads for one in found[0].unplaced)
    return {
        "repair_s": float(np.mean(seconds)),
        "worst_repair_s": max(seconds),
        "most_changes": max(changed),
        "sick_left": left,
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        answered(_measured(**asked()))
    else:
        sys.exit(main())
