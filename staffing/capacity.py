"""The same question in weeks: whom to hire and train, what to order from vendors, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from staffing.capacity_question import CapacityQuestion, Team, Vendor
from staffing.capacity_rules import (
    TEAM_RULES,
    VENDOR_RULES,
    TeamVariables,
    VendorVariables,
    Weeks,
    most_name,
    need,
)
from staffing.solver import Program, SolverError, Status
from staffing.workforce import Walk, walk

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: A plan is good enough this near to the bound, and after so many nodes of the search in any case.
GAP, NODES = 0.002, 400
_MANY = 1e6  # heads: no team has more
_NONE = 1e-6


@dataclass(frozen=True, slots=True)
class TeamWeeks:
    """A team's weeks: who comes and goes, hours and money, ``[W]`` each.

    ``wages`` are for contract hours, training among them.
    """

    team: Team
    hires: FloatArray
    walk: Walk
    worked: FloatArray
    overtime: FloatArray
    paid_hours: FloatArray
    wages: FloatArray
    overtime_cost: FloatArray
    hiring_cost: FloatArray
    contact_cost: FloatArray

    @property
    def cost(self) -> FloatArray:
        """All its money, ``[W]``."""
        return self.wages + self.overtime_cost + self.hiring_cost + self.contact_cost


@dataclass(frozen=True, slots=True)
class VendorWeeks:
    """A vendor's weeks: hours ordered and billed, and money, ``[W]`` each."""

    vendor: Vendor
    ordered: FloatArray
    billed: FloatArray
    cost: FloatArray


@dataclass(frozen=True, slots=True)
class CapacityPlan:
    """What is decided, week by week.

    Parameters
    ----------
    question
        What was asked.
    teams, vendors
        Their weeks, in the question's order.
    serve
        Position hours by who gives them and queue ``[W]``, speed not counted.
    missing
        Position hours missing, ``[Q, W]``.
    objective, bound
        Money and the price of what is missing; and what no plan can cost less than.
    place_worth
        What one more place in a class would save, by team and week, where that is anything.
    stopped
        Whether somebody, or a limit, ended the search.
    """

    question: CapacityQuestion
    teams: tuple[TeamWeeks, ...]
    vendors: tuple[VendorWeeks, ...]
    serve: dict[tuple[str, int], FloatArray]
    missing: FloatArray
    objective: float
    bound: float
    place_worth: dict[tuple[str, int], float] = field(default_factory=dict)
    stopped: bool = False

    @property
    def money(self) -> FloatArray:
        """What is paid in each week, ``[W]``."""
        parts = [*(one.cost for one in self.teams), *(one.cost for one in self.vendors)]
        return np.asarray(np.sum(parts, axis=0) if parts else np.zeros(len(self.question.weeks)))

    @property
    def gap(self) -> float:
        """How far the plan may be above the best, as a share of it."""
        return max(self.objective - self.bound, 0.0) / max(self.objective, _NONE)


def plan_capacity(
    question: CapacityQuestion,
    *,
    stop: Callable[[], bool] | None = None,
    hire: bool = True,
    nodes: int = NODES,
) -> CapacityPlan:
    """Return who to hire, let go and order, and when, at least cost.

    Parameters
    ----------
    question
        The centre in weeks.
    stop
        Asked all the while whether to end the search; the best found is kept.
    hire
        Whether anybody is hired or let go at all.
    nodes
        Nodes of the search tree after which it ends.

    Raises
    ------
    SolverError
        Where vendors' terms contradict each other.

    Examples
    --------
    Ten hours a week for a head, forty needed from the third week on, two there:

    >>> from staffing.workforce import Hiring
    >>> ones = np.ones(4)
    >>> team = Team("paris", {0: 1.0}, 2, 10, 1, ones, ones, hiring=Hiring(speed=(0.0,)))
    >>> asked = CapacityQuestion(("phone",), ("1", "2", "3", "4"), np.array([[20.0, 20, 40, 40]]),
    ...                          np.zeros((1, 4)), ones, (team,), (), 100)
    >>> plan = plan_capacity(asked)
    >>> plan.teams[0].hires.tolist(), plan.money.tolist(), float(plan.missing.sum())
    ([0.0, 2.0, 0.0, 0.0], [20.0, 40.0, 40.0, 40.0], 0.0)
    """
    weeks = capacity_program(question, hire=hire)
    program = weeks.program
    status = program.solve("simplex", stop=stop)
    if status is Status.INFEASIBLE:
        message = "no order keeps every vendor's terms, and no heads every team's"
        raise SolverError(message)
    if status is not Status.OPTIMAL:
        return _nobody_hired(question)
    bound = program.objective
    ended = program.solve("whole", gap=GAP, nodes=nodes, stop=stop)
    if not _is_whole(weeks):
        return _nobody_hired(question)
    opens = [mine.opens for mine in weeks.teams.values()]
    hires = [mine.hires for mine in weeks.teams.values()]
    chosen = [np.rint(program.values(one)) for one in (*opens, *hires)]
    for one, values in zip(opens, chosen, strict=False):
        program.fix(one, values)
    program.solve("simplex")
    worth = _place_worth(weeks)
    for one, values in zip(hires, chosen[len(opens) :], strict=True):
        program.fix(one, values)
    if program.solve("simplex") is not Status.OPTIMAL:
        message = "the classes chosen keep no rule"
        raise SolverError(message)
    plan = _told(weeks, bound)
    stopped = stop is not None and stop() and ended is not Status.OPTIMAL
    return replace(plan, place_worth=worth, stopped=stopped)


def _is_whole(weeks: Weeks) -> bool:
    """Whether the last values are whole where they must be."""
    made = [weeks.program.values(mine.opens) for mine in weeks.teams.values()]
    return all(bool((np.abs(values - np.rint(values)) < 1e-5).all()) for values in made)


def _nobody_hired(question: CapacityQuestion) -> CapacityPlan:
    """Return what is left when a search ends before it found anything: nobody is hired."""
    weeks = capacity_program(question, hire=False)
    weeks.program.solve("simplex")
    return replace(_told(weeks, 0.0), stopped=True)


def capacity_program(question: CapacityQuestion, *, hire: bool = True) -> Weeks:
    """Return the program in weeks, ready to be solved or written."""
    weeks = Weeks(Program("capacity"), question)
    for team in question.teams:
        weeks.teams[team.name] = _team_variables(weeks, team, hire=hire)
    for vendor in question.vendors:
        weeks.vendors[vendor.name] = _vendor_variables(weeks, vendor)
    for who in question.served_by:
        for q in who.speeds:
            each = who.contact_price * who.speeds[q] * question.contacts_an_hour(q)
            keys = [f"{who.name}_{question.queues[q]}_{week}" for week in question.weeks]
            weeks.serve[who.name, q] = weeks.program.variables("serve", keys, cost=each)
    for queue in question.queues:
        keys = [f"{queue}_{week}" for week in question.weeks]
        weeks.short.append(weeks.program.variables("short", keys, cost=question.shortage_price))
    for w in range(len(question.weeks)):
        for team in question.teams:
            for rule in TEAM_RULES:
                rule(weeks, team, w)
        for vendor in question.vendors:
            for order in VENDOR_RULES:
                order(weeks, vendor, w)
        for q in range(len(question.queues)):
            need(weeks, q, w)
    return weeks


def _team_variables(weeks: Weeks, team: Team, *, hire: bool) -> TeamVariables:
    """Return a team's variables with their costs and limits."""
    program, count, hiring = weeks.program, len(weeks.question.weeks), team.hiring
    keys = [f"{team.name}_{week}" for week in weeks.question.weeks]
    may = np.array([hire and w >= hiring.lead_weeks and hiring.same_season(w, w)
                    for w in range(count)])  # fmt: skip
    let = hiring.release_notice_weeks
    goes = np.array([hire and let is not None and w >= let for w in range(count)])
    wage = team.hours * team.price
    return TeamVariables(
        hires=program.variables("hires", keys, cost=hiring.cost_per_hire,
                                upper=may * _MANY, whole=True),
        opens=program.variables("class", keys, upper=may * 1.0, whole=True),
        steady=program.variables("steady", keys),
        released=program.variables("released", keys, cost=hiring.release_cost,
                                   upper=goes * _MANY),
        heads=program.variables("heads", keys, cost=wage),
        working=program.variables("working", keys, cost=0.0 if team.contracted else -wage),
        worked=program.variables("worked", keys, cost=0.0 if team.contracted else team.price),
        overtime=program.variables("overtime", keys, cost=team.overtime_factor * team.price,
                                   upper=np.full(count, _MANY if team.overtime_hours else 0.0)),
    )  # fmt: skip


def _vendor_variables(weeks: Weeks, vendor: Vendor) -> VendorVariables:
    keys = [f"{vendor.name}_{week}" for week in weeks.question.weeks]
    program = weeks.program
    return VendorVariables(
        ordered=program.variables("ordered", keys, upper=vendor.most),
        billed=program.variables("billed", keys, cost=vendor.price),
        raised=program.variables("raised", keys if vendor.minimum_weeks > 1 else []),
    )


def _place_worth(weeks: Weeks) -> dict[tuple[str, int], float]:
    """Return what one more place in each class that is held would save, where it would."""
    found = {}
    for name, mine in weeks.teams.items():
        held = np.flatnonzero(weeks.program.values(mine.opens) > 0.5)
        rows = weeks.program.rows([most_name(weeks, name, int(w)) for w in held])
        for w, dual in zip(held, weeks.program.duals(rows), strict=True):
            if dual < -_NONE:
                found[name, int(w)] = -float(dual)
    return found


def _told(weeks: Weeks, bound: float) -> CapacityPlan:
    """Return the solved program as a plan."""
    program, question = weeks.program, weeks.question
    serve = {key: np.maximum(program.values(v), 0.0) for key, v in weeks.serve.items()}
    teams = tuple(_team_weeks(weeks, team, serve) for team in question.teams)
    vendors = tuple(_vendor_weeks(weeks, vendor, serve) for vendor in question.vendors)
    missing = np.maximum(program.values(np.array(weeks.short)), 0.0)
    missing = np.where(missing > _NONE, missing, 0.0)
    objective = program.objective
    return CapacityPlan(question, teams, vendors, serve, missing, objective, bound)


def _team_weeks(weeks: Weeks, team: Team, serve: dict[tuple[str, int], FloatArray]) -> TeamWeeks:
    mine, value = weeks.teams[team.name], weeks.program.values
    hires = np.rint(value(mine.hires)) + 0.0
    there = walk(team.hiring, team.heads, hires, np.maximum(value(mine.released), 0.0), team.pace)
    worked = np.maximum(value(mine.worked), 0.0)
    extra = np.maximum(value(mine.overtime), 0.0)
    idle = team.hours * np.maximum(there.heads - there.on_contacts, 0.0)
    paid = team.hours * there.heads if team.contracted else idle + worked
    return TeamWeeks(
        team,
        hires,
        there,
        worked,
        extra,
        paid + extra,
        paid * team.price,
        extra * team.price * team.overtime_factor,
        hires * team.hiring.cost_per_hire
        + np.concatenate([there.released[1:], [0.0]]) * team.hiring.release_cost,
        _contact_cost(weeks.question, team, serve),
    )


def _vendor_weeks(
    weeks: Weeks, vendor: Vendor, serve: dict[tuple[str, int], FloatArray]
) -> VendorWeeks:
    mine, value = weeks.vendors[vendor.name], weeks.program.values
    ordered, bill = np.maximum(value(mine.ordered), 0.0), np.maximum(value(mine.billed), 0.0)
    cost = bill * vendor.price + _contact_cost(weeks.question, vendor, serve)
    return VendorWeeks(vendor, ordered, bill, cost)


def _contact_cost(
    question: CapacityQuestion, who: Team | Vendor, serve: dict[tuple[str, int], FloatArray]
) -> FloatArray:
    """Return what contacts cost that are paid one by one, ``[W]``."""
    cost = np.zeros(len(question.weeks))
    if who.contact_price:
        for q, speed in who.speeds.items():
            each = question.contacts_an_hour(q)
            cost += who.contact_price * speed * each * serve[who.name, q]
    return cost
