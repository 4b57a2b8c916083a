"""A sweep in words: what meets every promise at what cost, the frontier, and what has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.export.wording import counted, money, number, percent, plain
from planner.swept import MEETS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.swept import Point, Swept

_SHOWN = 12  # rows of a list in a terminal
_MESSAGES = 5


def sweep_words(swept: Swept, out: Path) -> str:
    """Return what to print at the end of a sweep."""
    lines = [headline(swept), *said(swept), ""]
    shown = swept.frontier[:_SHOWN]
    if shown:
        lines += ["What more service costs, cheapest first (nothing is cheaper and better):"]
        lines += _rows(swept, shown)
        left = len(swept.frontier) - len(shown)
        lines += [f"  and {left} more in sweep.csv"] if left else []
        lines.append("")
    wrong = wrong_words(swept)
    lines += [*wrong, ""] if wrong else []
    lines.append(f"Look at {out / 'sweep.html'}; every point is in {out / 'sweep.csv'}.")
    return "\n".join(plain(line) for line in lines)


def headline(swept: Swept) -> str:
    """Return what was asked."""
    each = f", each for {swept.paths} ways that demand may go" if swept.paths else ""
    varied = " x ".join(f"{len(a.labels)} of {a.name}" for a in swept.axes)
    return f"{swept.title or 'Sweep'}: {counted(len(swept.points), 'point')} ({varied}){each}."


def said(swept: Swept) -> list[str]:
    """Return what was found: how many points meet the promises, the cheapest, the best."""
    good, done = swept.good, swept.done
    if not done:
        return ["No point has a plan."]
    on = f" on at least {percent(MEETS)} of the paths" if swept.paths else ""
    if not good:
        best = max(done, key=lambda p: (p.share_kept, p.service.mean))
        kept = f", all kept on {percent(best.share_kept)} of the paths" if swept.paths else ""
        short = ", ".join(one for one in _below(best))
        return [
            f"No point keeps every promise{on}. Nearest: {named(swept, best)} with "
            f"{percent(best.service.mean, 1)} in time for {money(best.cost.mean, swept.currency)}"
            f"{kept}{f'; below: {short}' if short and not swept.paths else ''}."
        ]
    first = good[0]
    keep = "keeps" if len(good) == 1 else "keep"
    told = [
        f"{len(good)} of {counted(len(done), 'point')} with a plan {keep} every promise{on}.",
        f"The cheapest of them: {named(swept, first)}, {_cost(swept, first)}, "
        f"{percent(first.service.mean, 1)} answered in time.",
    ]
    cheaper = [p for p in done if not p.meets and p.cost.mean < first.cost.mean]
    if cheaper:
        near = max(cheaper, key=lambda p: (p.service.mean, -p.cost.mean))
        saved = first.cost.mean - near.cost.mean
        told.append(
            f"The best of the cheaper ones: {named(swept, near)} saves "
            f"{money(saved, swept.currency)} and misses {_missed(swept, near)}."
        )
    return told


def _missed(swept: Swept, point: Point) -> str:
    if swept.paths:
        return f"a promise on {percent(1 - point.share_kept)} of the paths"
    return ", ".join(_below(point)) or "a promise"


def _below(point: Point) -> list[str]:
    """Return the queues below their promise."""
    return [
        f"{queue.name} ({percent(queue.service_level, 1)} of {percent(queue.promised)})"
        for one in point.outcomes[:1]
        for queue in one.below
    ][:4]


def named(swept: Swept, point: Point) -> str:
    """Return a point by its values, each with what it is of."""
    pairs = zip(swept.axes, point.values, strict=True)
    return ", ".join(
        ("as it is" if value == "none" else value) if a.name == "variants" else f"{a.name} {value}"
        for a, value in pairs
    )


def _cost(swept: Swept, point: Point) -> str:
    if not swept.paths:
        return money(point.cost.mean, swept.currency)
    low, high = number(point.cost.p10), number(point.cost.p90)
    return f"{money(point.cost.mean, swept.currency)} on average ({low} to {high})"


def _rows(swept: Swept, points: Sequence[Point]) -> list[str]:
    names = [named(swept, point) for point in points]
    width = min(max(len(name) for name in names), 60)
    return [
        f"  {name:<{width}}  {money(p.cost.mean, swept.currency):>14}  "
        f"{percent(p.service.mean, 1):>7} in time  "
        f"{number(p.understaffing_hours.mean, 1):>7} h missing  "
        f"{_kept(swept, p)}"
        for name, p in zip(names, points, strict=True)
    ]


def _kept(swept: Swept, point: Point) -> str:
    if swept.paths:
        return f"promises kept on {percent(point.share_kept)}"
    return "promises kept" if point.meets else "a promise missed"


def wrong_words(swept: Swept) -> list[str]:
    """Return the points without a plan, and why, one line for each reason."""
    words = {"refused": "cannot be planned", "failed": "failed", "missing": "not run"}
    lines = []
    for status, word in words.items():
        wrong = [point for point in swept.points if point.status == status]
        if not wrong:
            continue
        lines.append(f"{counted(len(wrong), 'point')} {word}:")
        reasons = dict.fromkeys(point.message for point in wrong)
        for reason in list(reasons)[:_MESSAGES]:
            alike = [point for point in wrong if point.message == reason]
            more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
            first = reason.replace("\n", "; ") or "stopped before"
            lines.append(f"  {named(swept, alike[0])}{more}: {first}")
        if len(reasons) > _MESSAGES:
            lines.append(f"  and {len(reasons) - _MESSAGES} other reasons in sweep.csv")
    if any(point.status == "failed" for point in swept.points):
        lines.append("  --retry-failed runs the failed ones again.")
    return lines
