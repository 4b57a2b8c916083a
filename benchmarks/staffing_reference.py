"""Erlang B, C and A against published values and against 40 digits; the code is the tests'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mpmath import mp

from benchmarks.staffing_table import Progress, Reached
from staffing.erlang import Service, erlang_b, erlang_c, service
from tests.reference import test_erlang_published as published
from tests.staffing import test_erlang_digits as digits

MANY, FEW = 400, 40  # cases of B and C, and of A to the same size
ALLOWED = {"Erlang B": 1e-12, "Erlang C": 1e-12, "Erlang A": 1e-10}
_DIGITS = 40
_LARGEST = 5.0  # decimal logarithm of the positions
_LEVELS = ("service_level", "waited_in_time", "service_level_of_answered")
_FEWEST = 1e-300  # a double holds what is smaller with fewer digits

_exact_inverse_b: Callable[..., Any] = digits.exact_inverse_b
_exact_a: Callable[..., Any] = digits.exact_a
_cases: Callable[[int, float, int], Iterator[tuple[float, float, Any]]] = digits.cases
_CHECKS: tuple[tuple[list[dict[str, str]], Callable[..., None]], ...] = (
    (published.VALUES, published.test_value_as_printed),
    (published.TRUNKS, published.test_offered_erlangs_to_one_decimal),
    (published.AGENTS, published.test_required_agents),
)


def measure(progress: Progress) -> list[Reached]:
    """Return how many published values agree, and the worst relative errors."""
    progress("published values")
    agree, total = _published()
    what = f"published values at the digits printed ({len(published.ROWS) - total} prove nothing)"
    reached = [Reached(what, f"{total} of {total}", f"{agree} of {total}", agree == total)]
    before, mp.dps = mp.dps, _DIGITS
    try:
        worst = _worst(progress)
    finally:
        mp.dps = before
    for name, (error, count) in worst.items():
        what = f"{name} against {_DIGITS} digits, {count} values to N = 100,000"
        reached.append(Reached.at_most(what, ALLOWED[name], error, "relative"))
    return reached


def _published() -> tuple[int, int]:
    """Return how many of the usable published values agree."""
    agree = total = 0
    for rows, check in _CHECKS:
        for row in rows:
            total += 1
            try:
                check(row)
            except AssertionError:
                continue
            agree += 1
    return agree, total


def _worst(progress: Progress) -> dict[str, tuple[float, int]]:
    """Return the worst error of each formula, and of how many cases."""
    found: dict[str, list[float]] = {name: [] for name in ALLOWED}
    for number, (n, load, _) in enumerate(_cases(MANY, _LARGEST, 11)):
        if number % 100 == 0:
            progress(f"Erlang B and C to 40 digits: {number} of {MANY}")
        b = 1 / _exact_inverse_b(mp.mpf(n), mp.mpf(load))
        _add(found["Erlang B"], float(erlang_b(n, load)), b)
        if n > load:
            rho = mp.mpf(load) / mp.mpf(n)
            _add(found["Erlang C"], float(erlang_c(n, load)), b / (1 - rho * (1 - b)))
    for largest, count, longest in ((2.5, MANY, 2.0), (_LARGEST, FEW, 0.0)):
        for number, (n, load, rng) in enumerate(_cases(count, largest, 12)):
            if number % 20 == 0:
                progress(f"Erlang A to 40 digits: {number} of {count}")
            aht_s, within_s = 10 ** rng.uniform(1, 3.5), float(rng.choice([0, 20, 60, 300]))
            patience_s = aht_s * 10 ** rng.uniform(-2, longest)
            got = service(n, load / aht_s, aht_s, 1.0, within_s, patience_s)
            exact = _exact_a(n, load, aht_s, within_s, patience_s)
            for name, value in zip(Service.__slots__, exact, strict=True):
                # a service level near 0, by any convention, is what is left of numbers near 1
                scale = 1.0 if name in _LEVELS else None
                _add(found["Erlang A"], float(getattr(got, name)), value, scale)
    return {name: (max(errors), len(errors)) for name, errors in found.items()}


def _add(errors: list[float], got: float, exact: object, scale: float | None = None) -> None:
    """Note a relative error (or one against a scale)."""
    value = mp.mpf(exact)
    if abs(value) > _FEWEST:
        errors.append(float(abs(got - value) / (scale or abs(value))))
