"""Markets, channels, queues and days to choose from, each within what is chosen before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dashboard.choice import Option
from dashboard.words import say
from planner.export.wording import day_name

if TYPE_CHECKING:
    import numpy.typing as npt

    from dashboard.page import Values
    from dashboard.shelf import Seen

ALL = "all"


def queue_options(seen: Seen, values: Values) -> dict[str, Sequence[Option]]:
    """Return markets, the channels of the market chosen, and the queues of both."""
    sums = seen.sums
    inside = sums.queues(market=_one(values, "market"))
    there = {sums.axes[q].channel for q in inside.tolist()}
    channels = [(name, name) for name in sums.channels if name in there]
    channel = values.get("channel")
    fits = [q for q in inside.tolist() if channel not in there or sums.axes[q].channel == channel]
    queues = [(sums.axes[q].queue, sums.axes[q].queue) for q in fits]
    return {
        "market": [(ALL, say("All markets")), *((name, name) for name in sums.markets)],
        "channel": [(ALL, say("All channels")), *channels],
        "queue": [(ALL, say("All queues")), *queues],
    }


def day_options(seen: Seen) -> list[Option]:
    """Return the days of the plan, the one with the most contacts first."""
    days = [(day.isoformat(), day_name(day, year=True)) for day in seen.plan.days]
    peak = seen.sums.peak_day
    value, label = days[peak]
    return [(value, say("{day}, the busiest", day=label)), *days[:peak], *days[peak + 1 :]]


def chosen_queues(seen: Seen, values: Values) -> npt.NDArray[np.int64]:
    """Return the numbers of the queues that are chosen."""
    sums = seen.sums
    found = sums.queues(market=_one(values, "market"), channel=_one(values, "channel"))
    queue = _one(values, "queue")
    if queue is None:
        return found
    return np.array([q for q in found.tolist() if sums.axes[q].queue == queue], dtype=np.int64)


def chosen_day(seen: Seen, values: Values) -> int:
    """Return the number of the day that is chosen, counted from the plan's first."""
    return [day.isoformat() for day in seen.plan.days].index(values["day"])


def chosen_words(values: Values) -> str:
    """Return what is chosen, for a title."""
    queue = _one(values, "queue")
    if queue is not None:
        return queue
    named = [one for key in ("market", "channel") if (one := _one(values, key)) is not None]
    return ", ".join(named) or say("All markets")


def _one(values: Values, key: str) -> str | None:
    value = values.get(key)
    return None if value in (None, "", ALL) else value
