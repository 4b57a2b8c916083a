"""A comparison in a screenful of words, differences marked by sign and word."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from planner.comparing.comparison import change, service_of
from planner.comparing.sentences import sentences
from planner.export.digest import NOTICED_HOURS
from planner.export.wording import day_name, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.comparing.comparison import Comparison
    from planner.outcome import Outcome, Service

NAME_WIDTH = 28
_COLUMNS = 4  # of service, side by side
_WIDE = 13
_NOTICED = 5e-4  # shares: what differs by less is shown as the same


def comparison_words(found: Comparison, out: Path, files: int) -> str:
    """Return what is printed when a comparison is written into a folder."""
    blocks = [
        _title(found),
        _plan_lines(found),
        _missing_lines(found),
        *(_service_lines(found, part) for part in ("channel", "market")),
        [plain(line) for line in (*sentences(found), *found.notes)],
        _closing(found, out, files),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def span_of(outcome: Outcome) -> str:
    """Return the days of a plan."""
    first = dt.date.fromisoformat(outcome.first_day)
    last = first + dt.timedelta(days=outcome.days - 1)
    return f"{day_name(first)} to {day_name(last, year=True)}"


def cost_words(outcome: Outcome, first: Outcome) -> str:
    """Return how much dearer or cheaper a plan is than the first.

    Examples
    --------
    >>> from types import SimpleNamespace as Plan
    >>> cost_words(Plan(cost=110.0), Plan(cost=100.0)), cost_words(Plan(cost=9.9), Plan(cost=10.0))
    ('+10.0% dearer', '-1.0% cheaper')
    """
    part = change(outcome.cost, first.cost)
    if math.isnan(part):
        return ""
    if round(abs(part), 3) == 0:
        return "the same"
    return f"{part:+.1%} {'dearer' if part > 0 else 'cheaper'}"


def points(value: float, first: float) -> str:
    """Return by how many percentage points a share differs from the first plan's, with its sign.

    Examples
    --------
    >>> points(0.84, 0.88), points(0.88, 0.88), points(float("nan"), 0.88)
    ('-4', '=', '')
    """
    apart = value - first
    if math.isnan(apart):
        return ""
    if abs(apart) < _NOTICED:
        return "="
    return f"{100 * apart:+.0f}" if abs(apart) >= 0.00995 else f"{100 * apart:+.1f}"


def short_name(name: str, width: int = NAME_WIDTH) -> str:
    """Return a name that fits, its middle left out.

    Examples
    --------
    >>> short_name("pools.partner-romance.agents=40", 20)
    'pools.par..agents=40'
    """
    if len(name) <= width:
        return name
    end = (width - 2) // 2
    return f"{name[: width - 2 - end]}..{name[-end:]}"


def labels(found: Comparison, width: int = NAME_WIDTH) -> tuple[str, ...]:
    """Return the plans' names as tables have them: by number too, where names had to be cut."""
    names = [one.name for one in found.outcomes]
    if all(len(name) <= width for name in names):
        return tuple(names)
    return tuple(f"{n}. {short_name(name, width - 4)}" for n, name in enumerate(names, start=1))


def _title(found: Comparison) -> list[str]:
    count = len(found.outcomes)
    lines = [
        f"{found.title or 'Plans'}: {count} plan{'' if count == 1 else 's'} compared, "
        f"{span_of(found.first)}"
    ]
    names = [one.name for one in found.outcomes]
    if any(len(name) > NAME_WIDTH for name in names):
        lines += [f"  {n}. {name}" for n, name in enumerate(names, start=1)]
    return lines


def _plan_lines(found: Comparison) -> list[str]:
    """Return cost and paid hours of each plan, against the first's."""
    first = found.first
    lines = [f"{'':<{NAME_WIDTH}} {f'cost {found.currency}':>12} {'':<15} {'paid hours':>10}"]
    for name, one in zip(labels(found), found.outcomes, strict=True):
        dearer, longer = "", ""
        if one is not first:
            dearer = cost_words(one, first)
            longer = _percent(change(one.paid_hours, first.paid_hours))
        lines.append(
            f"{name:<{NAME_WIDTH}} {one.cost:>12,.0f} {dearer:<15} {one.paid_hours:>10,.0f} "
            f"{longer:>7}".rstrip()
        )
    return lines


def _missing_lines(found: Comparison) -> list[str]:
    """Return vendors' share, what is missing, and whether promises are kept."""
    overdue = any(one.overdue_hours >= NOTICED_HOURS for one in found.outcomes)
    late = f" {'overdue h':>11}" if overdue else ""
    lines = [f"{'':<{NAME_WIDTH}} {'vendors':>8} {'missing h':>11}{late}  promises"]
    for name, one in zip(labels(found), found.outcomes, strict=True):
        late = f" {_few(one.overdue_hours):>11}" if overdue else ""
        kept = "kept" if one.promises_met else f"{len(one.below)} below !"
        kept = kept if any(queue.judged for queue in one.queues) else "-"
        lines.append(
            f"{name:<{NAME_WIDTH}} {one.vendor_share:>8.0%} {_few(one.missing_hours):>11}{late}  "
            f"{kept}"
        )
    return lines


def _service_lines(found: Comparison, part: str) -> list[str]:
    """Return service by channel or market, so many beside each other, then the next ones."""
    names = found.services(part)
    if part == "market" and len(names) < 2:
        return []
    lines = []
    for at in range(0, len(names), _COLUMNS):
        some = names[at : at + _COLUMNS]
        lines += [f"{f'Answered in time, by {part}':<{NAME_WIDTH}} {_heads(some)}".rstrip()]
        promised = "".join(_promised(service_of(found.first, part, name)) for name in some)
        lines += [f"{'  promised':<{NAME_WIDTH}} {promised}".rstrip()]
        for label, one in zip(labels(found), found.outcomes, strict=True):
            cells = "".join(_cell(found, one, part, name) for name in some)
            lines.append(f"{label:<{NAME_WIDTH}} {cells}".rstrip())
    return lines


def _heads(names: Sequence[str]) -> str:
    return "".join(f"{short_name(name or 'market', _WIDE - 2):<{_WIDE}}" for name in names)


def _promised(one: Service | None) -> str:
    if one is None or math.isnan(one.promised):
        told = "-"
    elif one.promised_highest - one.promised_lowest > _NOTICED:
        told = f"{one.promised_lowest:.0%} to {one.promised_highest:.0%}"
    else:
        told = f"{one.promised:.0%}"
    return f"{told:<{_WIDE}}"


def _cell(found: Comparison, outcome: Outcome, part: str, name: str) -> str:
    one = service_of(outcome, part, name)
    if one is None or math.isnan(one.service_level):
        return f"{'-':<{_WIDE}}"
    base = service_of(found.first, part, name)
    apart = "" if outcome is found.first or base is None else _apart(one, base)
    mark = "" if one.met else " !"
    return f"{f'{one.service_level:.0%}{apart}{mark}':<{_WIDE}}"


def _apart(one: Service, base: Service) -> str:
    told = points(one.service_level, base.service_level)
    return f" {told}" if told else ""


def _percent(part: float) -> str:
    if math.isnan(part):
        return ""
    return "=" if round(abs(part), 3) == 0 else f"{part:+.1%}"


def _few(hours: float) -> str:
    return f"{hours:,.1f}" if 0 < hours < 9.95 else f"{hours:,.0f}"


def _closing(found: Comparison, out: Path, files: int) -> list[str]:
    lines = []
    if len(found.outcomes) > 1:
        lines.append(
            f"Differences are against {found.first.name!r}: percent of it; for shares, points. "
            "! is below the promise."
        )
    if found.left:
        lines.append(f"Stopped early: not planned are {', '.join(found.left)}.")
    lines.append(f"{files} files in {out}. Look at {out / 'compare.html'} first.")
    return lines
