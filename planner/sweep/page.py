"""The page of a sweep: what meets every promise at what cost, in pictures and tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from planner.export.findings import Fact
from planner.export.page import Pictures, render_page
from planner.export.wording import counted, day_name, money, number, percent
from planner.sweep.figures import frontier_chart, points_shown, value_charts
from planner.sweep.words import headline, named, said, wrong_words
from planner.swept import MEETS

if TYPE_CHECKING:
    from planner.swept import Swept


def sweep_html(swept: Swept) -> str:
    """Return ``sweep.html``: the same answer gives the same text, and nothing is loaded."""
    parts = {
        "frontier": Pictures((frontier_chart(swept),) if swept.done else ()),
        "each": Pictures(tuple(value_charts(swept)) if swept.done else ()),
    }
    first = dt.date.fromisoformat(swept.first_day)
    last = first + dt.timedelta(days=swept.days - 1)
    return render_page(
        "sweep.html.j2",
        [chart for part in parts.values() for chart in part.large],
        title=f"{swept.title or 'Sweep'}: many variants",
        span=f"{day_name(first)} to {day_name(last, year=True)}",
        headline=headline(swept),
        facts=_facts(swept),
        said=said(swept),
        wrong=[line.strip() for line in wrong_words(swept)],
        parts=parts,
        good=points_shown(swept, swept.good, "Every promise kept, the cheapest first"),
        every=points_shown(swept, swept.points, "All points, in the order asked"),
        paths=swept.paths,
        meets=percent(MEETS),
    )


def _facts(swept: Swept) -> tuple[Fact, ...]:
    good, done = swept.good, swept.done
    facts = [Fact("Keep every promise", f"{len(good)} of {len(done)}", "points with a plan")]
    if good:
        best = good[0]
        remark = named(swept, best)
        facts.append(Fact("The cheapest of them", money(best.cost.mean, swept.currency), remark))
        facts.append(
            Fact("It answers in time", percent(best.service.mean, 1),
                 f"with {counted(best.paid_hours.mean, 'paid hour')}")
        )  # fmt: skip
    wrong = len(swept.points) - len(done)
    if wrong:
        facts.append(Fact("Without a plan", number(wrong), "refused, failed or not run"))
    return tuple(facts)
