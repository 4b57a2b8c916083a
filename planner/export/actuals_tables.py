"""Tables of a running plan: against what came, expected now, missing, spare, what to move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.export.axes import local_stamps, queue_axes
from planner.reforecast import inside_band

if TYPE_CHECKING:
    from planner.review import Review

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def actuals_table(seen: Review) -> pd.DataFrame:
    """Return plan against actual by queue and interval, up to now."""
    plan, came = seen.plan, seen.actuals
    past = np.arange(len(plan.times)) < came.now
    some = past & (seen.found.day >= 0) & ((plan.forecast.contacts > 0) | (came.contacts > 0))
    inside = np.where(inside_band(plan, came), "yes", "no").astype(object)
    inside[~came.known] = ""
    inside[seen.found.outage] = "outage"
    level = _share(came.answered_within, came.contacts)
    return _by_start(
        seen,
        some,
        {
            "contacts": (plan.forecast.contacts, 3),
            "contacts_p10": (plan.forecast.quantiles[0.1], 3),
            "contacts_p90": (plan.forecast.quantiles[0.9], 3),
            "contacts_actual": (came.contacts, 3),
            "difference": (came.contacts - plan.forecast.contacts, 3),
            "in_band": (inside, None),
            "aht_s": (plan.requirement.aht_s, 1),
            "aht_s_actual": (came.aht_s, 1),
            "service_level": (plan.projection.service_level, 4),
            "service_level_actual": (level, 4),
            "answered_actual": (came.answered, 3),
            "abandoned_actual": (came.abandoned, 3),
            "wait_s_actual": (came.wait_s, 1),
            "agents_actual": (came.agents, 3),
        },
    )


def days_table(seen: Review) -> pd.DataFrame:
    """Return plan against actual by queue and day, and over all days with anything known."""
    rows = []
    for one in seen.days:
        if np.isnan(one.actual):
            continue
        chosen = (seen.found.day[one.queue] == one.day) & seen.actuals.known[one.queue]
        rows.append(
            (
                seen.plan.queues[one.queue].name, seen.plan.days[one.day].isoformat(),
                one.planned, one.low, one.high, one.planned_so_far, one.actual,
                one.actual - one.planned_so_far, one.expected, "yes" if one.whole else "no",
                ("yes" if one.low <= one.actual <= one.high else "no") if one.whole else "",
                *services(seen, one.queue, chosen),
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=_DAY_COLUMNS)
    whole = table.groupby("queue", sort=False, observed=True)[list(_DAY_SUMS)].sum().reset_index()
    if len(whole):
        every = pd.DataFrame([{"queue": "all"} | whole[list(_DAY_SUMS)].sum().to_dict()])
        table = pd.concat([table, whole.assign(date="all"), every.assign(date="all")])
    numbers = table.select_dtypes("number").columns
    table[numbers] = table[numbers].round(4)
    return table.reset_index(drop=True)


_DAY_COLUMNS = [
    "queue", "date", "contacts", "contacts_p10", "contacts_p90", "contacts_so_far",
    "contacts_actual", "difference", "contacts_now", "complete", "in_band", "service_level",
    "service_level_actual",
]  # fmt: skip
_DAY_SUMS = ("contacts", "contacts_so_far", "contacts_actual", "difference", "contacts_now")


def services(seen: Review, q: int, chosen: BoolArray) -> tuple[float, float]:
    """Return a queue's service in some intervals, as planned and as it was; NaN where unknown."""
    offered = seen.plan.projection.contacts[q, chosen]
    planned = float(offered @ seen.plan.projection.service_level[q, chosen])
    within, came = seen.actuals.answered_within[q, chosen], seen.actuals.contacts[q, chosen]
    told = ~np.isnan(within)
    below = float(came[told].sum())
    return (
        planned / offered.sum() if offered.sum() > 0 else float("nan"),
        float(within[told].sum()) / below if below > 0 else float("nan"),
    )


def reforecast_table(seen: Review) -> pd.DataFrame:
    """Return what is expected from now on, and the positions and service of the rest asked for."""
    plan, found, moves = seen.plan, seen.found, seen.moves
    future = (np.arange(len(plan.times)) >= seen.actuals.now) & (found.day >= 0)
    some = future & (plan.forecast.contacts > 0)
    rest = found.rest
    return _by_start(
        seen,
        some,
        {
            "contacts": (plan.forecast.contacts, 3),
            "contacts_now": (found.contacts, 3),
            "contacts_now_p10": (found.low, 3),
            "contacts_now_p90": (found.high, 3),
            "factor": (found.factor, 4),
            "aht_s": (plan.requirement.aht_s, 1),
            "aht_s_now": (found.aht_s, 1),
            "positions_needed": (_only(rest, moves.needed), 4),
            "positions": (_only(rest, moves.scheduled.given()), 4),
            "missing": (_only(rest, moves.missing_before), 4),
            "missing_moved": (_only(rest, moves.missing_after), 4),
            "service_level": (plan.projection.service_level, 4),
            "service_level_now": (_only(rest, moves.before.service_level), 4),
            "service_level_moved": (_only(rest, moves.after.service_level), 4),
            "backlog_now": (_only(rest, moves.before.backlog), 2),
        },
    )


def rest_table(seen: Review) -> pd.DataFrame:
    """Return heads missing and spare from now on by pool, queue and interval."""
    plan, moves = seen.plan, seen.moves
    given, speed = moves.scheduled.given(), moves.scheduled.speeds()
    tables = []
    for p, pool in enumerate(plan.pools):
        served = moves.scheduled.serve[p] * speed[p][:, None]
        share = np.divide(served, given, out=np.zeros_like(given), where=given > 1e-6)
        alone = (speed[:, :] > 0).sum(axis=0)[:, None]
        nobody = (given <= 1e-6) & (speed[p][:, None] > 0)
        share = np.where(nobody, 1.0 / np.maximum(alone, 1), share)
        own = moves.scheduled.serve[p]
        part = np.divide(own, own.sum(axis=0), out=np.zeros_like(given), where=own.sum(axis=0) > 0)
        each = np.maximum(speed[p], 1e-9)[:, None]
        head = _head(seen, p)
        some = seen.found.rest & (speed[p][:, None] > 0) & ((own > 0) | (moves.missing_before > 0))
        table = _by_start(
            seen,
            some,
            {
                "positions": (own, 4),
                "missing_heads": (moves.missing_before * share / each / head, 3),
                "spare_heads": (moves.spare[p] * part / head, 3),
            },
        )
        table.insert(0, "pool", pool.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _head(seen: Review, p: int) -> float:
    """Return the positions that a head of a pool makes today."""
    rest = seen.found.rest
    today = int(seen.found.day[rest].min()) if rest.any() else 0
    return max(seen.plan.pools[p].positions_per_head(today), 1e-9)


def moves_table(seen: Review) -> pd.DataFrame:
    """Return the suggestions, a row each."""
    rows = [
        {
            "move": move.kind,
            "pool": move.pool,
            "queue": move.queue,
            "from_queue": move.from_queue,
            "agents": ";".join(move.agents),
            "heads": move.heads,
            "start": stamp(seen, move.queue, move.begins),
            "end": stamp(seen, move.queue, move.ends),
            "before": move.before,
            "after": move.after,
            "paid_hours": round(move.hours, 2),
            "cost": round(move.cost, 2),
            "filled_hours": round(move.filled_hours, 2),
            "service_level_before": round(move.service_before, 4),
            "service_level_after": round(move.service_after, 4),
        }
        for move in seen.moves.moves
    ]
    return pd.DataFrame(rows, columns=_MOVE_COLUMNS)


_MOVE_COLUMNS = [
    "move", "pool", "queue", "from_queue", "agents", "heads", "start", "end", "before", "after",
    "paid_hours", "cost", "filled_hours", "service_level_before", "service_level_after",
]  # fmt: skip


def stamp(seen: Review, queue: str, when: pd.Timestamp) -> str:
    """Return a time on a queue's clock, ISO 8601."""
    scenario = seen.plan.scenario
    one = next(one for one in scenario.queues if one.name == queue)
    return str(local_stamps(pd.DatetimeIndex([when]), scenario.market_of(one).timezone)[0])


def review_document(seen: Review) -> dict[str, Any]:
    """Return the whole as one JSON document."""
    plan, moves = seen.plan, seen.moves
    hours = plan.interval_s / 3600
    rest = seen.found.rest
    zone = plan.scenario.market_of(plan.scenario.queues[0]).timezone
    return {
        "now": local_stamps(pd.DatetimeIndex([seen.actuals.moment]), zone)[0].item(),
        "rest": seen.rest,
        "currency": plan.scenario.currency,
        "band": {
            "intervals": seen.honesty.intervals,
            "intervals_inside": seen.honesty.intervals_inside,
            "days": seen.honesty.days,
            "days_inside": seen.honesty.days_inside,
        },
        "aht_factor": {
            queue.name: round(float(factor), 4)
            for queue, factor in zip(plan.queues, seen.found.aht_factor, strict=True)
        },
        "contacts_rest": round(float(plan.forecast.contacts[rest].sum()), 2),
        "contacts_rest_now": round(float(seen.found.contacts[rest].sum()), 2),
        "missing_hours": round(float(moves.missing_before.sum()) * hours, 3),
        "missing_hours_moved": round(float(moves.missing_after.sum()) * hours, 3),
        "cost": round(sum(move.cost for move in moves.moves), 2),
        "days": _records(days_table(seen)),
        "moves": _records(moves_table(seen)),
        "notes": [*seen.actuals.notes, *moves.notes],
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with unknown numbers as null."""
    return [
        {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}
        for row in table.to_dict("records")
    ]


def _only(chosen: BoolArray, values: FloatArray) -> FloatArray:
    return np.where(chosen, values, np.nan)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        good = whole > 0
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=good)


def _by_start(
    seen: Review, some: BoolArray, columns: dict[str, tuple[Any, int | None]]
) -> pd.DataFrame:
    """Return columns ``[Q, I]`` as a table of some intervals, by queue and start."""
    plan = seen.plan
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    chosen = [np.flatnonzero(row) for row in some]
    table: dict[str, Any] = {
        "queue": [axis.queue for axis, at in zip(axes, chosen, strict=True) for _ in at],
        "start": [s for axis, at in zip(axes, chosen, strict=True) for s in axis.stamps[at]],
    }
    for name, (values, places) in columns.items():
        flat = np.concatenate([values[q, at] for q, at in enumerate(chosen)])
        table[name] = flat if places is None else np.round(flat.astype(np.float64), places) + 0.0
    return pd.DataFrame(table)
