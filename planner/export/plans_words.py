"""Plans of a store in words: their list, one of them, and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from planner.export.text_table import text_table
from planner.export.wording import counted, money, number, percent, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.store.actuals import KeptActuals
    from planner.store.plans import Entry, PlanRecord
    from planner.store.sweeps import KeptSweep

_LONGEST = 40


def plans_text(records: Sequence[PlanRecord], store: str) -> str:
    """Return the list of a store's plans."""
    if not records:
        return f"No plans in {store}. Keep one with: planner run SCENARIO --store {store}"
    header = ("plan", "name", "days", "status", "cost", "h missing", "by", "made (UTC)")
    rows = [
        (
            str(one.id),
            _short(one.name),
            span_of(one),
            one.status if not one.progress else f"{one.status}: {_short(one.progress)}",
            _cost(one),
            "" if one.understaffing_hours is None else plain(number(one.understaffing_hours, 1)),
            _short(one.created_by),
            f"{one.created_at:%Y-%m-%d %H:%M}",
        )
        for one in records
    ]
    return "\n".join(text_table(header, rows, (0, 4, 5)))


def sweeps_text(sweeps: Sequence[KeptSweep], store: str) -> str:
    """Return the list of a store's sweeps."""
    if not sweeps:
        return f"No sweeps in {store}."
    rows = [
        (
            one.id,
            _short(one.scenario),
            _short(" x ".join(f"{len(axis['values'])} of {axis['name']}" for axis in one.axes)),
            f"{one.kept:,} of {one.tasks:,}",
            f"{one.created_at:%Y-%m-%d %H:%M}",
        )
        for one in sweeps
    ]
    header = ("sweep", "scenario", "varied", "plans kept", "begun (UTC)")
    return "\n".join(text_table(header, rows, (3,)))


def span_of(one: PlanRecord) -> str:
    """Return the days that a plan is for."""
    last = one.first_day + dt.timedelta(days=one.days - 1)
    return f"{one.first_day} to {last}"


def _cost(one: PlanRecord) -> str:
    return "" if one.cost is None else plain(money(one.cost, one.currency))


def _short(text: str) -> str:
    shown = _shown(text.replace("\n", " "))
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def plan_text(
    one: PlanRecord,
    summary: Mapping[str, Any],
    notes: Sequence[Entry],
    came: Sequence[KeptActuals],
    log: Sequence[Entry],
    files: Sequence[str],
) -> str:
    """Return one plan: its answer, who made it and when, its notes, what was done with it."""
    lines = [
        f"Plan {one.id}: {one.name}",
        f"  question  {one.scenario or 'no title'}, {span_of(one)}, "
        f"{', '.join(one.variants) or 'as planned'}, seed {one.seed}",
        f"  made      by {one.created_by} at {_at(one.created_at)}, "
        f"program {one.program_version}, version {one.version} of the entry",
        f"  status    {one.status}{f': {one.reason}' if one.reason else ''}{_working(one)}",
    ]
    if summary:
        lines += [*_answer(one, summary), "", *_service(summary)]
    lines += ["", "Notes:" if notes else "No notes."]
    lines += [f"  {_at(note.at)}  {note.who}: {note.text}" for note in notes]
    if came:
        lines += ["", "What came:"]
    lines += [
        f"  {_at(one.at)}  {one.who}: {_short(one.name)}, "
        f"{counted(one.contacts, 'contact')} until {_at(one.known_until)}"
        for one in came
    ]
    lines += ["", "Done with it:", *(f"  {_at(e.at)}  {e.who}: {e.text}" for e in log)]
    if files:
        lines += ["", f"{counted(len(files), 'file')}: {', '.join(files)}"]
    return "\n".join(_shown(line) for line in lines)


def _shown(text: str) -> str:
    """Return what people wrote without signs that a terminal obeys; its lines set in."""
    lines = ("".join(c if c.isprintable() else " " for c in line) for line in text.split("\n"))
    return "\n      ".join(lines)


def _at(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _working(one: PlanRecord) -> str:
    if one.status != "running" or one.heartbeat_at is None:
        return ""
    stop = ", asked to stop" if one.stop_asked else ""
    return f" ({one.progress or 'begun'}) at {one.worker}, last heard {_at(one.heartbeat_at)}{stop}"


def _answer(one: PlanRecord, summary: Mapping[str, Any]) -> list[str]:
    missing, share = summary.get("understaffing_hours"), summary.get("vendor_share")
    told = [_cost(one), f"{counted(float(summary.get('contacts') or 0), 'contact')}"]
    if share is not None:
        told.append(f"{percent(float(share), 1)} of them with vendors")
    if missing is not None:
        told.append(f"{counted(float(missing), 'position hour', 1)} missing")
    return [f"  answer    {plain(', '.join(told))}"]


def _service(summary: Mapping[str, Any]) -> list[str]:
    rows = []
    for queue, told in (summary.get("service") or {}).items():
        promised, level = told.get("promised"), told.get("service_level")
        rows.append(
            (
                _short(queue),
                str(told.get("market") or ""),
                str(told.get("channel") or ""),
                plain(number(float(told.get("contacts") or 0))),
                "" if promised is None else plain(percent(float(promised))),
                "" if level is None else plain(percent(float(level), 1)),
            )
        )
    header = ("queue", "market", "channel", "contacts", "promised", "in time")
    return text_table(header, rows, (3, 4, 5))
