"""How good a forecast has been: against what came so far, and tried on the past of a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.backtest import backtest
from forecasting.judged import COMBINED
from forecasting.scores import scores
from planner.circumstances import circumstances
from planner.export.digest import ratio
from planner.export.wording import Table, counted, day_name, number, percent, signed
from planner.reforecast import day_sums, reforecast

if TYPE_CHECKING:
    from planner.actuals import Actuals
    from planner.export.drawing import IntArray
    from planner.plan import Plan
    from planner.reforecast import DaySum

LONGEST, WINDOWS = 28, 6  # days and number of the trials, as ``planner backtest`` has them


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a forecast was worth: headline numbers (name, value, remark), a sentence, a table."""

    facts: tuple[tuple[str, str, str], ...]
    says: str
    table: Table


def came_sums(plan: Plan, actuals: Actuals) -> tuple[DaySum, ...]:
    """Return every queue's days with what came on them, outages aside."""
    found = day_sums(plan, actuals, reforecast(plan, actuals))
    return tuple(one for one in found if not np.isnan(one.actual))


def accuracy_so_far(
    plan: Plan, actuals: Actuals, days: tuple[DaySum, ...], chosen: IntArray
) -> Accuracy | None:
    """Return how the forecast of some queues did up to now; None where nothing came of them.

    The error is the mean over whole days of queues of what came less what was planned, without
    its sign, over what came (WAPE).
    """
    mine = [one for one in days if one.queue in set(chosen.tolist())]
    if not mine:
        return None
    whole = [one for one in mine if one.whole]
    came, planned = (sum(v) for v in ((d.actual for d in mine), (d.planned_so_far for d in mine)))
    local = actuals.moment.tz_convert(plan.scenario.market_of(
        plan.scenario.queues[int(chosen[0])]).timezone)  # fmt: skip
    facts = (
        ("Came so far", number(came), f"planned: {number(planned)}"),
        ("More or fewer", _share(came - planned, planned, sign=True), f"{signed(came - planned)}"),
        ("Error of a day", _share(_wrong(whole), sum(d.actual for d in whole)),
         f"over {counted(len(whole), 'whole day')} of queues"),
        ("Days in their band", _share(_inside(whole), len(whole)), "80 % were said to be"),
    )  # fmt: skip
    says = f"What came until {day_name(local.date())}, {local:%H:%M}, outages aside."
    rows = []
    for q in chosen.tolist():
        own = [one for one in mine if one.queue == q]
        if own:
            got, said = sum(d.actual for d in own), sum(d.planned_so_far for d in own)
            full = [one for one in own if one.whole]
            rows.append(
                (
                    plan.queues[q].name, number(said), number(got), _share(got - said, said,
                    sign=True), _share(_wrong(full), sum(d.actual for d in full)),
                    f"{_inside(full)} of {len(full)}",
                )
            )  # fmt: skip
    header = ("queue", "planned", "came", "difference", "error of a day", "days in their band")
    return Accuracy(facts, says, Table("Forecast and what came, by queue", header, tuple(rows)))


def tried_on_the_past(plan: Plan, queue: int) -> Accuracy | None:
    """Return how a queue's forecast would have done on its past; None where it has too little.

    The queue is tried alone, without what other queues lend it.

    Raises
    ------
    InputError
        If a driver's file is not there any more.
    """
    name = plan.queues[queue].name
    past = [one for one in plan.histories if one.queue == name]
    if not past:
        return None
    known = circumstances(plan.scenario, past[0].first_day)
    days = min(len(plan.days), LONGEST)
    rng = np.random.default_rng(plan.scenario.seed)
    found = backtest(past, known=known, days=days, windows=WINDOWS, rng=rng)
    told = [score for score in scores(found) if score.queue == name]
    mine = next((score for score in told if score.method == COMBINED), None)
    if mine is None or not mine.days:
        return None
    facts = (
        ("Error of a day", _percent(mine.wape), "of the contacts"),
        ("On days of events", _percent(mine.wape_events), "of the contacts"),
        ("More or fewer", _percent(mine.bias), "above 0: too high"),
        ("Days in their band", _percent(mine.coverage, 0), "80 % are said to be"),
    )
    origins = len(np.unique(found.origin))
    says = (
        f"{name}, forecast {counted(origins, 'time')} from the past as planned with, up to {days} "
        f"days ahead: {counted(mine.days, 'day')} judged."
    )
    rows = tuple(
        ("combined, as planned with" if one.method == COMBINED else one.method,
         _percent(one.wape), _percent(one.bias), _percent(one.wape_events),
         _percent(one.peak_error))
        for one in sorted(told, key=lambda one: np.nan_to_num(one.wape, nan=np.inf))
    )  # fmt: skip
    header = ("method", "error of a day", "bias", "on days of events", "highest day")
    return Accuracy(facts, says, Table(f"Methods tried on the past of {name}", header, rows))


def _wrong(days: list[DaySum]) -> float:
    return float(sum(abs(one.actual - one.planned) for one in days))


def _inside(days: list[DaySum]) -> int:
    return sum(one.low <= one.actual <= one.high for one in days)


def _share(part: float, whole: float, *, sign: bool = False) -> str:
    value = float(ratio(part, whole))
    told = _percent(value)
    return f"+{told}" if sign and value > 0 else told


def _percent(value: float, places: int = 1) -> str:
    return "none yet" if np.isnan(value) else percent(value, places)
