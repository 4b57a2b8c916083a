"""Erlang B on flat arrays: the states of a queue climbed one by one, agents who slow down too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from staffing.slowing import Slowing

FloatArray = NDArray[np.float64]

_BLOCK = 16_384  # elements at a time, so that the work stays in the processor's cache
_MOST_STEPS = 40_000  # of the recursion; beyond, a formula that keeps fewer digits
_FLATTEST = 1e-3  # gain of one more contact open, below which that formula reads it as this


def blocking(n: FloatArray, a: FloatArray) -> FloatArray:
    """Return Erlang B of one-dimensional n > -1 and a >= 0, the longest recursions first."""
    low = np.minimum(n, a) - 9.0 * np.sqrt(a)
    steps = np.maximum(np.minimum(np.floor(n), np.ceil(n - low)), 0.0)
    out = np.where(a > 0.0, 1.0, (n <= 0.0) * 1.0)
    far = (steps > _MOST_STEPS) & (a > 0.0)
    out[far] = _far_blocking(n[far], a[far])
    order = np.flatnonzero((a > 0.0) & ~far)
    order = order[np.argsort(-steps[order], kind="stable")]
    for first in range(0, order.size, _BLOCK):
        part = order[first : first + _BLOCK]
        out[part] = _recursion(n[part], a[part], steps[part].astype(np.int64))
    return out


def _recursion(n: FloatArray, a: FloatArray, steps: NDArray[np.int64]) -> FloatArray:
    """Climb to n in steps of one; ``steps`` falls, so that those still climbing are a prefix."""
    k = n - steps
    whole = np.floor(n) <= steps  # climbs from its fraction: the start must be exact
    b = 1.0 - k / a
    exact = whole & (k != 0.0)
    if exact.any():
        b[exact] = _fraction(k[exact], a[exact])
    b[whole & ~exact] = 1.0
    most = int(steps[0]) if steps.size else 0
    climbing = np.searchsorted(-steps, -np.arange(1, most + 1), side="right").tolist()
    for step, count in enumerate(climbing):
        if step % 256 == 255 and not b[:count].any():
            break  # nothing left that a double can hold
        top = a[:count] * b[:count]
        k[:count] += 1.0
        b[:count] = top / (k[:count] + top)
    return b


def slowed_blocking(n: FloatArray, a: FloatArray, slots: FloatArray, how: Slowing) -> FloatArray:
    """Return the share blocked if n of the slots could be taken, by agents who slow down.

    Parameters
    ----------
    n, a
        Contacts that can be handled at once, above -1, and erlangs, one-dimensional.
    slots
        Agents times concurrency, same shape, at least ``n``.
    how
        How the agents slow down, same shape.

    Returns
    -------
    ndarray
        Shares in [0, 1].

    Notes
    -----
    B(k) = a B(k-1) / (g(k) + a B(k-1)) with g(k) the work done with k contacts open. The start lies
    so far below the number at which the work done is the load that B = 1 - g(k)/a is forgotten, or
    is exact: B(0) = 1, and a fraction of a contact is climbed to by ``blocking``'s own extension at
    the pace of that fraction.

    Examples
    --------
    Five agents with three chats at most, 420 s each with three open, 300 s alone; and without:

    >>> n, a = np.array([15.0]), np.array([10.0])
    >>> float(slowed_blocking(n, a, n, Slowing.of([3], [420], 300))[0].round(5))
    0.02091
    >>> float(blocking(n, a)[0].round(5))
    0.03650
    """
    number, gain = how.balance(a, slots)
    with np.errstate(all="ignore"):
        low = number - 9.0 * np.sqrt(a / gain)
    steps = np.minimum(np.ceil(n), np.ceil(np.maximum(n - low, 0.0)))
    out = np.where(a > 0.0, 1.0, (n <= 0.0) * 1.0)
    far = (steps > _MOST_STEPS) & (a > 0.0)
    flat = np.maximum(how.gain(how.concurrency - 1.0)[far], _FLATTEST)
    out[far] = _far_blocking(slots[far] / flat - (slots[far] - n[far]), a[far] / flat)
    order = np.flatnonzero((a > 0.0) & ~far)
    order = order[np.argsort(-steps[order], kind="stable")]
    for first in range(0, order.size, _BLOCK):
        part = order[first : first + _BLOCK]
        own = Slowing(how.concurrency[part], how.alone[part])
        out[part] = _slowed_recursion(n[part], a[part], slots[part], own, steps[part])
    return out


def _slowed_recursion(
    n: FloatArray, a: FloatArray, slots: FloatArray, how: Slowing, steps: FloatArray
) -> FloatArray:
    """Climb to n in steps of one, those with most steps first."""
    k = n - steps
    b = 1.0 - how.done(k, slots) / a
    first = k <= 0.0
    b[first] = 1.0
    part = first & (k < 0.0)
    start = how.done(k + 1.0, slots)[part]  # work done with the first contact that is climbed to
    b[part] = _fraction(k[part], a[part] * (k[part] + 1.0) / start)
    most = int(steps[0]) if steps.size else 0
    climbing = np.searchsorted(-steps, -np.arange(1, most + 1), side="right").tolist()
    for count in climbing:
        own = Slowing(how.concurrency[:count], how.alone[:count])
        k[:count] += 1.0
        top = a[:count] * b[:count]
        b[:count] = top / (own.done(k[:count], slots[:count]) + top)
    return b


def _fraction(x: FloatArray, a: FloatArray) -> FloatArray:
    """Return B for less than one agent, x in (-1, 1): a^x e^-a / Gamma(x + 1, a)."""
    s = x + 1.0
    fraction = np.zeros_like(a)
    for j in range(60, 0, -1):  # continued fraction of Legendre, from its far end
        fraction = j * (j - s) / (a + 2.0 * j + 1.0 - s - fraction)
    large = (a + 1.0 - s - fraction) / a
    small = np.power(a, x) * np.exp(-a) / (special.gamma(s) * special.gammaincc(s, a))
    return np.where(a > 2.0, large, small)


def _far_blocking(n: FloatArray, a: FloatArray) -> FloatArray:
    """Return B where the recursion would be too long (a million agents), to about 1e-6."""
    tail = special.gammaincc(n + 1.0, a)
    term = np.exp(special.xlogy(n, a) - a - special.gammaln(n + 1.0))
    heavy = 1.0 - n / a + n / np.square(a - n)
    return np.clip(np.where(tail > 1e-250, term / np.maximum(tail, 1e-300), heavy), 0.0, 1.0)
