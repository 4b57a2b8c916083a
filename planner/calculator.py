"""One interval by hand: the positions for a target, with the arithmetic line by line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from staffing.erlang import erlang_b, erlang_c, service
from staffing.erlang_a import wait_integrals
from staffing.requirement import BOUND_BY, required_positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from staffing.queues import Target

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_TARGET = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*/\s*(\S+)")


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
    """

    positions: int
    wait_probability: float
    service_level: float
    asa_s: float
    occupancy: float
    abandonment: float


@dataclass(frozen=True, slots=True)
class Calculation:
    """The answer for one interval, and everything it was worked out from.

    Parameters
    ----------
    contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency
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


def calculate(
    contacts: float,
    interval_s: float,
    aht_s: float,
    target: Target,
    patience_s: float = math.inf,
    shrinkage: float = 0.0,
    concurrency: int = 1,
) -> Calculation:
    """Return the positions for one interval, with its arithmetic.

    Parameters
    ----------
    contacts
        Offered in the interval.
    interval_s
        Length of the interval in seconds.
    aht_s
        Average handling time in seconds.
    target
        The promises.
    patience_s
        Mean time a customer would wait, in seconds; infinite: nobody hangs up.
    shrinkage
        Share of paid time away from contacts, in [0, 1).
    concurrency
        Contacts that one agent handles at the same time.

    Returns
    -------
    Calculation
        ``lines()`` for people, ``as_dict()`` for programs.

    Raises
    ------
    ValueError
        With every fault at once: what is allowed, what was found.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> answer = calculate(100, 1800, 180, Target(0.8, 20, max_occupancy=0.85), shrinkage=0.3)
    >>> answer.positions, answer.bound_by, answer.heads
    (14, 'service_level', 20)
    >>> answer.lines()[0]
    'load = contacts x AHT / interval = 100 x 180 / 1,800 = 10.0000 erlangs'
    """
    _check(contacts, interval_s, aht_s, shrinkage)
    needed, bound = required_positions(contacts, aht_s, interval_s, target, patience_s, concurrency)
    return work_out(
        int(needed), BOUND_BY[int(bound)],
        contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency,
    )  # fmt: skip


def work_out(
    positions: int,
    bound_by: str,
    contacts: float,
    interval_s: float,
    aht_s: float,
    target: Target,
    patience_s: float = math.inf,
    shrinkage: float = 0.0,
    concurrency: int = 1,
) -> Calculation:
    """Return the arithmetic of positions that are known, with what bound them; see ``calculate``.

    Raises
    ------
    ValueError
        As ``calculate``, and where the positions are negative.

    Examples
    --------
    >>> from staffing.queues import Target
    >>> work_out(14, "service_level", 100, 1800, 180, Target(0.8, 20)).arithmetic()[-2]
    'service level = 1 - P(wait) x exp(-(N - a) x threshold / AHT) =
    1 - 0.174132 x exp(-4.0000 x 20 / 180) = 0.8884'
    """
    _check(contacts, interval_s, aht_s, shrinkage)
    if positions < 0:
        message = f"positions must be a whole number of at least 0, got {positions}"
        raise ValueError(message)
    tried = np.arange(max(positions - 1, 0), positions + 2)
    got = service(
        tried * concurrency, contacts, aht_s, interval_s, target.answer_within_s, patience_s
    )
    names = Outcome.__slots__[1:]
    columns = zip(*(getattr(got, name).tolist() for name in names), strict=True)
    around = tuple(Outcome(n, *row) for n, row in zip(tried.tolist(), columns, strict=True))
    heads = math.ceil(positions / (1.0 - shrinkage) - 1e-9)
    load = contacts * aht_s / interval_s
    return Calculation(
        contacts, interval_s, aht_s, target, patience_s, shrinkage, concurrency,
        load, positions, bound_by, heads, around,
    )  # fmt: skip


def parse_duration(text: str) -> float:
    """Return seconds from '1800', '90s', '30m', '1h' or '1h30m'.

    Raises
    ------
    ValueError
        Where the text is none of these, or no time at all.

    Examples
    --------
    >>> [parse_duration(text) for text in ("1800", "30m", "1h", "90s", "1h30m", "0.5h")]
    [1800.0, 1800.0, 3600.0, 90.0, 5400.0, 1800.0]
    >>> parse_duration("half an hour")
    Traceback (most recent call last):
    ValueError: must be seconds above 0, or like 90s, 30m, 1h, 1h30m, got 'half an hour'
    """
    plain = text.strip().lower()
    if _DURATION.fullmatch(plain):
        seconds = sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(plain))
    elif re.fullmatch(r"\d+(\.\d+)?", plain):
        seconds = float(plain)
    else:
        seconds = 0.0
    if not (0.0 < seconds < math.inf):
        message = f"must be seconds above 0, or like 90s, 30m, 1h, 1h30m, got {text!r}"
        raise ValueError(message)
    return seconds


def parse_target(text: str) -> tuple[float, float]:
    """Return the service level as a fraction and its threshold in seconds, from '80/20'.

    Raises
    ------
    ValueError
        Where the text is not a percentage above 1 and below 100, a stroke, and a time.

    Examples
    --------
    >>> parse_target("80/20"), parse_target("90%/1m")
    ((0.8, 20.0), (0.9, 60.0))
    >>> parse_target("0.8/20")
    Traceback (most recent call last):
    ValueError: must be percent/seconds like 80/20, percent above 1 and below 100, got '0.8/20'
    """
    message = f"must be percent/seconds like 80/20, percent above 1 and below 100, got {text!r}"
    match = _TARGET.fullmatch(text.strip())
    if match is None or not 1.0 < float(match[1]) < 100.0:
        raise ValueError(message)
    within = match[2]
    try:
        return float(match[1]) / 100.0, 0.0 if within in ("0", "0s") else parse_duration(within)
    except ValueError:
        raise ValueError(message) from None


def _check(contacts: float, interval_s: float, aht_s: float, shrinkage: float) -> None:
    asked = (
        ("contacts", "a number of at least 0", contacts, 0.0 <= contacts < math.inf),
        ("interval", "seconds above 0", interval_s, 0.0 < interval_s < math.inf),
        ("aht", "seconds above 0", aht_s, 0.0 < aht_s < math.inf),
        ("shrinkage", "in [0, 1), a fraction", shrinkage, 0.0 <= shrinkage < 1.0),
    )
    faults = [
        f"{name} must be {allowed}, got {value}" for name, allowed, value, fits in asked if not fits
    ]
    if faults:
        raise ValueError("; ".join(faults))


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
            f"{c.positions} positions are N = {c.positions * c.concurrency} servers"
        )


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
    blocked, wait = float(erlang_b(servers, c.load)), float(erlang_c(servers, c.load))
    a, spare, busy = _erlangs(c.load), f"{servers - c.load:,.4f}", f"{c.load / servers:.6f}"
    aht = _number(c.aht_s)
    yield "nobody hangs up: Erlang C"
    yield f"Erlang B: start with B = 1, then B <- a B / (k + a B) for k = 1 to {servers:,}, a = {a}"
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
    if servers:
        yield (
            "occupancy = load x (1 - abandonment) / N = "
            f"{_erlangs(c.load)} x {1.0 - row.abandonment:.6f} / {servers:,} = {row.occupancy:.4f}"
        )


def _closed_form_lines(c: Calculation, x: float, y: float) -> Iterator[str]:
    row, within = _answer(c), _number(c.target.answer_within_s)
    tau = c.target.answer_within_s / c.patience_s
    rest, none = y * math.exp(-tau), np.zeros(2)
    sums = wait_integrals(np.array([x, x]), np.array([y, rest]), none)
    if sums.log_scale.max() > 30.0:  # hopeless overload: these sums outgrow a pocket calculator
        yield (
            "the sums that follow outgrow a pocket calculator; they come to "
            f"abandonment = {row.abandonment:.6f}, service level = {row.service_level:.4f}"
        )
        return
    first, later = ((sums.served + sums.leaving) * np.exp(sums.log_scale)).tolist()
    fewer = c.positions * c.concurrency - 1
    blocked = float(erlang_b(fewer, c.load))
    total = 1.0 / blocked + y * first if blocked > 0.0 else math.inf
    late = max(1.0 - row.service_level - row.abandonment, 0.0)
    yield "K(y) = 1/x + y/(x (x+1)) + y^2/(x (x+1) (x+2)) + ... until nothing more comes"
    yield f"K = K(y) = {first:.8g}"
    if fewer:
        yield (
            "Erlang B of N - 1: start with B = 1, then B <- a B / (k + a B) "
            f"for k = 1 to {fewer:,}, a = load = {_erlangs(c.load)}"
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
