"""What must hold of events, drivers and overrides: known names, and keys that go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.calendars import GIFT_DAYS, event_dates
from planner.scenario.raw import Problem, Raw, items, markets, names, unknown_words
from planner.scenario.telling import one_of, quoted
from planner.scenario.types import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES = ("factor", "add", "contacts")
ANY_YEAR = 2026  # whether a market has a gift day is the same in all of them


def check_demand(raw: Raw) -> Iterator[Problem]:
    """Yield what does not fit together in events, drivers and overrides.

    Examples
    --------
    >>> events = [{"name": "mothers_day"}, {"name": "new day", "dates": [], "like": "mother_day"}]
    >>> list(check_demand({"events": events}))
    [(('events', 1, 'like'), "must be one of mothers_day (nearest: 'mothers_day'), \
got 'mother_day'")]
    """
    for key in ("events", "drivers", "overrides"):
        for i, item in items(raw, key):
            for name, known in (("markets", markets(raw)), ("queues", names(raw, "queues"))):
                yield from (
                    ((key, i, *place), must) for place, must in unknown_words(item, name, known)
                )
    yield from _events_are_known(raw)
    yield from _events_are_like_others(raw)
    yield from _overrides_are_clear(raw)


def _events_are_known(raw: Raw) -> Iterator[Problem]:
    for i, event in items(raw, "events"):
        name = event.get("name")
        if isinstance(name, str) and name not in GIFT_DAYS and event.get("dates") is None:
            must = f"must have dates or {one_of(GIFT_DAYS, name)}"
            yield ("events", i, "name"), f"{must}, got {quoted(name)}"


def _events_are_like_others(raw: Raw) -> Iterator[Problem]:
    """Yield events whose ``like`` gives them nothing to take over."""
    by_name = {e.get("name"): e for _, e in items(raw, "events") if isinstance(e.get("name"), str)}
    for i, event in items(raw, "events"):
        like, at = event.get("like"), ("events", i, "like")
        if like is None:
            if event.get("strength") is not None:
                yield ("events", i, "strength"), "must go with like, got no like"
            continue
        if event.get("uplift") is not None:
            yield ("events", i, "uplift"), "must go without like, got both"
        if not isinstance(like, str):
            continue
        others = [str(name) for name in by_name if name != event.get("name")]
        if like == event.get("name"):
            yield at, f"must name another event, got its own name {quoted(like)}"
        elif like not in by_name:
            yield at, f"must {one_of(others, like)}, got {quoted(like)}"
        elif by_name[like].get("like") is not None:
            yield at, f"must name an event that is like no other itself, got {quoted(like)}"
        elif lacking := _queues_without(raw, event, by_name[like]):
            must = f"must name an event that concerns {', '.join(lacking)} too"
            yield at, f"{must}, got {quoted(like)}"


def _queues_without(raw: Raw, event: Raw, other: Raw) -> list[str]:
    """Return some of the queues that one event concerns and another, as dated there, does not."""
    lacking = []
    for _, queue in items(raw, "queues"):
        name, market = queue.get("name"), queue.get("market") or next(iter(markets(raw)), "")
        if isinstance(name, str) and _concerns(event, name, market):
            has = _concerns(other, name, market) and _is_dated(raw, other, market)
            lacking += [] if has else [name]
    return lacking[:5]


def _concerns(item: Raw, queue: str, market: object) -> bool:
    chosen = (("markets", market), ("queues", queue))
    return all(not isinstance(item.get(k), list) or word in item[k] for k, word in chosen)


def _is_dated(raw: Raw, event: Raw, market: object) -> bool:
    """Return whether an event has dates in a market, its own or those of the calendar."""
    name, found = event.get("name"), raw.get("markets")
    if event.get("dates") is not None or name not in GIFT_DAYS:
        return True  # one that is no gift day and has no dates is told as such
    own = found.get(market) if isinstance(found, dict) and isinstance(market, str) else None
    country = own.get("country") if isinstance(own, dict) else None
    code = country if isinstance(country, str) else ""
    return bool(event_dates(str(name), code, ANY_YEAR, ANY_YEAR))


def _overrides_are_clear(raw: Raw) -> Iterator[Problem]:
    known = names(raw, "events")
    for i, override in items(raw, "overrides"):
        given = [key for key in CHANGES if override.get(key) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            yield ("overrides", i), f"must have one of {', '.join(CHANGES)}, got {found}"
        event = override.get("event")
        if isinstance(event, str) and event not in known:
            must = f"must {one_of(known, event)}"
            yield ("overrides", i, "event"), f"{must}, got {quoted(event)}"
        yield from _days_in_order(i, override)


def _days_in_order(i: int, override: Raw) -> Iterator[Problem]:
    if override.get("day") is not None:
        for key in ("first_day", "last_day"):
            if override.get(key) is not None:
                yield ("overrides", i, key), "must go without day, got both"
    first, last = read_date(override.get("first_day")), read_date(override.get("last_day"))
    if first is not None and last is not None and last < first:
        yield ("overrides", i, "last_day"), f"must be {first} or later, got {last}"
