"""Which of a table's columns is which of ours, guessed from their names for a person to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.scenario.history import COLUMNS, PARTS
from planner.sources.queue_words import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

# In plain letters, the likeliest first. A mean wait of answered contacts (ASA) is not our wait.
_WORDS = {
    "start": ("interval-start", "start-time", "start-of-interval", "timestamp", "datetime",
              "date-time", "interval", "created-at", "begin", "time", "date"),
    "queue": ("queue-name", "queue", "skill", "skill-name", "team", "split", "group", "line"),
    "market": ("country", "brand", "site", "region"),
    "channel": ("media-type", "media", "channel-type", "contact-channel"),
    "segment": ("customer-type", "caller-type"),
    "contacts": ("offered", "calls-offered", "contacts-offered", "calls", "volume", "incoming",
                 "contact-volume", "call-volume", "count", "arrivals"),
    "aht_s": ("aht-seconds", "aht-sec", "aht", "average-handle-time", "avg-handle-time",
              "handle-time", "average-handling-time", "handling-time", "avg-handling-time"),
    "aht_minutes": ("aht-min", "aht-mins", "handle-time-min", "handle-time-minutes"),
    "answered": ("handled", "calls-answered", "calls-handled", "contacts-handled"),
    "abandoned": ("abandons", "calls-abandoned", "lost", "lost-calls", "abn"),
    "answered_within": ("answered-in-time", "in-service-level"),
    "wait_minutes": ("mean-wait-minutes",),
    "wait_s": ("mean-wait-seconds", "mean-wait-of-all"),
    "agents": ("agents-on-duty", "staffed-agents"),
}  # fmt: skip


def guessed_columns(columns: Sequence[str]) -> dict[str, str]:
    """Return a table's names of columns by ours, as far as their names tell.

    Each column is used once; where there is a queue, nothing is guessed of its parts.

    Examples
    --------
    >>> guessed_columns(["Interval Start", "Queue Name", "Calls Offered", "AHT", "remark"])
    {'start': 'Interval Start', 'queue': 'Queue Name', 'contacts': 'Calls Offered', 'aht_s': 'AHT'}
    >>> guessed_columns(["Date", "Country", "Channel", "Volume"])
    {'start': 'Date', 'market': 'Country', 'channel': 'Channel', 'contacts': 'Volume'}
    """
    free = {slug(column): column for column in reversed(columns)}
    found = {}
    for ours in COLUMNS:
        likely = (slug(ours), *_WORDS.get(ours, ()))
        exact = ours if ours in columns else next((free[one] for one in likely if one in free), "")
        if exact and slug(exact) in free and not (ours in PARTS and "queue" in found):
            found[ours] = exact
            del free[slug(exact)]
    return found
