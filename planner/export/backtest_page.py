"""The backtest's page: which method was right, what errors cost, and each event as foreseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.judged import COMBINED, METHODS
from planner.backtest import ranking
from planner.export.backtest_words import sentences, span_words
from planner.export.figures_backtest import (
    ahead_chart,
    error_chart,
    event_charts,
    hours_chart,
    weeks_chart,
)
from planner.export.findings import Fact
from planner.export.page import Pictures, render_page
from planner.export.wording import Table, day_name, money, number, percent

if TYPE_CHECKING:
    from planner.backtest import Judgement

_FIRST = 2  # pictures of events that are shown at once


def backtest_html(judged: Judgement) -> str:
    """Return ``backtest.html``: the same trials give the same text, and nothing is loaded."""
    found = judged.found
    parts = _parts(judged) if len(found.day) else {}
    charts = [chart for part in parts.values() for chart in (*part.large, *part.small)]
    span = ""
    if len(found.day):
        first, last = found.day.min().item(), found.day.max().item()
        span = f"{day_name(first, year=True)} to {day_name(last, year=True)}"
    return render_page(
        "backtest.html.j2",
        charts,
        title=f"{judged.scenario.name or 'Backtest'}, tried on its past",
        variants=judged.scenario.applied,
        span=span or "no history to try",
        sub=span_words(judged) if len(found.day) else "No queue has two weeks of history",
        facts=_facts(judged) if len(found.day) else (),
        said=sentences(judged) if len(found.day) else (),
        parts=parts,
        tables=_tables(judged) if len(found.day) else (),
        notes=[note[:1].upper() + note[1:] for note in judged.notes],
    )


def _parts(judged: Judgement) -> dict[str, Pictures]:
    found = judged.found
    totals = np.bincount(found.queue, weights=found.actual, minlength=len(found.queues))
    largest = int(totals.argmax())
    several = len(np.unique(found.queue)) > 1
    every = event_charts(judged, None) if several else ()
    one = event_charts(judged, largest)
    hours = () if np.isnan(judged.costs["", COMBINED].wrong) else (hours_chart(judged),)
    return {
        "methods": Pictures((error_chart(judged), *hours)),
        "total": Pictures(every[:_FIRST], every[_FIRST:]),
        "largest": Pictures(one[:_FIRST], one[_FIRST:]),
        "weeks": Pictures((weeks_chart(judged), ahead_chart(judged))),
    }


def _facts(judged: Judgement) -> tuple[Fact, ...]:
    mine, cost = judged.scores["", COMBINED], judged.costs["", COMBINED]
    best, naive = ranking(judged)[0], judged.scores["", METHODS[0]]
    facts = [
        Fact("Best method", best.method.capitalize(), f"{percent(best.wape, 1)} of contacts wrong"),
        Fact("The combination's error", percent(mine.wape, 1),
             f"of contacts, by queue and day; same weekday of last week: {percent(naive.wape, 1)}"),
        Fact("On the highest days", percent(mine.peak_error, 1),
             f"off, on the peak of each event; last week: {percent(naive.peak_error, 1)}"),
        Fact("Inside the band of 80 %", percent(mine.coverage), "of all days"),
    ]  # fmt: skip
    if not np.isnan(cost.wrong):
        rest = (
            "" if np.isnan(cost.money) else f", worth {money(cost.money, judged.scenario.currency)}"
        )
        facts.append(Fact("Agent hours a week", number(cost.wrong), f"too many or too few{rest}"))
    return tuple(facts)


def _tables(judged: Judgement) -> tuple[Table, ...]:
    names = [n for n in judged.found.queues if (n, COMBINED) in judged.scores]
    rows = []
    for name in names:
        best, mine = ranking(judged, name)[0], judged.scores[name, COMBINED]
        counts = (number(mine.days), number(mine.contacts))
        shares = (mine.wape, mine.bias, mine.wape_events)
        errors = (*(percent(share, 1) for share in shares), percent(mine.coverage))
        rows.append((name, *counts, *errors, best.method, percent(best.wape, 1)))
    header = ("queue", "days", "contacts", "combined", "bias", "around events", "in band",
              "best method", "its error")  # fmt: skip
    queues = Table("Each queue: the combination's error, and the best method", header,
                   tuple(rows), frozenset({0, 7}))  # fmt: skip
    kinds = tuple(
        (kind, method, percent(ordinary), percent(event))
        for kind, own in judged.classes.items()
        for method, (ordinary, event) in own.items()
    )
    weights = Table("Weights learned at the latest origin",
                    ("queues", "method", "ordinary days", "around events"), kinds,
                    frozenset({0, 1}))  # fmt: skip
    return (queues, weights) if kinds else (queues,)
