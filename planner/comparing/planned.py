"""Plans to compare, made one after the other or side by side, or read from where they are kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.check import check_plannable, read_question
from planner.comparing.comparison import Comparison
from planner.errors import Fault, InputError, PlannerError
from planner.outcome import AS_PLANNED, Outcome, outcome_of
from planner.plan_files import is_number, nonsense_refused, read_archive
from planner.same_forecast import forecast_key
from planner.scenario.model import Scenario, load_scenario
from planner.service import Expected, expect, make_plan
from planner.stopping import stop_means

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from planner.clock import Progress
    from planner.sources.table import HistoryTable

STAGE = "compare"
_MEANS = "this plan is left out, those made before are compared. Press Ctrl-C again to end at once."


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
    faults += _other_money([(one.name, one.scenario.currency) for one in to_make])
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


@dataclass(frozen=True, slots=True)
class Failed:
    """A plan that could not be made, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class PlansMade:
    """What became of plans to make: outcomes in order, those that failed, whether it was ended."""

    outcomes: tuple[Outcome, ...]
    failed: tuple[Failed, ...] = ()
    stopped: bool = False


def plan_all(to_make: Sequence[PlanToMake], progress: Progress, jobs: int = 1) -> PlansMade:
    """Return what becomes of each plan, in order; one that fails harms no other.

    Plans of the same forecast have it made once. Ctrl-C ends the work: the outcomes until then
    are returned, without that of a plan whose search was cut short. ``jobs`` plans are made at the
    same time, each in a process of its own; they are the same whatever the number.
    """
    found: list[Outcome | Failed] = []
    stopped = False
    made = _side_by_side(to_make, jobs) if jobs > 1 else _in_turn(to_make, progress)
    with closing(made), stop_means(_MEANS):
        try:
            progress(STAGE, 0, len(to_make), to_make[0].name)
            for one in made:
                if one is None:
                    stopped = True
                    break
                found.append(one)
                done = len(found)
                note = to_make[done].name if done < len(to_make) else ""
                progress(STAGE, done, len(to_make), note)
        except KeyboardInterrupt:
            stopped = True
    outcomes = tuple(one for one in found if not isinstance(one, Failed))
    return PlansMade(outcomes, tuple(one for one in found if isinstance(one, Failed)), stopped)


def _in_turn(
    to_make: Sequence[PlanToMake], progress: Progress
) -> Generator[Outcome | Failed | None]:
    forecasts: dict[str, Expected | Failed] = {}
    for one in to_make:
        if one.key not in forecasts:
            forecasts[one.key] = _expected(one, progress)
        yield _outcome(one, forecasts[one.key], progress)


def _side_by_side(to_make: Sequence[PlanToMake], jobs: int) -> Generator[Outcome | Failed | None]:
    import joblib

    from planner.clock import quiet

    forecasts = {one.key: one for one in to_make}
    pool = joblib.Parallel(n_jobs=jobs, return_as="generator")
    told = pool(joblib.delayed(_expected)(one, quiet) for one in forecasts.values())
    known = dict(zip(forecasts, told, strict=True))
    yield from pool(joblib.delayed(_outcome)(one, known[one.key], quiet) for one in to_make)


def _expected(one: PlanToMake, progress: Progress) -> Expected | Failed:
    try:
        return expect(one.scenario, one.table, progress)
    except Exception as error:  # noqa: BLE001  whatever it is, the others go on
        return Failed(one.name, _why(error))


def _outcome(
    one: PlanToMake, expected: Expected | Failed, progress: Progress
) -> Outcome | Failed | None:
    """Return the outcome of a plan, None where the search for it was stopped."""
    if isinstance(expected, Failed):
        return replace(expected, name=one.name)
    try:
        plan = make_plan(one.scenario, one.table, progress, expected=expected)
        return None if plan.allocation.stopped else outcome_of(plan)
    except Exception as error:  # noqa: BLE001
        return Failed(one.name, _why(error))


def _why(error: Exception) -> str:
    told = str(error) if isinstance(error, PlannerError) else f"{type(error).__name__}: {error}"
    return "; ".join(told.splitlines())


def compared(
    title: str,
    outcomes: Sequence[Outcome],
    left: Sequence[str] = (),
    failed: Sequence[Failed] = (),
) -> Comparison:
    """Return plans side by side, with what to know of them, and those not planned or failed.

    Raises
    ------
    InputError
        If their money is of different currencies.
    """
    first = outcomes[0]
    faults = _other_money([(one.name, one.currency) for one in outcomes])
    if faults:
        raise InputError(faults)
    others = [
        one.name for one in outcomes if (one.first_day, one.days) != (first.first_day, first.days)
    ]
    notes = [f"Failed, and not compared: {one.name}: {one.why}" for one in failed]
    if others:
        notes.append(
            f"Not of the same days as {first.name!r}: {', '.join(others)}. Costs, hours and "
            "contacts are sums over each plan's own days."
        )
    names = tuple(one.name for one in failed)
    return Comparison(title, tuple(outcomes), tuple(left), tuple(notes), names)


def _other_money(plans: Sequence[tuple[str, str]]) -> list[Fault]:
    """Return a fault for each plan, of a name and a currency, in other money than the first."""
    return [
        Fault(name, None, "currency",
              f"must be {plans[0][1]}, as that of {plans[0][0]}, to be compared, got {currency}")
        for name, currency in plans
        if currency != plans[0][1]
    ]  # fmt: skip


def read_outcomes(places: Sequence[Path]) -> tuple[Outcome, ...]:
    """Return the outcomes of plans that are kept in folders, archives or the store.

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
                found = outcome_of(read_archive(place))
                outcomes.append(replace(found, name=_name(place, found)))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(outcomes)


def _name(place: Path, found: Outcome) -> str:
    if not is_number(place):
        return str(place)
    return f"plan {place}" + (f", {found.name}" if found.name != AS_PLANNED else "")
