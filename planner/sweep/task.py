"""One task of a sweep: a point planned, for its forecast or for one path of it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import PlannerError
from planner.outcome import outcome_of
from planner.same_forecast import forecast_key
from planner.scenario.document import ON_THE_SPOT
from planner.scenario.telling import shortened
from planner.service import expect, make_plan
from planner.sources.table import HistoryTable, load_history
from planner.sweep.asked import AskedSweep
from planner.sweep.program import program_mark
from planner.swept import Result, Status

if TYPE_CHECKING:
    from forecasting.forecast import Forecast
    from forecasting.history import History
    from planner.scenario.model import Scenario

FORECASTS = 2  # kept at a time: tasks come point by point, so that the next one often needs it


class WrongProgramError(PlannerError):
    """A worker runs another version of the program."""


class StoppedError(KeyboardInterrupt):
    """Somebody stopped a plan on its way: what it has found is no result."""


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """A history and what is expected, of all scenarios that differ in neither."""

    table: HistoryTable
    histories: tuple[History, ...]
    forecast: Forecast


class _Memory:
    """What a worker keeps from task to task of one sweep: its last forecasts.

    It never changes a result: a forecast is taken again only where all that it depends on is equal.
    """

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self._known: OrderedDict[str, _Foreseen] = OrderedDict()

    def foreseen(self, scenario: Scenario) -> _Foreseen:
        """Return the history and the forecast of a scenario."""
        key = forecast_key(scenario)
        if key not in self._known:
            table = load_history(scenario)
            self._known[key] = _Foreseen(table, *expect(scenario, table))
            while len(self._known) > FORECASTS:
                self._known.popitem(last=False)
        return self._known[key]


_ALONE = threading.Lock()  # one plan at a time in a process
_MEMORY: list[_Memory] = []


def plan_task(asked: AskedSweep, number: int) -> Result:
    """Return what comes out of one task; the same whoever runs it, whenever.

    A fault of the scenario is ``refused``, one of the program ``failed``, with their messages: they
    are results like others.

    Raises
    ------
    WrongProgramError
        If this program is not the one that the sweep was asked with.
    StoppedError
        If it was stopped: there is no result.
    """
    if program_mark() != asked.program:
        message = f"runs {program_mark()}, the sweep {asked.program}: install the same program"
        raise WrongProgramError(message)
    start = time.perf_counter()
    status: Status = "done"
    outcome, message = None, ""
    with _ALONE, tempfile.TemporaryDirectory(prefix="planner-sweep-") as place:
        try:
            outcome = _outcome(asked, number, Path(place))
        except PlannerError as error:
            status, message = "refused", str(error)
        except Exception as error:  # noqa: BLE001  whatever it is, the others go on
            status, message = "failed", shortened(f"{type(error).__name__}: {error}")
    told = message.replace(f"{place}/", "").replace(f"{ON_THE_SPOT}: ", "")  # said of all
    return Result(number, status, outcome, told, time.perf_counter() - start)


def _outcome(asked: AskedSweep, number: int, folder: Path) -> dict[str, Any]:
    for name, content in asked.question.files.items():
        (folder / name).write_bytes(content)
    scenario = asked.scenario(number, str(folder / asked.question.file))
    known, path = _memory_of(asked).foreseen(scenario), asked.path_of(number)
    expected = known.forecast if path is None else on_path(known.forecast, path)
    plan = make_plan(scenario, known.table, expected=(known.histories, expected))
    if plan.allocation.stopped:
        raise StoppedError
    return outcome_of(plan).as_dict()


def _memory_of(asked: AskedSweep) -> _Memory:
    if not _MEMORY or _MEMORY[0].identity != asked.identity:
        _MEMORY[:] = [_Memory(asked.identity)]
    return _MEMORY[0]


def on_path(forecast: Forecast, path: int) -> Forecast:
    """Return the forecast of one who knows which of its sample paths comes."""
    contacts = forecast.paths[path].astype(np.float64)
    return replace(
        forecast,
        contacts=contacts,
        model=contacts,
        quantiles=dict.fromkeys(forecast.quantiles, contacts),
        paths=forecast.paths[path : path + 1],
        sigma=np.zeros_like(forecast.sigma),
    )
