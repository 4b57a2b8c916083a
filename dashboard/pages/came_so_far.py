"""What came on a plan's days so far, beside what was planned, and how old that knowledge is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dash import html

from dashboard.freshness import news_of
from dashboard.parts import section
from dashboard.words import say
from planner.export.wording import counted, number, percent, signed

if TYPE_CHECKING:
    from dashboard.shelf import Seen

_HOUR_S = 3600


def came_so_far(seen: Seen) -> html.Section:
    """Return contacts so far against the plan and their age; or that none are read in."""
    news = news_of(seen.number)
    lines = []
    if news is None or news.kept is None:
        lines.append(
            say("No actuals are read in for this plan. Serve with --actuals FILE, or run "
                "planner actuals PLAN FILE.")
        )  # fmt: skip
    else:
        kept = news.kept
        planned = _planned(seen, kept.known_until)
        apart = kept.contacts - planned
        share = f" ({'+' if apart > 0 else ''}{percent(apart / planned, 1)})" if planned else ""
        lines.append(
            say(
                "{came} came until {until} UTC; {planned} were planned: {apart}{share}.",
                came=counted(kept.contacts, "contact"),
                until=f"{kept.known_until:%Y-%m-%d %H:%M}",
                planned=number(planned),
                apart=signed(apart),
                share=share,
            )
        )
        lines.append(
            say(
                "Read in {age} ago from {name}.",
                age=age_words(dt.datetime.now(dt.UTC) - kept.at),
                name=kept.name,
            )
        )
    if news is not None and news.fault:
        lines.append(
            say("The last reading failed at {at} UTC: {why}", at=f"{news.fault_at:%Y-%m-%d %H:%M}",
                why=news.fault)
        )  # fmt: skip
    return section(say("What came so far"), *(html.P(line) for line in lines))


def _planned(seen: Seen, until: dt.datetime) -> float:
    """Return the contacts that were planned until a moment."""
    plan = seen.plan
    over = int((until - plan.times[0].to_pydatetime()).total_seconds() // plan.interval_s)
    return sum(
        float(plan.forecast.contacts[q, axis.inside[axis.inside < over]].sum())
        for q, axis in enumerate(seen.sums.axes)
    )


def age_words(age: dt.timedelta) -> str:
    """Return an age as a person says it.

    Examples
    --------
    >>> age_words(dt.timedelta(minutes=5)), age_words(dt.timedelta(hours=30))
    ('5 minutes', '30 hours')
    """
    seconds = max(age.total_seconds(), 0)
    if seconds < 2 * _HOUR_S:
        return counted(seconds // 60, "minute")
    if seconds < 48 * _HOUR_S:
        return counted(seconds // _HOUR_S, "hour")
    return counted(seconds // (24 * _HOUR_S), "day")
