"""Plans to compare, made one after the other or side by side, or read from where they are kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.check import check_plannable, read_question
from planner.comparing.comparison import Comparison
from planner.errors import Fault, InputError
from planner.outcome import AS_PLANNED, Outcome, outcome_of
from planner.plan_files import nonsense_refused, read_archive
from planner.same_forecast import forecast_key
from planner.scenario.model import Scenario, load_scenario
from planner.service import Expected, expect, make_plan

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from planner.clock import Progress
    from planner.sources.table import HistoryTable

STAGE = "compare"


@dataclass(frozen=True, slots=True)
class PlanToMake:
    """One plan to make: its name, its scenario, its history, and the key of its forecast."""

    name: str
    scenario: Scenario
    table: HistoryTable
    key: str


def plans_to_make(path: Path, asked: Sequence[Sequence[str]]) -> tuple[PlanToMake, ...]:
    """Return the scenarios that combinations of variants make; a history is read once.

    Raises
    ------
    InputError
        With every fault of all of them, before anything is planned.
    """
    tables: dict[str, HistoryTable] = {}
    to_make: list[PlanToMake] = []
    faults: list[Fault] = []
    for variants in asked:
        try:
            to_make.append(_plan_to_make(path, variants, tables))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(to_make)


def _plan_to_make(
    path: Path, variants: Sequence[str], tables: dict[str, HistoryTable]
) -> PlanToMake:
    try:
        scenario = load_scenario(path, variants)
    except InputError:
        read_question(path, variants)  # tells the faults of its tables too
        raise
    key = forecast_key(scenario)
    if key not in tables:
        scenario, tables[key] = read_question(path, variants)
    check_plannable(scenario, tables[key])
    if not scenario.pools:
        raise InputError([scenario.fault(("pools",), "must name who can work, got nothing")])
    return PlanToMake(" + ".join(variants) or AS_PLANNED, scenario, tables[key], key)


def plan_all(
    to_make: Sequence[PlanToMake], progress: Progress, jobs: int = 1
) -> tuple[tuple[Outcome, ...], bool]:
    """Return the outcome of each plan in order, and whether somebody ended the work early.

    Plans of the same forecast have it made once. Ctrl-C ends the work: the outcomes until then
    are returned, without that of a plan whose search was cut short. ``jobs`` plans are made at the
    same time, each in a process of its own; they are the same whatever the number.
    """
    outcomes: list[Outcome] = []
    stopped = False
    made = _side_by_side(to_make, jobs) if jobs > 1 else _in_turn(to_make, progress)
    with closing(made):
        try:
            progress(STAGE, 0, len(to_make), to_make[0].name)
            for found in made:
                if found is None:
                    stopped = True
                    break
                outcomes.append(found)
                done = len(outcomes)
                note = to_make[done].name if done < len(to_make) else ""
                progress(STAGE, done, len(to_make), note)
        except KeyboardInterrupt:
            stopped = True
    return tuple(outcomes), stopped


def _in_turn(to_make: Sequence[PlanToMake], progress: Progress) -> Generator[Outcome | None]:
    forecasts: dict[str, Expected] = {}
    for one in to_make:
        if one.key not in forecasts:
            forecasts[one.key] = expect(one.scenario, one.table, progress)
        yield _outcome(one, forecasts[one.key], progress)


def _side_by_side(to_make: Sequence[PlanToMake], jobs: int) -> Generator[Outcome | None]:
    import joblib

    from planner.clock import quiet

    forecasts = {one.key: one for one in to_make}
    pool = joblib.Parallel(n_jobs=jobs, return_as="generator")
    told = pool(joblib.delayed(expect)(one.scenario, one.table) for one in forecasts.values())
    known = dict(zip(forecasts, told, strict=True))
    yield from pool(joblib.delayed(_outcome)(one, known[one.key], quiet) for one in to_make)


def _outcome(one: PlanToMake, expected: Expected, progress: Progress) -> Outcome | None:
    """Return the outcome of a plan, None where the search for it was stopped."""
    try:
        plan = make_plan(one.scenario, one.table, progress, expected=expected)
    except InputError as error:
        told = (
            replace(fault, message=f"{fault.message} (in {one.name!r})") for fault in error.faults
        )
        raise InputError(told) from None
    return None if plan.allocation.stopped else outcome_of(plan)


def compared(title: str, outcomes: Sequence[Outcome], left: Sequence[str] = ()) -> Comparison:
    """Return plans side by side, with what to know of them.

    Raises
    ------
    InputError
        If their money is of different currencies.
    """
    first = outcomes[0]
    faults = [
        Fault(one.name, None, "currency", f"must be {first.currency}, as that of {first.name}, to "
              f"be compared, got {one.currency}")
        for one in outcomes
        if one.currency != first.currency
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    others = [
        one.name for one in outcomes if (one.first_day, one.days) != (first.first_day, first.days)
    ]
    notes = []
    if others:
        notes.append(
            f"Not of the same days as {first.name!r}: {', '.join(others)}. Costs, hours and "
            "contacts are sums over each plan's own days."
        )
    return Comparison(title, tuple(outcomes), tuple(left), tuple(notes))


def read_outcomes(places: Sequence[Path]) -> tuple[Outcome, ...]:
    """Return the outcomes of plans that are kept in folders or archives, named by these.

    Raises
    ------
    InputError
        With the faults of every place that holds no plan.
    """
    outcomes: list[Outcome] = []
    faults: list[Fault] = []
    for place in dict.fromkeys(places):
        try:
            with nonsense_refused(place, "compared"):
                plan = read_archive(place)
                outcomes.append(replace(outcome_of(plan), name=str(place)))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(outcomes)
