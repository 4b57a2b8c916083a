"""One interval's positions with everything they were worked out from, line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from staffing.blocking import slowed_blocking
from staffing.erlang import erlang_b
from staffing.erlang_a import wait_integrals
from staffing.slowing import Slowing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from staffing.queues import Target

_OUTGROWN = 30.0  # exponents above which sums outgrow a pocket calculator
_LARGEST = 700.0  # and one that a double holds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What so many positions give.

    Parameters
    ----------
    positions
        Agents on contacts.
    wait_probability, service_level, occupancy, abandonment
        Shares of ``staffing.erlang.Service``.
    asa_s
        Mean wait of answered contacts in seconds; infinite where the queue grows without end.
    waited_in_time, service_level_of_answered
        The two other service levels of ``staffing.erlang.Service``.
    """

    positions: int
    wait_probability: float
    service_level: float
    asa_s: float
    occupancy: float
    abandonment: float
    waited_in_time: float
    service_level_of_answered: float


@dataclass(frozen=True, slots=True)
class Calculation:
    """The answer for one interval, and everything it was worked out from.

    Parameters
    ----------
    contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency, aht_alone_s
        The question.
    load
        Erlangs of contacts; over the concurrency it is the work of agents.
    positions
        Fewest agents on contacts that keep every promise.
    bound_by
        The promise that set the number.
    heads
        Agents to schedule so that so many are on contacts.
    around
        One position fewer, the answer, one more.
    """

    contacts: float
    interval_s: float
    aht_s: float
    target: Target
    patience_s: float
    shrinkage: float
    concurrency: int
    aht_alone_s: float | None
    load: float
    positions: int
    bound_by: str
    heads: int
    around: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, object]:
        """Return what a JSON document can hold: no endless number, ``None`` instead."""
        target = self.target
        return {
            "contacts": self.contacts,
            "interval_s": self.interval_s,
            "aht_s": self.aht_s,
            "target": {
                "service_level": target.service_level,
                "answer_within_s": target.answer_within_s,
                "max_occupancy": target.max_occupancy,
                "max_abandonment": target.max_abandonment,
                "max_asa_s": target.max_asa_s,
                "minimum": target.minimum,
            },
            "patience_s": _finite(self.patience_s),
            "shrinkage": self.shrinkage,
            "concurrency": self.concurrency,
            "aht_alone_s": self.aht_alone_s,
            "load": self.load,
            "positions": self.positions,
            "bound_by": self.bound_by,
            "heads": self.heads,
            "around": [
                {name: _finite(getattr(row, name)) for name in Outcome.__slots__}
                for row in self.around
            ],
        }

    def lines(self) -> tuple[str, ...]:
        """Return the arithmetic as text, in an order that a pocket calculator can follow."""
        return (*self.arithmetic(), *_table_lines(self), *_answer_lines(self))

    def arithmetic(self) -> tuple[str, ...]:
        """Return the first of the lines: the load, and what the positions make of it."""
        return (*_load_lines(self), *_wait_lines(self))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float) -> str:
    """Return a given number as people write it: no decimals that were not there."""
    return f"{value:,.10g}" if value < 1e10 else f"{value:.6g}"


def _erlangs(load: float) -> str:
    """Return a load to four decimals, a small one to four digits."""
    return f"{load:,.4f}" if load >= 0.1 or load == 0.0 else f"{load:.4g}"


def _load_lines(c: Calculation) -> Iterator[str]:
    contacts, aht, interval = _number(c.contacts), _number(c.aht_s), _number(c.interval_s)
    yield (
        "load = contacts x AHT / interval = "
        f"{contacts} x {aht} / {interval} = {_erlangs(c.load)} erlangs"
    )
    if c.concurrency > 1:
        yield (
            f"an agent handles {c.concurrency} contacts at once: "
            f"{c.positions:,} {'position is' if c.positions == 1 else 'positions are'} "
            f"N = {c.positions * c.concurrency:,} servers, and the load is the work of "
            f"{_erlangs(c.load / c.concurrency)} agents"
        )
    if c.aht_alone_s is not None and c.load > 0.0:
        yield from _slowing_lines(c, c.aht_alone_s)


def _slowing_lines(c: Calculation, alone: float) -> Iterator[str]:
    """Say how fast agents are with each contact open, and what g is that Erlang B climbs by."""
    levels = np.arange(1, c.concurrency + 1)
    each = Slowing.outputs(c.concurrency, c.aht_s, alone)
    times = levels * c.aht_s / each
    yield (
        f"with 1 to {c.concurrency} open an agent takes {_listed(times)} s for each: "
        f"{_listed(each)} contacts finished in {_number(c.aht_s)} s"
    )
    if c.positions:
        knots = ", ".join(
            f"g({c.positions * j:,}) = {_number(round(c.positions * done, 4))}"
            for j, done in zip(levels.tolist(), each.tolist(), strict=True)
        )
        yield (
            f"g(k) = contacts finished in {_number(c.aht_s)} s with k open, shared out evenly: "
            f"g(0) = 0, {knots}, straight lines between"
        )


def _listed(values: NDArray[np.float64]) -> str:
    return ", ".join(_number(round(value, 4)) for value in values.tolist())


def _blocked(c: Calculation, servers: int) -> float:
    """Return Erlang B of so many servers, climbed by g where agents slow down."""
    how = Slowing.of(c.concurrency, np.array([c.aht_s]), c.aht_alone_s)
    if how is None or servers < 1:
        return float(erlang_b(servers, c.load))
    slots = np.array([float(c.positions * c.concurrency)])
    return float(slowed_blocking(np.array([float(servers)]), np.array([c.load]), slots, how)[0])


def _climb(c: Calculation) -> str:
    """Return the recursion of Erlang B in words."""
    step = "k" if c.aht_alone_s is None else "g(k)"
    return f"start with B = 1, then B <- a B / ({step} + a B)"


def _wait_lines(c: Calculation) -> Iterator[str]:
    if c.load <= 0.0:
        yield "no contacts: nobody waits, and nobody is needed"
    elif math.isinf(c.patience_s):
        yield from _erlang_c_lines(c)
    else:
        yield from _erlang_a_lines(c)


def _erlang_c_lines(c: Calculation) -> Iterator[str]:
    servers, row, within = c.positions * c.concurrency, _answer(c), c.target.answer_within_s
    if servers <= c.load:
        yield f"N = {servers} is not above the load: the queue grows without end"
        return
    blocked, wait = _blocked(c, servers), row.wait_probability
    a, spare, busy = _erlangs(c.load), f"{servers - c.load:,.4f}", f"{c.load / servers:.6f}"
    aht = _number(c.aht_s)
    yield "nobody hangs up: Erlang C"
    yield f"Erlang B: {_climb(c)} for k = 1 to {servers:,}, a = {a}"
    yield f"B = {blocked:.6g}"
    yield f"occupancy = a / N = {a} / {servers:,} = {busy}"
    yield (
        "P(wait) = B / (1 - occupancy x (1 - B)) = "
        f"{blocked:.6g} / (1 - {busy} x (1 - {blocked:.6g})) = {wait:.6f}"
    )
    yield (
        "service level = 1 - P(wait) x exp(-(N - a) x threshold / AHT) = "
        f"1 - {wait:.6f} x exp(-{spare} x {_number(within)} / {aht}) = {row.service_level:.4f}"
    )
    yield f"ASA = P(wait) x AHT / (N - a) = {wait:.6f} x {aht} / {spare} = {row.asa_s:.2f} s"


def _erlang_a_lines(c: Calculation) -> Iterator[str]:
    servers, row = c.positions * c.concurrency, _answer(c)
    ratio = c.patience_s / c.aht_s
    x, y = servers * ratio, c.load * ratio
    patience, aht = _number(c.patience_s), _number(c.aht_s)
    yield f"customers wait {patience} s on average before they hang up: Erlang A"
    if c.concurrency == 1:
        yield f"N = positions = {servers:,}"
    yield f"x = N x patience / AHT = {servers:,} x {patience} / {aht} = {x:,.8g}"
    yield f"y = load x patience / AHT = {_erlangs(c.load)} x {patience} / {aht} = {y:,.8g}"
    if servers:
        yield from _closed_form_lines(c, x, y)
    yield from _convention_lines(c)
    if servers:
        yield (
            "occupancy = load x (1 - abandonment) / N = "
            f"{_erlangs(c.load)} x {1.0 - row.abandonment:.6f} / {servers:,} = {row.occupancy:.4f}"
        )


def _convention_lines(c: Calculation) -> Iterator[str]:
    """Say all three service levels that are in use where customers hang up."""
    row, within = _answer(c), _number(c.target.answer_within_s)
    yield (
        f"service level, answered within {within} s / offered (the one promised) "
        f"= {row.service_level:.4f}"
    )
    yield (
        f"waited in time, answered or gone within {within} s / offered (quick leavers count) "
        f"= 1 - still waiting = {row.waited_in_time:.4f}"
    )
    yield (
        f"service level of answered, answered within {within} s / answered "
        f"= service level / (1 - abandonment) = {row.service_level_of_answered:.4f}"
    )


def _closed_form_lines(c: Calculation, x: float, y: float) -> Iterator[str]:
    row, within = _answer(c), _number(c.target.answer_within_s)
    tau = c.target.answer_within_s / c.patience_s
    rest, none = y * math.exp(-tau), np.zeros(2)
    sums = wait_integrals(np.array([x, x]), np.array([y, rest]), none)
    scale = np.where(sums.log_scale > _OUTGROWN, np.inf, sums.log_scale)  # hopeless overload
    first, later = ((sums.served + sums.leaving) * np.exp(scale)).tolist()
    fewer = c.positions * c.concurrency - 1
    blocked = _blocked(c, fewer)
    total = 1.0 / blocked + y * first if blocked > 0.0 else math.inf
    shrunk = y - rest - x * tau  # patience far beyond the interval: a small difference of large
    if not (math.isfinite(total) and math.isfinite(rest * later) and shrunk < _LARGEST):
        yield (
            "the sums that follow outgrow a pocket calculator; they come to "
            f"abandonment = {row.abandonment:.6f}, service level = {row.service_level:.4f}"
        )
        return
    late = max(1.0 - row.service_level - row.abandonment, 0.0)
    yield "K(y) = 1/x + y/(x (x+1)) + y^2/(x (x+1) (x+2)) + ... until nothing more comes"
    yield f"K = K(y) = {first:.8g}"
    if fewer:
        yield (
            f"Erlang B of N - 1: {_climb(c)} for k = 1 to {fewer:,}, a = load = {_erlangs(c.load)}"
        )
    yield f"B = {blocked:.8g}"
    yield f"D = 1/B + y K = 1 / {blocked:.8g} + {y:,.8g} x {first:.8g} = {total:.8g}"
    yield f"P(wait) = y K / D = {y * first:.8g} / {total:.8g} = {row.wait_probability:.6f}"
    yield (
        "abandonment = (1 + (y - x) K) / D = "
        f"(1 + ({y:,.8g} - {x:,.8g}) x {first:.8g}) / {total:.8g} = {row.abandonment:.6f}"
    )
    yield (
        f"z = y exp(-threshold / patience) = {y:,.8g} x exp(-{within} / {_number(c.patience_s)}) "
        f"= {rest:.8g}, K' = K(z) = {later:.8g}"
    )
    yield (
        f"answered after {within} s = exp(y - z - x threshold / patience) (x K' - 1) / D = "
        f"exp({y:,.8g} - {rest:.8g} - {x:,.8g} x {within} / {_number(c.patience_s)}) x "
        f"({x:,.8g} x {later:.8g} - 1) / {total:.8g} = {late:.6f}"
    )
    yield (
        "service level = 1 - abandonment - answered late = "
        f"1 - {row.abandonment:.6f} - {late:.6f} = {row.service_level:.4f}"
    )
    still = rest * later / total * math.exp(shrunk)
    yield (
        f"still waiting after {within} s = z exp(y - z - x threshold / patience) K' / D = "
        f"{rest:.8g} x exp({y:,.8g} - {rest:.8g} - {x:,.8g} x {within} / {_number(c.patience_s)}) "
        f"x {later:.8g} / {total:.8g} = {still:.6f}"
    )
    yield (
        "mean wait of all, until answered or given up = abandonment x patience = "
        f"{row.abandonment:.6f} x {_number(c.patience_s)} = {row.abandonment * c.patience_s:.2f} s"
    )
    yield (
        "ASA, mean wait of the answered = what is answered after t seconds, added up over all t, "
        f"/ (1 - abandonment) = {row.asa_s:.2f} s"
    )


def _answer(c: Calculation) -> Outcome:
    return next(row for row in c.around if row.positions == c.positions)


def _table_lines(c: Calculation) -> Iterator[str]:
    yield ""
    yield "positions  service level        ASA  occupancy  abandonment"
    for row in c.around:
        asa = f"{row.asa_s:,.1f} s" if math.isfinite(row.asa_s) else "endless"
        mark = "  <- the answer" if row.positions == c.positions else ""
        yield (
            f"{row.positions:>9,}  {row.service_level:>13.1%}  {asa:>9}  "
            f"{row.occupancy:>9.1%}  {row.abandonment:>11.1%}{mark}"
        )
    yield ""


def _answer_lines(c: Calculation) -> Iterator[str]:
    yield f"positions = {c.positions:,}: {_reason(c)}"
    if c.shrinkage > 0.0:
        exact = c.positions / (1.0 - c.shrinkage)
        yield (
            "heads = positions / (1 - shrinkage) = "
            f"{c.positions:,} / (1 - {_number(c.shrinkage)}) = {exact:,.2f}, "
            f"so {c.heads:,} agents on duty"
        )


def _reason(c: Calculation) -> str:
    """Return which promise set the number, by what one position fewer would do."""
    fewer, target = c.around[0], c.target
    if c.positions == 0:
        return "there is nothing to answer"
    reasons = {
        "service_level": f"{fewer.positions:,} would answer {fewer.service_level:.1%} within "
        f"{_number(target.answer_within_s)} s, promised are {target.service_level or 0:.1%}",
        "occupancy": f"{fewer.positions:,} would be busy {fewer.occupancy:.1%} of their time, "
        f"allowed are {target.max_occupancy or 0:.1%}",
        "abandonment": f"with {fewer.positions:,} {fewer.abandonment:.1%} would hang up, "
        f"allowed are {target.max_abandonment or 0:.1%}",
        "asa": f"with {fewer.positions:,} the mean wait would be "
        f"{'endless' if math.isinf(fewer.asa_s) else f'{fewer.asa_s:,.1f} s'}, "
        f"allowed are {_number(target.max_asa_s or 0.0)} s",
        "minimum": f"the minimum kept is {target.minimum:,}",
        "none": "the load alone asks for it, nothing was promised that asks for more",
    }
    return f"bound by {c.bound_by.replace('_', ' ')}; {reasons[c.bound_by]}"
