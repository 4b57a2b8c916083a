"""Erlang B, C and A against 40 digits."""

import math

import numpy as np
import pytest

from staffing.erlang import Service, erlang_b, erlang_c, service

IN_TIME = ("service_level", "waited_in_time", "service_level_of_answered")

mp = pytest.importorskip("mpmath", reason="mpmath gives the 40 digits").mp


@pytest.fixture(autouse=True)
def forty_digits():
    before, mp.dps = mp.dps, 40
    yield
    mp.dps = before


def exact_inverse_b(n, a):
    """Return 1/B, from 1/B(k) = 1 + k/a / B(k - 1) summed downwards."""
    term = total = mp.mpf(1)
    k = n
    while k > 0 and term > total * mp.mpf(10) ** -45:
        if k < 1:  # a fraction of an agent is left: B by its definition
            return total + term * (mp.exp(a) * a**-k * mp.gammainc(k + 1, a) - 1)
        term *= k / a
        total += term
        k -= 1
    return total


def exact_k(x, y):
    term = total = 1 / x
    k = 0
    while term > total * mp.mpf(10) ** -45:
        k += 1
        term *= y / (x + k)
        total += term
    return total


def exact_a(n, load, aht, within, patience):
    """Return the measures of Erlang A in the order of Service, from K alone."""
    n, a, aht, within, patience = (mp.mpf(v) for v in (n, load, aht, within, patience))
    x, y = n * patience / aht, a * patience / aht
    before = exact_inverse_b(n - 1, a) if n >= 1 else _inverse_b_by_gamma(n - 1, a)
    k, served, rest = exact_k(x, y), exact_k(x + 1, y), y * mp.exp(-within / patience)
    total = before + y * k
    lost = y * (k - served) / total
    scale = mp.exp(y - rest - x * within / patience)
    late = scale * rest * exact_k(x + 1, rest) / total
    step = mp.mpf(10) ** -12
    slope = (exact_k(x + 1 - step, y) - exact_k(x + 1 + step, y)) / (2 * step)
    asa = patience * y * slope / total / (1 - lost)
    waiting, answered = y * k / total, a * (1 - lost) / n
    still = scale * rest * exact_k(x, rest) / total
    return (
        waiting, 1 - lost - late, asa, lost, answered, a / aht * patience * lost,
        1 - still, (1 - lost - late) / (1 - lost),
    )  # fmt: skip


def _inverse_b_by_gamma(n, a):
    return mp.exp(a) * a**-n * mp.gammainc(n + 1, a)


def cases(count, largest, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        n = 10 ** rng.uniform(-0.5, largest)
        n = max(1.0, round(n)) if rng.random() < 0.6 else n
        yield (
            n,
            n * rng.choice([rng.uniform(0.1, 1), rng.uniform(0.95, 1.05), rng.uniform(1, 3)]),
            rng,
        )


@pytest.mark.parametrize(
    ("n", "a"),
    [
        (100, 60.0), (1000, 990.0), (90, 100.0), (7.5, 6.2), (0.3, 2.0), (0.3, 900.0), (0.5, 0.01),
        (12, 5000.0), (40.5, 4000.0), (100_000, 99_500.0), (99_000, 100_000.0), (2000, 100_000.0),
    ],
)  # fmt: skip
def test_erlang_b_and_c(n, a):
    inverse = exact_inverse_b(mp.mpf(n), mp.mpf(a))
    assert erlang_b(n, a) == pytest.approx(float(1 / inverse), rel=1e-13)
    if n > a:
        b, rho = 1 / inverse, mp.mpf(a) / mp.mpf(n)
        assert erlang_c(n, a) == pytest.approx(float(b / (1 - rho * (1 - b))), rel=1e-12)


def test_erlang_b_where_the_recursion_must_start_below_the_positions():
    """Starting nine deviations under the load instead would begin above N, and lose digits."""
    n, a = np.array([50.0, 400.0, 900.0]), np.array([200.0, 600.0, 1000.0])
    exact = [float(1 / exact_inverse_b(mp.mpf(k), mp.mpf(v))) for k, v in zip(n, a, strict=True)]
    assert erlang_b(n, a) == pytest.approx(exact, rel=1e-13)


def test_erlang_b_and_c_at_random_sizes_to_100_000():
    for n, a, _ in cases(60, 5.0, seed=11):
        inverse = exact_inverse_b(mp.mpf(n), mp.mpf(a))
        if inverse > mp.mpf(10) ** 300:
            assert erlang_b(n, a) <= 1e-300
            continue
        assert erlang_b(n, a) == pytest.approx(float(1 / inverse), rel=1e-12, abs=0.0)
        if n > a:
            b, rho = 1 / inverse, mp.mpf(a) / mp.mpf(n)
            exact = float(b / (1 - rho * (1 - b)))
            assert erlang_c(n, a) == pytest.approx(exact, rel=1e-12, abs=0.0)


@pytest.mark.parametrize(
    ("count", "largest", "longest"), [(120, 2.5, 2.0), (20, 5.0, 0.0), (4, 5.0, 1.5)]
)
def test_erlang_a(count, largest, longest):
    for n, load, rng in cases(count, largest, seed=4):
        aht, patience_in_aht = 10 ** rng.uniform(1, 3.5), 10 ** rng.uniform(-2, longest)
        within, patience = float(rng.choice([0, 20, 60, 300])), aht * patience_in_aht
        got = service(n, load / aht, aht, 1.0, within, patience)
        exact = exact_a(n, load, aht, within, patience)
        for name, value in zip(Service.__slots__, exact, strict=True):
            error = 1e-10 if name in IN_TIME else 0.0
            assert getattr(got, name) == pytest.approx(float(value), rel=1e-10, abs=error), name


def test_extreme_patience():
    """Nearly nobody leaves: what is left of abandonment keeps its digits."""
    got = service(180, 1000, 300, 1800, 20, 3e9)
    c = service(180, 1000, 300, 1800, 20)
    assert got.abandonment == pytest.approx(float(c.asa_s) / 3e9, rel=1e-6)
    assert got.asa_s == pytest.approx(float(c.asa_s), rel=1e-6)
    assert math.isinf(service(100, 1000, 300, 1800, 20, 1e15).asa_s)
