"""A sweep from its question to what came out: resumed, run, each result kept at once, added up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.check import read_question
from planner.clock import Progress, quiet
from planner.errors import Fault, InputError
from planner.export.wording import plain, seconds
from planner.outcome import Outcome
from planner.question import question_of
from planner.scenario.agents import AGENT_FILES
from planner.scenario.changes import change_of, file_variants
from planner.scenario.document import ON_THE_SPOT, Document, read_yaml
from planner.scenario.kept import kept_document
from planner.scenario.model import load_scenario
from planner.store.sweeps import (
    KeptResult,
    add_result,
    begin_sweep,
    forget_results,
    results_of,
)
from planner.sweep.asked import AskedSweep
from planner.sweep.program import program_mark
from planner.sweep.varied import VARIANTS, axes_of
from planner.swept import Axis, Point, Result, Swept

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.store.database import Store

Runner = Callable[[AskedSweep, Sequence[int]], Iterator[Result]]

_TRIED = 1000  # points looked at until one is good: if none is, all of them are told wrong


@dataclass(frozen=True, slots=True)
class Again:
    """What is done again: everything, or what has failed."""

    fresh: bool = False
    failed: bool = False


def ask_sweep(
    path: Path, vary: Sequence[str], variants: Sequence[str], paths: int = 0
) -> tuple[Scenario, AskedSweep]:
    """Return a scenario, and what is asked of it; nothing has run yet.

    Parameters
    ----------
    path
        The scenario file.
    vary, variants
        What varies, see ``planner.sweep.varied.axes_of``.
    paths
        Demand paths that each point is planned for, 0 for its forecast.

    Raises
    ------
    InputError
        With every fault of the scenario and of what varies; a value that is wrong while others of
        its axis are good is none: its points are refused when they are run.
    """
    scenario, _ = read_question(path, ())
    axes = axes_of(vary, variants, str(path), paths)
    document = read_yaml(path)
    faults = [fault for axis in axes for fault in _axis_faults(axis, document, paths)]
    if not scenario.pools:
        faults.append(scenario.fault(("pools",), "must name who can work, got nothing"))
    faults += _same_place(axes, document)
    if faults:
        raise InputError(faults)
    named = {text for axis in axes for text in axis.texts} & set(file_variants(document))
    defined = {name: _with_people(document, name) for name in sorted(named)}
    asked = AskedSweep(question_of(scenario), axes, paths, program_mark(), defined)
    _check_some(asked, str(path))
    return scenario, asked


def _axis_faults(axis: Axis, document: Document, paths: int) -> list[Fault]:
    """Return why nothing of an axis can be planned: read of another table, or all values wrong."""
    label = f"--vary {axis.name}"
    changes, unknown = [], []
    for text in filter(None, axis.texts):
        change, problems = change_of(document, text)
        changes.append(change)
        unknown += [document.fault(place, message) for place, message in problems]
    if unknown:  # a name or a path that is not there: told once where all values have it
        return [replace(f, file=label) if f.file == ON_THE_SPOT else f for f in unknown]
    if paths and any("risk" in change for change in changes):
        must = "must not be varied with --monte-carlo, which plans for what comes, without risk"
        return [Fault(document.file, None, label, must)]
    if any(_reads_another(change) for change in changes):
        must = "must leave the tables that are read as they are: make a sweep for each table"
        return [Fault(document.file, None, label, must)]
    first: list[Fault] = []
    for text in axis.texts:
        try:
            load_scenario(document.file, (text,) if text else ())
        except InputError as error:
            first = first or list(error.faults)
        else:
            return []
    return [replace(f, file=label) if f.file == ON_THE_SPOT else f for f in first]


def _same_place(axes: Sequence[Axis], document: Document) -> list[Fault]:
    """Return a fault for each axis that sets what one before sets too, under another name."""
    before: dict[tuple[str, ...], str] = {}
    faults = []
    for axis in axes:
        if axis.name == VARIANTS:  # applied one after the other: they may meet
            continue
        places = list(_places(change_of(document, axis.texts[0])[0]))
        twice = [
            name
            for place in places
            for other, name in before.items()
            if place[: len(other)] == other[: len(place)]
        ]
        if twice:
            must = f"must not be what {twice[0]} varies already, got it again"
            faults.append(Fault(document.file, None, f"--vary {axis.name}", must))
        before |= dict.fromkeys(places, axis.name)
    return faults


def _places(change: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the places that a nested change sets."""
    for key, value in change.items():
        if isinstance(value, dict) and value:
            yield from ((key, *rest) for rest in _places(value))
        else:
            yield (key,)


def _reads_another(change: Mapping[str, Any]) -> bool:
    history, drivers = change.get("history"), change.get("drivers")
    named = drivers.values() if isinstance(drivers, dict) else drivers or ()
    reads = set(history) - {"absent_days"} if isinstance(history, dict) else history
    return bool(reads) or any(isinstance(one, dict) and "file" in one for one in named)


def _with_people(document: Document, name: str) -> dict[str, Any]:
    """Return a variant with the agents themselves where it names files of them."""
    change = dict(document.value["variants"][name])
    found = change.get("pools")
    pools: dict[str, Any] = found if isinstance(found, dict) else {}
    named = [
        pool
        for pool, changed in pools.items()
        if isinstance(changed, dict)
        and isinstance(changed.get("agents"), dict)
        and set(changed["agents"]) & set(AGENT_FILES)
    ]
    if not named:
        return change
    kept = kept_document(load_scenario(document.file, (name,)))["pools"]
    read = {pool["name"]: {"agents": pool["agents"]} for pool in kept}
    return change | {"pools": pools | {pool: pools[pool] | read[pool] for pool in named}}


def _check_some(asked: AskedSweep, file: str) -> None:
    """Raise the faults of the first point unless a point can be planned."""
    first: InputError | None = None
    for point in range(min(asked.points, _TRIED)):
        try:
            asked.scenario(point * max(asked.paths, 1), file)
        except InputError as error:
            first = first or error
        else:
            return
    if first is not None and asked.points <= _TRIED:
        raise first


def run_sweep(
    scenario: Scenario,
    asked: AskedSweep,
    runner: Runner,
    store: Store,
    again: Again = Again(),
    progress: Progress = quiet,
) -> Swept:
    """Return what came out of a sweep, after running what the store has no result of.

    Each result is in the store before the next is waited for, so that a sweep that is killed goes
    on where it was. The answer is the same however often that was, and whoever ran the tasks.
    """
    identity = asked.identity
    axes = [{"name": axis.name, "values": list(axis.labels)} for axis in asked.axes]
    begin_sweep(store, identity, scenario.name, axes, asked.paths, asked.tasks, asked.program)
    if again.fresh or again.failed:
        forget_results(store, identity, None if again.fresh else ("failed",))
    kept = {one.number: one for one in results_of(store, identity)}
    missing = [number for number in range(asked.tasks) if number not in kept]
    note = _Note(len(missing), sum(one.status == "failed" for one in kept.values()))
    progress("sweep", len(kept), asked.tasks, note.words())
    for result in runner(asked, missing) if missing else ():
        one = KeptResult(
            result.number, result.status, result.outcome, result.message, result.seconds
        )
        add_result(store, identity, one)
        kept[one.number] = one
        note.count(failed=one.status == "failed")
        progress("sweep", len(kept), asked.tasks, note.words())
    return swept_of(scenario, asked, kept.values())


class _Note:
    """What is told beside the bar: how many have failed, and how long the rest may take."""

    def __init__(self, left: int, failed: int) -> None:
        self._left, self._failed, self._done = left, failed, 0
        self._start = time.monotonic()

    def count(self, *, failed: bool) -> None:
        """Count one more that is done."""
        self._done += 1
        self._failed += failed

    def words(self) -> str:
        """Return it in words."""
        told = [f"{self._failed} failed"] if self._failed else []
        rest = self._left - self._done
        if self._done and rest:
            each = (time.monotonic() - self._start) / self._done
            told.append(f"about {plain(seconds(rest * each))} left")
        return ", ".join(told)


def swept_of(scenario: Scenario, asked: AskedSweep, results: Iterable[KeptResult]) -> Swept:
    """Return a sweep's results, point by point."""
    by_number = {one.number: one for one in results}
    each = max(asked.paths, 1)
    points = []
    for point in range(asked.points):
        numbers = range(point * each, (point + 1) * each)
        points.append(_point(point, asked.labels(point), [by_number.get(n) for n in numbers]))
    return Swept(
        title=scenario.name,
        currency=scenario.currency,
        first_day=scenario.days[0].isoformat(),
        days=len(scenario.days),
        identity=asked.identity,
        axes=asked.axes,
        paths=asked.paths,
        points=tuple(points),
    )


def _point(number: int, values: tuple[str, ...], results: list[KeptResult | None]) -> Point:
    there = [one for one in results if one is not None]
    outcomes = [Outcome.from_dict(one.outcome) for one in there if one.outcome is not None]
    for status in ("failed", "refused"):
        wrong = [one.message for one in there if one.status == status]
        if wrong:
            return Point(number, values, status, wrong[0], tuple(outcomes))
    whole = len(there) == len(results)
    return Point(number, values, "done" if whole else "missing", "", tuple(outcomes))
