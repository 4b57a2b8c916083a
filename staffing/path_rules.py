"""What ties the weeks of several demand paths together: one rule of the program a function."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from staffing.part import Part
from staffing.solver import Program, Term
from staffing.week import Span, WeekProgram, terms_of

IntArray = npt.NDArray[np.int64]


def ordinary_hours(
    program: Program, week: WeekProgram, p: int, ahead: IntArray, span: Span
) -> None:
    """Paid hours decided ahead over a week <= ordinary hours: overtime is decided later."""
    cover = week.covers[p]
    name = f"ahead_{cover.pool.name}_{cover.days[span[0]]}"
    program.at_most(name, _paid(week, p, ahead, span), cover.hours_limit(span))


def never_fewer(week: WeekProgram, p: int, ahead: IntArray) -> None:
    """Heads of a shift on a path >= heads decided ahead."""
    cover = week.covers[p]
    for day, heads, decided in zip(week.window.days, week.heads[p], ahead, strict=True):
        for shift, here, before in zip(cover.shifts, heads, decided, strict=True):
            name = f"ahead_{cover.pool.name}_{cover.days[day]}_{shift.label}"
            week.program.at_least(name, [(int(here), 1.0), (int(before), -1.0)], 0.0)


def called_later(week: WeekProgram, p: int, ahead: IntArray, span: Span) -> None:
    """Paid hours over a week on a path - those decided ahead <= overtime."""
    cover = week.covers[p]
    terms = _paid(week, p, week.heads[p], span)
    terms += [(v, -hours) for v, hours in _paid(week, p, ahead, span)]
    name = f"later_{cover.pool.name}_{cover.days[span[0]]}"
    overtime = week.overtime[p, span]
    week.program.at_most(name, [*terms, *terms_of(overtime, -1.0)], 0.0)


def _paid(week: WeekProgram, p: int, heads: IntArray, span: Span) -> list[Term]:
    """Return the paid hours of heads ``[days, shifts]`` over days of the window, as terms."""
    first, hours = week.window.days[0], [shift.paid_hours for shift in week.covers[p].shifts]
    rows = heads[span[0] - first : span[1] - first]
    return [(int(v), h) for row in rows for v, h in zip(row, hours, strict=True)]


def handed_over(week: WeekProgram, p: int) -> int:
    """Contacts that a pool handles in the week on a path = its work there; return the variable."""
    cover, w, d = week.covers[p], week.window, week.demand
    terms: list[Term] = []
    for q, i in itertools.product(cover.queue_numbers, range(w.keep - w.start)):
        factor = cover.speeds[q] * float(d.contacts_per_position[q, w.start + i])
        terms += terms_of(week.serve[p, q, i : i + 1], factor)
    blocks = int(np.searchsorted(week.edges[:-1], w.keep))
    for q in cover.queue_numbers:
        factor = cover.speeds[q] * float(d.contacts_per_position[q, w.start])
        terms += terms_of(week.work[p, q, :blocks], factor)
    handled = int(week.program.variables("handled", [cover.pool.name])[0])
    week.program.equal(f"handled_{cover.pool.name}", [*terms, (handled, -1.0)], 0.0)
    return handled


def commitment(week: WeekProgram, p: int, handled: int, on_all: Sequence[int]) -> int:
    """Contacts handled on a path + paid for nothing >= the share committed of their mean.

    The mean is over all paths; return the variable of the contacts paid for nothing.
    """
    pool = week.covers[p].pool
    nothing = week.program.variables("unhandled", [pool.name], cost=pool.cost_per_contact or 0.0)
    share = pool.committed_share_of_forecast / len(on_all)
    terms = [(handled, 1.0), *terms_of(nothing), *((one, -share) for one in on_all)]
    week.program.at_least(f"commitment_{pool.name}", _summed(terms), 0.0)
    return int(nothing[0])


def _summed(terms: Sequence[Term]) -> list[Term]:
    found: dict[int, float] = {}
    for variable, factor in terms:
        found[variable] = found.get(variable, 0.0) + factor
    return list(found.items())


def worst_share(program: Program, parts: Sequence[Part], worst: float, weight: float) -> None:
    """Cost of a path - a threshold <= its excess, for every path.

    The mean of the worst share of paths is the least of the threshold and the excesses' sum over
    the number of paths in that share (Rockafellar and Uryasev 2000). It counts by its weight; what
    all paths pay alike is left out of it, and counted in full beside it.
    """
    threshold = int(program.variables("worst", ["threshold"], cost=weight)[0])
    keys = [f"excess_{n}" for n in range(1, len(parts) + 1)]
    excess = program.variables("worst", keys, cost=weight / (worst * len(parts)))
    for part, key, variable in zip(parts, keys, excess, strict=True):
        terms = [*part.own_terms(), (threshold, -1.0), (int(variable), -1.0)]
        program.at_most(f"worst_{key}", terms, 0.0)


def held(week: WeekProgram, p: int, whole: IntArray, span: Span) -> None:
    """Heads of a shift = those decided ahead; where there is overtime, >= them."""
    cover, first = week.covers[p], week.window.days[0]
    rule = week.program.at_least if cover.overtime_limit(span) > 0 else week.program.equal
    for day, decided in zip(range(*span), whole, strict=True):
        for shift, here, heads in zip(
            cover.shifts, week.heads[p][day - first], decided, strict=True
        ):
            name = f"held_{cover.pool.name}_{cover.days[day]}_{shift.label}"
            rule(name, [(int(here), 1.0)], float(heads))


def called_at_its_price(week: WeekProgram, p: int, whole: IntArray, span: Span) -> None:
    """Paid hours over a week - those decided ahead - overtime <= hours paid as overtime is.

    These are few: where whole heads left ordinary hours over.
    """
    cover = week.covers[p]
    if cover.overtime_limit(span) <= 0:
        return
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    like = week.program.variables("like_overtime", [key], cost=cover.overtime_price)
    week.extras[span] += like.tolist()
    before = float((whole @ [shift.paid_hours for shift in cover.shifts]).sum())
    terms = [*_paid(week, p, week.heads[p], span), *terms_of(like, -1.0)]
    terms += terms_of(week.overtime[p, span], -1.0)
    week.program.at_most(f"later_{key}", terms, before)
