"""A running plan in words: so far, the rest, and what to move, for whoever is on duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.actuals import some_names
from planner.export.actuals_tables import services
from planner.export.wording import counted, day_name, money, number, percent, plain, signed

if TYPE_CHECKING:
    from pathlib import Path

    from planner.move import Move
    from planner.review import Review

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_FREE = 0.5  # of the currency: less is shown as nothing
_FELT = 0.05
_LEAST = 0.2  # positions missing that are told, in the mean of an hour
_TOLD, _MOVES, _NAMES = 12, 15, 4  # shortages, moves, and agents of a move, on the screen
NOT_CONSIDERED = (
    "Not considered: shifts that begin earlier, agents lent between pools, callers who try again "
    "after an outage, penalties and bonuses, and for a share promised over the day or week what "
    "was lost before now.",
    "Work that waits now is what came less what those on duty could do in the time planned for it.",
)


def review_words(seen: Review, out: Path, files: int) -> str:
    """Return what to print: so far, what is expected now, what is missing, what to move."""
    lines = [f"{seen.plan.scenario.name or 'The plan'}, {now_words(seen)}.", "", *_so_far(seen)]
    lines += ["", *_rest(seen), ""]
    lines += [f"  {line}" if line.startswith(" ") else line for line in shortage_lines(seen)]
    moves = [f"  {n}. {line}" for n, line in enumerate(move_lines(seen), start=1)]
    lines += moves[:_MOVES]
    if len(moves) > _MOVES:
        lines.append(f"  ... and {len(moves) - _MOVES} more in {out / 'moves.csv'}")
    lines += [closing(seen), *spare_lines(seen), ""]
    lines += [f"Note: {note}." for note in notes(seen)]
    lines += [f"{counted(files, 'file')} in {out}; look at {out / 'actuals.html'} first."]
    return plain("\n".join(lines))


def now_words(seen: Review) -> str:
    """Return up to when things are known."""
    zone = _zone(seen, 0)
    local = seen.actuals.moment.tz_convert(zone)
    return f"as it is on {day_name(local.date())} at {local:%H:%M}"


def rest_name(seen: Review) -> str:
    """Return what the rest is called; where today or the week is over, it is the next one."""
    day, zone = seen.found.day, _zone(seen, 0)
    today = seen.actuals.moment.tz_convert(zone).date()
    first = int(day[seen.found.rest].min()) if seen.found.rest.any() else None
    if first is None or seen.plan.days[first] == today:
        return "the rest of the day" if seen.rest == "day" else "the rest of the week"
    name = day_name(seen.plan.days[first])
    if seen.rest == "day":
        return name
    same = seen.plan.days[first].isocalendar()[:2] == today.isocalendar()[:2]
    return "the rest of the week" if same else f"the week from {name}"


def _so_far(seen: Review) -> list[str]:
    """Return today's contacts by queue against the plan, and how honest the band was."""
    today, found = _today(seen), seen.found
    head = f"{'Today so far':<28}{'planned':>9}{'came':>9}{'':>8}{'AHT':>8}"
    lines = [f"{head}{'in time':>9}{'planned':>9}"]
    for one in seen.days:
        if one.day != today or np.isnan(one.actual):
            continue
        q = one.queue
        chosen = (found.day[q] == today) & seen.actuals.known[q]
        planned, level = services(seen, q, chosen)
        name = seen.plan.queues[q].name
        lines.append(
            f"  {_short(name):<26}{number(one.planned_so_far):>9}{number(one.actual):>9}"
            f"{change(one.actual, one.planned_so_far):>8}{_percents(found.aht_factor[q]):>8}"
            f"{percent(level):>9}{percent(planned):>9}"
        )
    if len(lines) == 1:
        lines = ["Nothing is known of today."]
    return [*lines, band_sentence(seen), *outage_lines(seen)]


def change(now: float, planned: float) -> str:
    """Return by how much of the planned something is more or less, as a share."""
    return _percents(now / planned) if planned > 0 else ""


def _percents(factor: float) -> str:
    return f"{signed(100 * (factor - 1))} %" if abs(factor - 1) >= 0.005 else "0 %"


def band_sentence(seen: Review) -> str:
    """Return how often the plan's band of 80 % held what came."""
    one = seen.honesty
    if not one.intervals:
        return "Nothing is known yet, so the plan stands as it is."
    said = (
        f"The plan's band, made for 8 of 10, held {percent(one.intervals_inside / one.intervals)} "
        f"of {counted(one.intervals, 'interval')}"
    )
    if one.days:
        said += f" and {number(one.days_inside)} of {counted(one.days, 'whole day')}"
    return f"{said}."


def outage_lines(seen: Review) -> list[str]:
    """Return a sentence for each stretch of nothing that chance does not explain.

    Queues that were silent in the same stretch are told together.
    """
    silent: dict[str, list[tuple[str, float]]] = {}
    for q, row in enumerate(seen.found.outage):
        at = np.flatnonzero(row)
        for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if at.size else ():
            expected = float(seen.plan.forecast.contacts[q, run].sum())
            one = (seen.plan.queues[q].name, expected)
            silent.setdefault(_stretch(seen, q, run), []).append(one)
    return _first(
        [
            f"{some_names([name for name, _ in ones])}: nothing came {when}, where "
            f"{number(sum(expected for _, expected in ones))} were planned: taken for an outage or "
            "a gap in the file, and not for a quiet day"
            for when, ones in silent.items()
        ]
    )


def _rest(seen: Review) -> list[str]:
    """Return the rest by queue: planned, expected now, the service of it."""
    title = rest_name(seen)
    title = title[:1].upper() + title[1:]
    head = f"{title:<24}{'planned':>8}{'now':>8}{'8 of 10 cases':>16}"
    lines = [f"{head}{'planned':>9}{'as it is':>9}{'moved':>6}"]
    for row in rest_rows(seen):
        name, planned, now, low, high, was, level, moved = row
        band = f"{number(low)} to {number(high)}"
        lines.append(
            f"  {_short(name, 21):<22}{number(planned):>8}{number(now):>8}{band:>16}"
            f"{percent(was):>9}{percent(level):>9}{percent(moved):>6}"
        )
    return lines if len(lines) > 1 else [f"Nothing is left of {title.lower()}."]


def rest_rows(seen: Review) -> list[tuple[str, float, float, float, float, float, float, float]]:
    """Return of each queue what the rest brings: planned, now with its band, three services.

    The services are the share answered in time as planned, as scheduled now, and with the moves.
    """
    rows = []
    plan, moves = seen.plan, seen.moves
    for q, queue in enumerate(plan.queues):
        chosen = seen.found.rest[q]
        planned = float(plan.forecast.contacts[q, chosen].sum())
        if planned <= 0:
            continue
        now = float(seen.found.contacts[q, chosen].sum())
        _, low, high = seen.found.anchored[q].total(chosen)
        levels = [
            _level(one.contacts[q, chosen], one.service_level[q, chosen])
            for one in (plan.projection, moves.before, moves.after)
        ]
        rows.append((queue.name, planned, now, low, high, levels[0], levels[1], levels[2]))
    return rows


def _level(contacts: FloatArray, level: FloatArray) -> float:
    return float(contacts @ level / contacts.sum()) if contacts.sum() > 0 else float("nan")


def shortage_lines(seen: Review) -> list[str]:
    """Return a sentence for each stretch in which a queue is short as scheduled."""
    lines = []
    per = max(3600 // seen.plan.interval_s, 1)
    for q, queue in enumerate(seen.plan.queues):
        row = seen.moves.missing_before[q]
        if queue.deferred:
            if row.sum() * seen.plan.interval_s / 3600 > _LEAST:
                first = int(np.flatnonzero(row > 0)[0])
                hours = float(row.sum()) * seen.plan.interval_s / 3600
                lines.append(
                    f"{queue.name}: {counted(hours, 'hour', 1)} of work fall overdue from "
                    f"{_clock(seen, q, _at(seen, first))} on."
                )
            continue
        at = np.flatnonzero(row > 0)
        for run in np.split(at, np.flatnonzero(np.diff(at) > per) + 1) if at.size else ():
            mean, most = float(row[run[0] : run[-1] + 1].mean()), float(row[run].max())
            if most < 0.5 and mean < _LEAST:
                continue
            short = f"{counted(mean, 'position', 1)} short, at most {number(most, 1)}"
            lines.append(f"{_stretch(seen, q, run)}: {queue.name} {short}.")
    return _first(lines) or ["Nobody is missing."]


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - _TOLD
    return [*lines[:_TOLD], f"... and {more} more"] if more > 0 else lines


def spare_lines(seen: Review) -> list[str]:
    """Return a sentence for each pool that has agents to spare, for those who are not sent home."""
    lines, plan, hours = [], seen.plan, seen.plan.interval_s / 3600
    rest = seen.found.rest
    first = int(seen.found.day[rest].min()) if rest.any() else 0
    for p, pool in enumerate(plan.pools):
        heads = seen.moves.spare[p] / max(pool.positions_per_head(first), 1e-9)
        whole = np.flatnonzero(heads >= 1.0)
        if not whole.size:
            continue
        q = next(n for n, queue in enumerate(plan.queues) if queue.name in pool.speed)
        most = int(np.argmax(heads))
        paid = "paid by the contact" if pool.cost_per_hour is None else "paid anyway"
        kept = pool.kind == "vendor" or pool.contract.paid == "contracted"
        lines.append(
            f"{pool.name} has {counted(float(heads[whole].sum()) * hours, 'agent hour')} to spare, "
            f"most from {_clock(seen, q, _at(seen, most))} on: "
            f"{counted(float(int(heads[most])), 'agent')}{f', {paid}' if kept else ''}."
        )
    return lines


def move_lines(seen: Review) -> list[str]:
    """Return the suggestions as sentences."""
    return [move_sentence(seen, move) for move in seen.moves.moves]


def move_sentence(seen: Review, move: Move) -> str:
    """Return one suggestion as a sentence: when, who, what it costs, what it does to service."""
    q = [queue.name for queue in seen.plan.queues].index(move.queue)
    when = _span(seen, q, move.begins, move.ends)
    who = _who(move)
    each = abs(move.hours) / max(move.heads, 1)
    longer = f"{counted(each, 'hour', 0 if each == round(each) else 1)}"
    what = {
        "switch": f"put {who} of {move.pool} from {move.from_queue} on {move.queue}",
        "break": f"move the break of {who} ({move.pool}): {move.before} becomes {move.after}",
        "overtime": f"overtime: keep {who} ({move.pool}) {longer} longer",
        "call": f"call in {who} ({move.pool}), off that day, for {move.after}",
        "vendor": f"call {move.pool}: {who}, {move.after}"
        + ("" if move.before == "off" else f" instead of {move.before}"),
        "home": f"voluntary time off: let {who} ({move.pool}) go {longer} earlier if they like",
    }[move.kind]
    price = _price(seen, move)
    before, after = percent(move.service_before), percent(move.service_after)
    level = "" if before == after else f"; {move.queue} from {before} to {after}"
    return f"{when}: {what} ({price}){level}."


def _price(seen: Review, move: Move) -> str:
    currency = seen.plan.scenario.currency
    if move.cost <= -_FREE:
        return f"saves {money(-move.cost, currency)}"
    if move.cost >= _FREE:
        return money(move.cost, currency)
    return "no cost" if move.kind in ("switch", "break") else "no cost: hours paid anyway"


def _who(move: Move) -> str:
    if not move.agents:
        return counted(move.heads, "agent")
    names = ", ".join(move.agents[:_NAMES])
    more = len(move.agents) - _NAMES
    return f"{names} and {more} more" if more > 0 else names


def closing(seen: Review) -> str:
    """Return what all suggestions together do, or that there is nothing to do."""
    moves, hours = seen.moves, seen.plan.interval_s / 3600
    missing, left = (float(m.sum()) * hours for m in (moves.missing_before, moves.missing_after))
    if not moves.moves:
        if missing > _FELT:
            return "Nothing that rules, contracts and notice allow would fill it."
        return "Nothing to do."
    cost = sum(move.cost for move in moves.moves)
    currency = seen.plan.scenario.currency
    price = f"cost {money(cost, currency)}" if cost > 0 else f"save {money(-cost, currency)}"
    price = "cost nothing" if abs(cost) < _FREE else price
    return (
        f"Together they {price}; of {counted(missing, 'position hour', 1)} missing "
        f"{number(left, 1)} {'is' if number(left, 1) == '1.0' else 'are'} left."
    )


def notes(seen: Review) -> list[str]:
    """Return what is worth knowing of the file and of whom could not be asked."""
    return [*seen.actuals.notes, *seen.moves.notes]


def _today(seen: Review) -> int:
    last = min(max(seen.actuals.now - 1, 0), len(seen.plan.times) - 1)
    return int(seen.found.day[:, last].max())


def _zone(seen: Review, q: int) -> str:
    scenario = seen.plan.scenario
    return scenario.market_of(scenario.queues[q]).timezone


def _at(seen: Review, interval: int) -> pd.Timestamp:
    return seen.plan.times[0] + interval * pd.Timedelta(seconds=seen.plan.interval_s)


def _clock(seen: Review, q: int, when: pd.Timestamp) -> str:
    """Return a time on a queue's clock, with the day where it is not today's."""
    local, now = (one.tz_convert(_zone(seen, q)) for one in (when, seen.actuals.moment))
    same = local.date() == now.date()
    return f"{local:%H:%M}" if same else f"{day_name(local.date())} {local:%H:%M}"


def _span(seen: Review, q: int, begins: pd.Timestamp, ends: pd.Timestamp) -> str:
    """Return a stretch on a queue's clock, with the day where it is not today's."""
    first, last = _clock(seen, q, begins), _clock(seen, q, ends)
    same = first[:-5] == last[:-5]
    return f"{first}-{last[-5:]}" if same or last.endswith("00:00") else f"{first} to {last}"


def _stretch(seen: Review, q: int, run: IntArray) -> str:
    """Return intervals in a row as a stretch."""
    return _span(seen, q, _at(seen, int(run[0])), _at(seen, int(run[-1]) + 1))


def _short(name: str, most: int = 25) -> str:
    return name if len(name) <= most else f"{name[: most - 3]}..."
