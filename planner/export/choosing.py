"""What of a plan an export takes: its pools, agents and days, each refused where it has none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.export.tours import Choice
from planner.scenario.telling import one_of, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.plan import Plan


def choice_of(
    plan: Plan,
    source: str,
    pools: Sequence[str] = (),
    agents: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    *,
    vendors_alone: bool = False,
) -> Choice:
    """Return the choice that a user's words make.

    Parameters
    ----------
    source
        What a fault names as the plan.
    first, last
        Days, such as 2027-02-13; left out: the plan's first and last.
    vendors_alone
        Whether in-house pools are none to choose.

    Raises
    ------
    InputError
        With every word that the plan does not know.
    """
    known = [pool.name for pool in plan.pools if pool.kind == "vendor" or not vendors_alone]
    people = sorted({name for pool in plan.pools for name in pool.names})
    faults = [
        Fault(source, None, option, f"must {one_of(words, word)}, got {quoted(word)}")
        for option, asked, words in (("--pool", pools, known), ("--agent", agents, people))
        for word in asked
        if word not in words
    ]
    days = {day.isoformat(): day for day in plan.days}
    ends = []
    for option, word, left_out in (
        ("--from", first, plan.days[0]),
        ("--to", last, plan.days[-1]),
    ):
        if word is not None and word not in days:
            span = f"a day from {plan.days[0]} to {plan.days[-1]}"
            faults.append(Fault(source, None, option, f"must be {span}, got {quoted(word)}"))
        ends.append(days.get(word or "", left_out))
    if not faults and ends[0] > ends[1]:
        needs = f"must not be before --from, {ends[0]}, got {ends[1]}"
        faults.append(Fault(source, None, "--to", needs))
    if faults:
        raise InputError(faults)
    return Choice(frozenset(pools), frozenset(agents), *ends)


def chosen_table(table: pd.DataFrame, choice: Choice, days: Sequence[dt.date]) -> pd.DataFrame:
    """Return the rows of a plan's table that are chosen; days are those of ``date`` or ``start``.

    Raises
    ------
    LookupError
        Naming the option, if the table has no pools or no single days to choose by.
    """
    wanted = table.index == table.index
    if choice.pools:
        if "pool" not in table:
            raise LookupError("--pool")
        wanted &= table["pool"].isin(choice.pools).to_numpy()
    if choice.agents:
        wanted &= table["agent"].isin(choice.agents).to_numpy()
    if choice.days_of(days) != tuple(days):
        column = next((name for name in ("date", "start") if name in table), None)
        if column is None or "days" in table:
            raise LookupError("--from and --to")
        day = table[column].str.slice(0, 10)
        within = (day >= choice.first.isoformat()) & (day <= choice.last.isoformat())
        wanted &= within.to_numpy()
    return table[wanted]
