"""Tickets fetched from a Zendesk account, what is new since the last time, as single contacts."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from planner.errors import Fault, InputError
from planner.sources.data_report import MOST_TOLD, DataReport, refusing
from planner.sources.in_our_words import without
from planner.sources.kept_tickets import KeptTickets, read_kept, write_kept
from planner.sources.raw_rows import RawRows
from planner.sources.reduced_tickets import Reduced, reduced
from planner.sources.ticket_lines import block_of_tickets
from planner.sources.tickets import EARLIER, Asked, contacts_of
from planner.sources.zendesk_api import address_of, login_of, pages

BEFORE = "tickets from before the day that was asked for"


@dataclass(frozen=True, slots=True)
class Account:
    """Whose tickets are fetched, and from when on.

    Parameters
    ----------
    name
        Subdomain or URL.
    since
        First day, on the clock of ``Asked.zone``; None: as before.
    kept
        The file in which is kept what was fetched.
    """

    name: str
    since: dt.date | None
    kept: Path


def fetch_tickets(
    account: Account,
    asked: Asked,
    environment: Mapping[str, str],
    progress: Callable[[int], None] = lambda tickets: None,
    pause: Callable[[float], None] = time.sleep,
) -> RawRows:
    """Return an account's tickets as single contacts, those fetched before and those that are new.

    Each page is kept as it comes, without what names a person, so that a call that was stopped
    goes on from there.

    Parameters
    ----------
    environment
        Holds the token, see ``planner.sources.zendesk_api.login_of``.
    progress
        Is told how many tickets are there.
    pause
        Waits so many seconds.

    Raises
    ------
    InputError
        If Zendesk does not let us in, or is asked otherwise than before.
    PlannerError
        If it does not answer as it should.
    """
    address, login = address_of(account.name), login_of(environment)
    asked.check("--from-api", of_json=True)
    kept = read_kept(account.kept, _facts(address, account, asked))
    since = _since(kept, asked.zone)
    places: list[Fault] = []
    found = pages(address, login, since, kept.cursor, pause)
    for number, page in enumerate(found, 1):
        part = reduced(block_of_tickets(page.tickets, asked.custom), *asked.how)
        places += [Fault(address, None, f"page {number}:", must) for _, must in part.broken]
        kept = kept.with_page(part.table, page.cursor, part.names)
        write_kept(account.kept, kept)
        progress(kept.table.num_rows)
    return _contacts(kept, address, asked, since, places)


def _facts(address: str, account: Account, asked: Asked) -> dict[str, str]:
    """Return what the tickets of a file were asked by."""
    facts = {"address": address, "timezone": asked.zone}
    for part, name in (("market", asked.market), ("segment", asked.segment)):
        facts[part] = name or ""
        words = asked.words.parts.get(part, {})
        facts[f"{part}s"] = json.dumps(list(words)) if name == "tags" else ""
    if account.since is not None:
        facts["since"] = account.since.isoformat()
    return facts


def _since(kept: KeptTickets, zone: str) -> dt.datetime:
    """Return the time from which on tickets are asked."""
    day = dt.date.fromisoformat(kept.asked["since"]) if "since" in kept.asked else None
    if day is None:
        message = "must be given on the first call, such as 2026-01-01, got nothing"
        raise InputError([Fault("--since", None, "", message)])
    since = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    if since >= dt.datetime.now(dt.UTC) or since.timestamp() < 0:
        message = f"must be a day from 1970 to yesterday, got {day}"
        raise InputError([Fault("--since", None, "", message)])
    return since


def _contacts(
    kept: KeptTickets, address: str, asked: Asked, since: dt.datetime, places: list[Fault]
) -> RawRows:
    if not kept.table.num_rows:
        message = f"must have tickets since {since.date()}, got none"
        raise InputError([Fault(address, None, "", message)])
    part = Reduced(kept.table, np.arange(1, kept.table.num_rows + 1), names=kept.names)
    rows = contacts_of([part], [address], asked)
    start = np.asarray(rows.columns["start"].cast("int64").to_numpy())
    rows = without(rows, start < since.timestamp() * 1e6, BEFORE)
    data = rows.data or DataReport((address,), len(start), len(start))
    if kept.earlier:
        repaired = {EARLIER: kept.earlier, **data.repaired}
        data = replace(data, rows=data.rows + kept.earlier, repaired=repaired)
    if places:
        data = refusing(data, places[:MOST_TOLD], len(places))
    return replace(rows, data=data)
