"""A history table made of what users already have, and a report of what became of the data."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import Fault, InputError
from planner.export.files import refuse_foreign
from planner.export.tables import csv_bytes
from planner.export.write import check_out, write_files
from planner.scenario.model import Scenario, load_scenario
from planner.scenario.telling import quoted
from planner.sources.by_interval import by_interval
from planner.sources.data_report import DataReport
from planner.sources.fetched_tickets import Account, fetch_tickets
from planner.sources.in_our_words import Words
from planner.sources.interval_exports import CONNECT, GENESYS, AskedIntervals, read_intervals
from planner.sources.tickets import MOST_BROKEN, Asked, read_tickets

if TYPE_CHECKING:
    from planner.sources.raw_rows import RawRows

MARK = b"start,queue,contacts"
REPORT_MARK = b"data report"
LAYOUTS = {"genesys": GENESYS, "connect": CONNECT}
MOST_QUEUES = 60  # shown on the screen


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and by which words.

    Parameters
    ----------
    source
        zendesk, genesys or connect.
    files
        What to read; none where an account is asked.
    out, report
        Where the history table, and the data report, are written.
    scenario
        Scenario whose history's words are used, those given here before them.
    market, segment
        Fields or columns that tell a market and a kind of caller.
    words
        "THEIRS=OURS" by queues, markets, channels and segments.
    ignore
        The source's words for queues that are left out.
    zone, minutes, broken
        Clock of times without an offset, and of what is written; length of an interval; share of
        lines that may be broken. None: as the scenario has it, else UTC, 15 for tickets, 0.01.
    account, since
        Whose tickets are fetched, from which day on.
    """

    source: str
    files: tuple[Path, ...]
    out: Path
    report: Path | None = None
    scenario: Path | None = None
    market: str | None = None
    segment: str | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    zone: str | None = None
    minutes: int | None = None
    broken: float | None = None
    account: str | None = None
    since: dt.date | None = None


def import_and_write(
    request: Request, progress: Callable[[int], None] = lambda rows: None, *, as_json: bool = False
) -> str:
    """Return what was read and found, after the history table is written.

    Raises
    ------
    InputError
        If something cannot be read, or another's file would be overwritten.
    PlannerError
        If Zendesk does not answer, or a file cannot be written.
    """
    _check_places(request)
    scenario = load_scenario(request.scenario) if request.scenario else None
    request = _as_scenario(request, scenario)
    zone = request.zone or "UTC"
    rows = _read(request, scenario, zone, progress)
    if "queue" not in rows.columns or not len(rows.columns["queue"]):
        message = "must have contacts after all that is left out, got none"
        raise InputError([Fault(rows.file, None, "", message)])
    tickets = request.source == "zendesk"
    table = by_interval(rows, zone, request.minutes or (15 if tickets else None))
    data = rows.data or DataReport((rows.file,), len(table), len(table))
    data = replace(data, notes=(*data.notes, *_against(table, scenario)))
    queues = _queues(table)
    document: dict[str, Any] = {"data": data.as_dict(), "queues": queues.to_dict("records")}
    _write(request, table, data, document)
    document |= {"out": str(request.out), "rows": len(table)}
    return json.dumps(document, indent=2) if as_json else _text(request, table, data, queues)


def _as_scenario(request: Request, scenario: Scenario | None) -> Request:
    """Return a request with what it leaves open as a scenario's history has it."""
    if scenario is None:
        return request
    history = scenario.history
    return replace(
        request,
        market=request.market or history.columns.get("market"),
        segment=request.segment or history.columns.get("segment"),
        zone=request.zone or history.timezone,
        broken=history.broken_rows if request.broken is None else request.broken,
        ignore=(*request.ignore, *history.ignore),
    )


def _read(
    request: Request,
    scenario: Scenario | None,
    zone: str,
    progress: Callable[[int], None],
) -> RawRows:
    words = _words(request, scenario)
    broken = MOST_BROKEN if request.broken is None else request.broken
    if request.source == "zendesk":
        asked = Asked(request.market, request.segment, words, zone, broken)
        if request.account is None:
            return read_tickets(request.files, asked)
        account = Account(request.account, request.since, kept_file(request.out))
        return fetch_tickets(account, asked, os.environ, progress)
    intervals = AskedIntervals(words, request.segment, zone, broken)
    return read_intervals(request.files, LAYOUTS[request.source], intervals)


def kept_file(out: Path) -> Path:
    """Return where the tickets of an account are kept, beside the history made of them.

    Examples
    --------
    >>> kept_file(Path("contacts.csv")).name
    'contacts.tickets.parquet'
    """
    return out.with_suffix(".tickets.parquet")


def _words(request: Request, scenario: Scenario | None) -> Words:
    """Return the words of a request, and after them those of a scenario's history."""
    known = Words() if scenario is None else Words.of(scenario.history)
    faults: list[Fault] = []
    found = {name: _pairs(name, pairs, faults) for name, pairs in request.words.items()}
    if faults:
        raise InputError(faults)
    parts = {
        part: _first(found.get(f"{part}s", {}), known.parts.get(part, {}))
        for part in ("market", "channel", "segment")
    }
    return Words(_first(found.get("queues", {}), known.queues), parts, request.ignore)


def _first(words: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return words and, where they have none, more."""
    return {**words, **{theirs: ours for theirs, ours in more.items() if theirs not in words}}


def _pairs(name: str, pairs: Sequence[str], faults: list[Fault]) -> dict[str, str]:
    """Return our words by the source's, and tell pairs that are none."""
    found: dict[str, str] = {}
    for pair in pairs:
        theirs, _, ours = (part.strip() for part in pair.rpartition("="))
        if not theirs or not ours or not ours.isprintable():
            message = f"must look like 'FR Care=fr', got {quoted(pair)}"
            faults.append(Fault(f"--{name}", None, "", message))
        found.setdefault(theirs, ours)
    return found


def _check_places(request: Request) -> None:
    """Raise unless the files can be written, before anything is read."""
    inputs = [path.resolve() for path in request.files]
    kept = [kept_file(request.out)] if request.account else []
    outs = [request.out, *kept, *([request.report] if request.report else [])]
    for path in outs:
        if path.resolve() in inputs:
            message = "must not be a file that is read: name another"
            raise InputError([Fault(str(path), None, "", message)])
        check_out(path.parent, ours=())
    if request.report and request.report.resolve() in (p.resolve() for p in [request.out, *kept]):
        message = "must not be where the history goes: name another"
        raise InputError([Fault(str(request.report), None, "", message)])
    refuse_foreign(request.out, MARK)
    if request.report:
        refuse_foreign(request.report, REPORT_MARK)


def _against(table: pd.DataFrame, scenario: Scenario | None) -> list[str]:
    """Say which queues found a scenario does not have, and which of its own were not found."""
    if scenario is None:
        return []
    known = [queue.name for queue in scenario.queues]
    fed = {queue.escalates.to for queue in scenario.queues if queue.escalates}
    found = list(dict.fromkeys(table["queue"]))
    strange = [name for name in found if name not in known]
    absent = [name for name in known if name not in found and name not in fed]
    result = []
    if strange:
        result.append(f"NOT IN THE SCENARIO: {', '.join(strange[:20])}: name them in its history's "
                      "queues or ignore")  # fmt: skip
    if absent:
        result.append(f"no contacts for {', '.join(absent[:20])}")
    return result


def _queues(table: pd.DataFrame) -> pd.DataFrame:
    """Return each queue's contacts, and its first and last day with some."""
    some = table[table["contacts"] > 0].assign(day=lambda t: t["start"].str[:10])
    by = some.groupby("queue", sort=True)
    found = by.agg(contacts=("contacts", "sum"), first=("day", "min"), last=("day", "max"))
    if "aht_s" in table:
        weight = some["contacts"].where(some["aht_s"].notna(), 0)
        total = (some["aht_s"].fillna(0) * weight).groupby(some["queue"]).sum()
        below = weight.groupby(some["queue"]).sum()
        found["aht_s"] = (total / below.where(below > 0)).round(1)
    return found.reset_index().astype(object).where(lambda t: t.notna(), None)


def _write(
    request: Request, table: pd.DataFrame, data: DataReport, document: Mapping[str, Any]
) -> None:
    content = csv_bytes(table)
    write_files({request.out.name: content}, request.out.parent, ours=(request.out.name,))
    if request.report is not None:
        text = f"# data report\n{data.text()}\n"
        if request.report.suffix.lower() == ".json":
            text = json.dumps({"what": "data report", **document}, indent=2) + "\n"
        name = request.report.name
        write_files({name: text.encode()}, request.report.parent, ours=(name,))


def _text(request: Request, table: pd.DataFrame, data: DataReport, queues: pd.DataFrame) -> str:
    lines = [*data.lines(), ""]
    width = max([len("queue"), *(len(str(name)) for name in queues["queue"])])
    has_aht = "aht_s" in queues
    lines.append(
        f"{'queue':<{width}}  {'contacts':>10}  first day   last day" + "   aht_s" * has_aht
    )
    for row in queues.head(MOST_QUEUES).to_dict("records"):
        aht = f"  {row['aht_s']:>6}" if has_aht and row["aht_s"] is not None else ""
        words = f"{row['contacts']:>10,.0f}  {row['first']}  {row['last']}"
        lines.append(f"{row['queue']:<{width}}  {words}{aht}")
    if len(queues) > MOST_QUEUES:
        lines.append(f"and {len(queues) - MOST_QUEUES} more queues: --json lists them all")
    lines += [
        "",
        f"Wrote {request.out}: {len(table):,} rows. Next, in a scenario with these queues:",
        f"  history: {{file: {request.out.name}}}",
    ]
    return "\n".join(lines)
