"""A plan and what is wanted of it in, files for other programs and for people out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.archive import unpack
from planner.errors import Fault, InputError
from planner.export.anonymous import Codes, agent_codes, coded, coded_rows, key_table
from planner.export.axes import queue_axes
from planner.export.choosing import choice_of, chosen_table
from planner.export.exchange import COLUMNS, exchange_tables
from planner.export.files import file_names, refuse_foreign
from planner.export.paths import paths_table
from planner.export.periods import service_table
from planner.export.placing import Product, place, place_secret
from planner.export.roster_product import roster_product, title_of
from planner.export.roster_words import STILL_KNOWN, span_name
from planner.export.tables import csv_bytes, plan_tables
from planner.export.tours import Choice, teams_of
from planner.export.wording import counted
from planner.export.workbook import AUTHOR, tables_workbook
from planner.export.worth_rows import worth_rows, worth_table
from planner.export.write import ROSTER_TABLES
from planner.plan_files import archive_bytes, nonsense_refused, written_at

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan

#: What has rows of single agents.
_OF_AGENTS = ("roster", "activities", "tours", "rules")
_KEY = b"code,pool,agent\r\n"
_FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".ics": "ics"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks to be exported, word by word.

    Parameters
    ----------
    what
        "roster", "vendor", or a table by its name.
    format
        "csv", "xlsx" or "ics"; None: as ``out`` ends, or csv.
    out
        Where to; None: a name made of ``what``, in the working directory.
    pools, agents, first, last
        Which part, see ``planner.export.choosing``.
    anonymous, key
        Whether codes stand for names, and where to write who is behind each.
    """

    what: str
    format: str | None = None
    out: Path | None = None
    pools: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    anonymous: bool = False
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """An export before it is placed: its files, where they go by default, and what it is of."""

    product: Product
    default: str
    of: str
    facts: dict[str, Any]
    days: tuple[dt.date, ...]
    more: list[str] = field(default_factory=list)


def export_and_tell(place_of_plan: Path, asked: Request, *, as_json: bool = False) -> str:
    """Return what to print after writing what is asked of a plan.

    Raises
    ------
    InputError
        If there is no plan, nothing such in it, or another's file would be overwritten; nothing is
        then written.
    """
    format_ = _format_of(asked, str(place_of_plan))
    file, content = archive_bytes(place_of_plan)
    plan, codes = unpack(content, str(file)), {}
    with nonsense_refused(file, "exported"):
        choice = choice_of(
            plan, str(place_of_plan), asked.pools, asked.agents, asked.first, asked.last,
            vendors_alone=asked.what == "vendor",
        )  # fmt: skip
        if asked.anonymous:
            codes = agent_codes(plan, content)
            agents = {code for (_, name), code in codes.items() if name in choice.agents}
            choice = replace(choice, agents=frozenset(agents))
        made = _made(plan, codes, choice, asked, format_, (file, place_of_plan))
    out = Path(made.default) if asked.out is None else asked.out
    if asked.key is not None:
        _check_key(asked.key, out)
    written = place(made.product, out)
    if asked.key is not None:
        place_secret(asked.key, csv_bytes(key_table(codes)), _KEY)
    return _told(made, asked, format_, written, as_json=as_json)


def _format_of(asked: Request, source: str) -> str:
    """Return the format, after a look at words that do not go together."""
    ending = "" if asked.out is None else _FORMATS.get(asked.out.suffix.lower(), "")
    format_ = asked.format or ending or "csv"
    faults = []
    if format_ == "ics" and asked.what != "roster":
        faults.append(("--format", f"must be csv or xlsx for {asked.what}, got ics"))
    if ending not in ("", format_):
        faults.append(("--out", f"must end in .{format_}, as --format says, got {asked.out}"))
    if asked.agents and asked.what not in _OF_AGENTS:
        faults.append(("--agent", f"must be left out for {asked.what}: no row of it is an agent's"))
    if asked.key is not None and not (asked.anonymous and asked.what in _OF_AGENTS):
        what = ", ".join(_OF_AGENTS)
        faults.append(("--key", f"must go with --anonymous and one of {what}, got it without"))
    if faults:
        raise InputError([Fault(source, None, *fault) for fault in faults])
    return format_


def _check_key(key: Path, out: Path) -> None:
    refuse_foreign(key, _KEY)
    folder, place_of_key = out.absolute().resolve(), key.absolute().parent.resolve()
    if key.absolute() == out.absolute() or (folder == place_of_key and folder != Path.cwd()):
        needs = f"must lie elsewhere than what is given away, {out}"
        raise InputError([Fault(str(key), None, "--key", needs)])


def _made(
    plan: Plan,
    codes: Codes,
    choice: Choice,
    asked: Request,
    format_: str,
    whence: tuple[Path, Path],
) -> _Made:
    file, place_of_plan = whence
    if asked.what == "vendor":
        return _vendor(plan, choice, format_, file)
    shown = coded(plan, codes) if codes else plan
    if asked.what == "roster":
        made = _roster(shown, choice, asked, format_, place_of_plan)
    elif asked.what in ROSTER_TABLES:  # told of the agents as they are, then with codes
        table = coded_rows(ROSTER_TABLES[asked.what](plan), codes)
        made = _table(plan, table, choice, asked.what, format_, file)
    else:
        table = _table_of(shown, asked.what, file)
        made = _table(plan, table, choice, asked.what, format_, file)
    if asked.anonymous and asked.what in _OF_AGENTS:
        no_key = "" if asked.key else " No key was written."
        made.more.append(f"Codes stand for names. {STILL_KNOWN}{no_key}")
    return made


def _roster(plan: Plan, choice: Choice, asked: Request, format_: str, place_of_plan: Path) -> _Made:
    teams, days = teams_of(plan, choice), choice.days_of(plan.days)
    shifts, agents = (sum(len(getattr(t, name)) for t in teams) for name in ("rows", "agents"))
    more = []
    product = roster_product(
        plan, choice, format_, written_at(place_of_plan), anonymous=asked.anonymous
    )
    if format_ == "ics":
        more.append("Exported and imported again after another plan, the new shifts replace these.")
    of = f"{counted(shifts, 'shift')} of {counted(agents, 'agent')}"
    facts = {"shifts": shifts, "agents": agents, "pools": [team.pool for team in teams]}
    default = "calendars" if format_ == "ics" else f"roster.{format_}"
    return _Made(product, default, of, facts, days, more)


def _vendor(plan: Plan, choice: Choice, format_: str, file: Path) -> _Made:
    tables = exchange_tables(plan, choice)
    if not tables:
        message = "must have a pool of kind vendor, got none: there is nobody to ask"
        raise InputError([Fault(str(file), None, "pools", message)])
    if format_ == "csv":
        names = file_names(tables, ".csv")
        files = {name: csv_bytes(table) for name, table in zip(names, tables.values(), strict=True)}
        mark = ",".join(COLUMNS).encode()
        product = Product(files, mark, several=True, whole=not choice.pools)
    else:
        content = tables_workbook(tables, f"Vendors, {title_of(plan)}")
        product = Product({"vendor.xlsx": content}, AUTHOR.encode())
    hours = {
        name: float(table["agents"].sum()) * plan.interval_s / 3600
        for name, table in tables.items()
    }
    contacts = {name: float(table["tasks"].sum()) for name, table in tables.items()}
    parts = [
        f"{counted(contacts[name], 'contact')} and {counted(hours[name], 'agent hour')} for {name}"
        for name in tables
    ]
    facts = {
        "pools": list(tables),
        "contacts": {name: round(value, 3) for name, value in contacts.items()},
        "agent_hours": {name: round(value, 2) for name, value in hours.items()},
    }
    default = "vendor" if format_ == "csv" else "vendor.xlsx"
    return _Made(product, default, ", ".join(parts), facts, choice.days_of(plan.days))


def _table(
    plan: Plan, whole: pd.DataFrame, choice: Choice, what: str, format_: str, file: Path
) -> _Made:
    try:
        table = chosen_table(whole, choice, plan.days)
    except LookupError as error:
        message = f"must be left out for {what}, whose rows cannot be chosen so"
        raise InputError([Fault(str(file), None, str(error.args[0]), message)]) from error
    name = f"{what}.{format_}"
    if format_ == "csv":
        content = csv_bytes(table)
        product = Product({name: content}, content.partition(b"\r\n")[0])
    else:
        title = f"{what.capitalize()}, {title_of(plan)}"
        product = Product({name: tables_workbook({what: table}, title)}, AUTHOR.encode())
    days = choice.days_of(plan.days)
    return _Made(product, name, counted(len(table), "row"), {"rows": len(table)}, days)


def _table_of(plan: Plan, name: str, file: Path) -> pd.DataFrame:
    """Return a table of a plan by its name.

    Raises
    ------
    InputError
        If the plan has none, as its kind of planning makes none.
    """
    table: pd.DataFrame | None = None
    if name == "service":
        table = service_table(plan)
    elif name == "paths":
        table = paths_table(plan)
    elif name == "worth":
        axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
        table = None if plan.allocation.worth is None else worth_table(worth_rows(plan, axes))
    else:
        table = plan_tables(plan)[f"{name}.csv"]
    if table is None:
        reasons = {"paths": "made for one quantile of demand alone", "worth": "that tells none"}
        message = f"must be a table of this plan, got a plan {reasons[name]}"
        raise InputError([Fault(str(file), None, name, message)])
    return table


def _told(
    made: _Made, asked: Request, format_: str, written: tuple[Path, ...], *, as_json: bool
) -> str:
    if as_json:
        told = {
            "what": asked.what,
            "format": format_,
            "written": [str(path) for path in written],
            "first_day": made.days[0].isoformat(),
            "last_day": made.days[-1].isoformat(),
            "anonymous": asked.anonymous,
            "key": None if asked.key is None else str(asked.key),
        } | made.facts
        return json.dumps(told, indent=2, ensure_ascii=False)
    many = len(written) > 1
    noun = "calendar" if format_ == "ics" else "file"
    where = f"{counted(len(written), noun)} into {written[0].parent}" if many else written[0]
    lines = [f"Wrote {where}: {made.of}, {span_name(made.days)}.", *made.more]
    if asked.key is not None:
        lines.append(f"Who is behind each code: {asked.key}, which you alone can read.")
    return "\n".join(lines)
