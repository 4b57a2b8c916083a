"""A backtest in a screenful of words: which method was best, and what the errors cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecasting.judged import COMBINED, METHODS
from planner.backtest import Cost, Judgement, ranking

if TYPE_CHECKING:
    from forecasting.scores import Score

_MEANT = {COMBINED: "combined, as planned with"}
_BIASED, _NARROW = 0.05, 0.72  # from here on a bias, or a band, is worth a sentence
_CLOSE = 5e-4  # of the contacts: methods that lie closer are as good as each other


def backtest_words(judged: Judgement, out: Path, files: int) -> str:
    """Return the summary printed when a backtest is written into a folder."""
    name = judged.scenario.name or "Backtest"
    closing = f"{files} files in {out}. Look at {out / 'backtest.html'} first."
    ranked = ranking(judged)
    if not ranked:
        nothing = "No queue has the two weeks of history that a backtest takes."
        return "\n\n".join([f"{name}: {nothing}", *_noted(judged), closing])
    blocks = [
        "\n".join([f"{name}: {span_words(judged)}", *_table(judged)]),
        "\n".join(sentences(judged)),
        "\n".join(_weights(judged)),
        *_noted(judged),
        f"Tried in {judged.seconds:.0f} s. {closing}",
    ]
    return "\n\n".join(block for block in blocks if block)


def span_words(judged: Judgement) -> str:
    """Return what was tried: how many queues and days, from how many origins."""
    found = judged.found
    queues, origins = len(np.unique(found.queue)), len(np.unique(found.origin))
    first, last = found.day.min(), found.day.max()
    return (
        f"{_counted(queues, 'queue')} from {first} to {last}, {_counted(origins, 'forecast')} of "
        f"the past, {_counted(len(found.day), 'day')} judged"
    )


def _table(judged: Judgement) -> list[str]:
    priced = not np.isnan(judged.costs["", COMBINED].money)
    unit = f"{judged.scenario.currency} a week" if priced else ""
    head = (
        f"{'':<26} {'':>7} {'':>8} {'at':>7} {'highest':>8} {'agent hours a week':>20} {'':>12}",
        f"  {'method':<24} {'error':>7} {'bias':>8} {'events':>7} {'day':>8} {'too many':>11} "
        f"{'too few':>8} {unit:>12}",
    )
    best = ranking(judged)[0].method
    rows = [_row(judged.scores["", m], judged.costs["", m], best=m == best) for m in METHODS]
    return [line.rstrip() for line in (*head, *rows)] + ["  * best over all days of all queues"]


def _row(score: Score, cost: Cost, *, best: bool) -> str:
    name = _MEANT.get(score.method, score.method)
    return (
        f"{'*' if best else ' '} {name:<25}{_share(score.wape):>7} {_signed(score.bias):>8} "
        f"{_share(score.wape_events):>7} {_share(score.peak_error):>8} "
        f"{_number(cost.too_many):>11} {_number(cost.too_few):>8} {_money(cost.money):>12}"
    )


def sentences(judged: Judgement) -> list[str]:
    """Return what there is to say: the best method, what the combination cost, and its band."""
    ranked = ranking(judged)
    best, second = ranked[0], ranked[1]
    mine, own = judged.scores["", COMBINED], judged.costs["", COMBINED]
    said = []
    if best.method == COMBINED and second.wape - best.wape < _CLOSE:
        said.append(
            f"The combination, which the planner uses, was best, level with {second.method}: "
            f"{best.wape:.1%} of the contacts wrong."
        )
    elif best.method == COMBINED:
        said.append(
            f"The combination, which the planner uses, was best: {best.wape:.1%} of the contacts "
            f"wrong, {_points(second.wape - best.wape)} less than the next, {second.method}."
        )
    else:
        more = own.wrong - judged.costs["", best.method].wrong
        close = "; they are as good as each other" if mine.wape - best.wape < _CLOSE else ""
        said.append(
            f"Best would have been {best.method} alone: {best.wape:.1%} of the contacts wrong. The "
            f"combination, which the planner uses, is {_points(mine.wape - best.wape)} "
            f"worse{_hours_more(more)}{close}."
        )
    saved = judged.costs["", METHODS[0]].wrong - own.wrong
    if not np.isnan(saved) and saved > 0:
        said.append(
            f"Planning on the same weekday of last week would have had {saved:,.0f} more agent "
            "hours a week too many or too few."
        )
    if abs(mine.bias) >= _BIASED:
        side = "low: too few agents" if mine.bias < 0 else "high: too many agents"
        said.append(f"Over these days the combination ran {abs(mine.bias):.0%} too {side}.")
    narrow = " It is narrower than it says." if mine.coverage < _NARROW else ""
    said.append(
        f"{mine.coverage:.0%} of the days fell inside the combination's band of 80%.{narrow}"
    )
    return said


def _hours_more(more: float) -> str:
    if np.isnan(more):
        return ""
    return f", {abs(more):,.1f} agent hours a week {'more' if more >= 0 else 'fewer'} misplaced"


def _points(difference: float) -> str:
    return (
        f"{100 * difference:.2f} points" if difference < 0.001 else f"{100 * difference:.1f} points"
    )


def _weights(judged: Judgement) -> list[str]:
    """Return the weights learned at the latest origin, on ordinary days and at events."""
    if not judged.classes:
        return []
    names = list(next(iter(judged.classes.values())))
    width = max(24, *map(len, judged.classes))
    lines = [f"  {'weights, ordinary/events':<{width}}" + "".join(f"{n:>20}" for n in names)]
    lines += [
        f"  {kind:<{width}}"
        + "".join(f"{f'{own[name][0]:.0%} / {own[name][1]:.0%}':>20}" for name in names)
        for kind, own in judged.classes.items()
    ]
    return lines


def _noted(judged: Judgement) -> list[str]:
    return ["\n".join(f"note: {note}" for note in judged.notes)] if judged.notes else []


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.1%}"


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:+.1%}"


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _money(value: float) -> str:
    return "" if np.isnan(value) else f"{value:,.0f}"


def _counted(value: int, noun: str) -> str:
    return f"{value:,} {noun}{'' if value == 1 else 's'}"
