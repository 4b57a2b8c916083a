"""Every method tried on the past, from origins that knew nothing of what came after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from forecasting.history import History
from forecasting.judged import Backtest
from forecasting.openings import open_totals
from forecasting.queue_forecast import Circumstances
from forecasting.trials import LEAST_DAYS, Past, Trial, trials_of
from forecasting.trying import Work


def backtest(
    histories: Sequence[History],
    *,
    known: Mapping[str, Circumstances],
    days: int = 28,
    windows: int = 6,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Return what every method would have said before past days, and what came.

    Everything is made anew from the past of each origin, the lending between queues included.
    Dates of events, holidays, opening hours and drivers count as known in advance; overrides and
    multipliers are left out, since they are questions about the future.

    Parameters
    ----------
    histories
        Each queue's past [Q].
    known
        By queue name what is known of it beside its past.
    days, windows
        Length of a trial, and how many there are at the end of the history, see
        ``forecasting.trials.trials_of``.
    rng
        Source of randomness of the band of all queues together.
    progress
        Called with (steps done, steps).

    Examples
    --------
    >>> past = History("fr", "Europe/Paris", 86_400, dt.date(2024, 1, 1), np.ones((91, 1)) * 7,
    ...                None, np.ones((7, 1), dtype=bool))
    >>> found = backtest([past], known={}, days=14, windows=2, rng=np.random.default_rng(1))
    >>> found.expected.shape, bool(np.allclose(found.expected, 7.0))
    ((6, 28), True)
    """
    nothing = Circumstances()
    plain = [_plain(known.get(history.queue, nothing)) for history in histories]
    pasts = [_past(history, own) for history, own in zip(histories, plain, strict=True)]
    found = [one for one in pasts if one is not None]
    planned = iter(trials_of(found, days, windows))
    trials = [() if past is None else next(planned) for past in pasts]
    work = Work(tuple(histories), tuple(plain), rng)
    origins = sorted({trial.origin for own in trials for trial in own}, reverse=True)
    for number, origin in enumerate(origins):
        asked = {q: t for q, own in enumerate(trials) for t in own if t.origin == origin}
        work.try_from(origin, asked, partial(_told, progress, number, len(origins)))
    return work.result(_notes(histories, trials, days, windows))


def _told(progress: Callable[[int, int], None] | None, before: int, of: int, done: float) -> None:
    """Tell the progress in hundredths of an origin."""
    if progress is not None:
        progress(round(100 * (before + done)), 100 * of)


def _plain(known: Circumstances) -> Circumstances:
    """Return what is known without the planner's own questions about the future."""
    events = tuple(replace(event, multiplier=1.0) for event in known.events)
    return replace(known, events=events, overrides=())


def _past(history: History, known: Circumstances) -> Past | None:
    """Return from when to when something is known of a queue; None where nothing is."""
    days = np.flatnonzero(~np.isnan(open_totals(history)[0]))
    if len(days) == 0:
        return None
    first, last = (history.first_day + dt.timedelta(days=int(day)) for day in days[[0, -1]])
    return Past(first, last, tuple(known.events))


def _notes(
    histories: Sequence[History], trials: Sequence[Sequence[Trial]], days: int, windows: int
) -> tuple[str, ...]:
    none, short, few = [], [], []
    for history, own in zip(histories, trials, strict=True):
        rolling = own[:windows]
        if not own:
            none.append(history.queue)
        elif (rolling[0].last_day - rolling[0].origin).days + 1 < days:
            short.append(history.queue)
        elif len(rolling) < windows:
            few.append(history.queue)
    told = {
        f"less than {LEAST_DAYS} days of history, so not tried": none,
        f"too little history for {days} days after four weeks, so one shorter window": short,
        f"history too short for {windows} windows, so fewer": few,
    }
    return tuple(f"{what}: {', '.join(names)}" for what, names in told.items() if names)
