"""The integrals behind Erlang A (customers who hang up), for any size and any patience."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_CUT = 42.0  # e^-42 of the integrand's peak is below what a double can hold
_SHIFT = 8  # below this many services per patience the integrand has two scales: recur instead
_BLOCK = 16_384  # elements at a time, so that the work stays in the processor's cache
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


@dataclass(frozen=True, slots=True)
class WaitIntegrals:
    """Integrals over the wait s of f(s) = exp(-x s + y (1 - e^-s)), each times exp(-log_scale).

    Parameters
    ----------
    served
        Integral of e^-s f: those whose patience lasts.
    leaving
        Integral of (1 - e^-s) f: those whose patience ends first.
    wait_of_served
        Integral of s e^-s f: the wait of those whose patience lasts.
    late
        Integral of e^-s f from the threshold on.
    still
        Integral of f from the threshold on, times e^-threshold: those still waiting then.
    log_scale
        Logarithm of what the others were divided by.
    """

    served: FloatArray
    leaving: FloatArray
    wait_of_served: FloatArray
    late: FloatArray
    still: FloatArray
    log_scale: FloatArray


def wait_integrals(x: FloatArray, y: FloatArray, threshold: FloatArray) -> WaitIntegrals:
    """Return the integrals of the virtual wait of M/M/N+M, time counted in patiences.

    Parameters
    ----------
    x
        Positions times patience over AHT, one-dimensional, above 0.
    y
        Load times patience over AHT, same shape, at least 0.
    threshold
        Threshold of the service level over patience, same shape, at least 0.

    Returns
    -------
    WaitIntegrals
        Same shape; relative error about 1e-13 (of ``late`` and ``still``: against
        the whole integral).

    Notes
    -----
    The integral of f, served + leaving, is K(x, y) = e^y y^-x gamma(x, y), gamma the lower
    incomplete gamma function: the closed form. It is taken here by Gauss and Legendre between the
    points where the integrand has vanished: that costs the same for every size, and gives without
    cancellation the integrals next to it. Small x climbs by x K(x) = 1 + y K(x + 1), whose terms
    are all positive. Source: S. Zeltyn and A. Mandelbaum, "Call centers with impatient customers:
    many-server asymptotics of the M/M/n+G queue", Queueing Systems 51 (2005).

    Examples
    --------
    >>> w = wait_integrals(np.array([1.0]), np.array([2.0]), np.array([0.0]))
    >>> k = (w.served + w.leaving) * np.exp(w.log_scale)
    >>> round(float(k[0]), 9), round(float(np.expm1(2) / 2), 9)
    (3.194528049, 3.194528049)
    """
    out = tuple(np.empty_like(x) for _ in range(6))
    for first in range(0, x.size, _BLOCK):
        part = slice(first, first + _BLOCK)
        for whole, values in zip(out, _block(x[part], y[part], threshold[part]), strict=True):
            whole[part] = values
    return WaitIntegrals(*out)


def _block(x: FloatArray, y: FloatArray, threshold: FloatArray) -> tuple[FloatArray, ...]:
    small = x < _SHIFT
    got = _quadrature(np.where(small, x + _SHIFT, x), y, threshold)
    if small.any():
        served, leaving, wait, late, _, log_scale = (v[small] for v in got)
        load, tau = y[small], threshold[small]
        start = load * -np.expm1(-tau) - log_scale
        for step in range(_SHIFT - 1, -1, -1):
            at = x[small] + step
            leaving, served = (
                (served + leaving + load * leaving) / at,  # uses K(at + 1) before it is replaced
                served + leaving,
            )
            wait = (served + load * wait) / (at + 1.0)
            late = (np.exp(start - (at + 1.0) * tau) + load * late) / (at + 1.0)
        still = (np.exp(start - at * tau) + load * late) * np.exp(-tau) / at
        for whole, values in zip(got, (served, leaving, wait, late, still), strict=False):
            whole[small] = values
    return got


def _quadrature(x: FloatArray, y: FloatArray, threshold: FloatArray) -> tuple[FloatArray, ...]:
    over = np.maximum(y - x, 0.0) / x
    peak = np.log1p(over)  # where the integrand is largest: 0 unless overloaded
    curve, slope = np.minimum(x, y), np.maximum(x - y, 0.0)
    left, right = _range(curve, slope, peak)
    middle, half = (right - left) / 2.0, (right + left) / 2.0
    from_here = np.clip(threshold - peak, -left, right)
    late_middle, late_half = (right + from_here) / 2.0, (right - from_here) / 2.0
    served, leaving, wait, late, still = (np.zeros_like(x) for _ in range(5))
    for node, weight in zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True):
        f, s = _density(middle + half * node, slope, curve, peak)
        f *= half * weight
        lost = f * -np.expm1(-s)
        kept = f * np.exp(-s)
        leaving += lost
        served += kept
        wait += kept * s
        f, s = _density(late_middle + late_half * node, slope, curve, peak)
        f *= late_half * weight
        still += f
        late += f * np.exp(-s)
    return served, leaving, wait, late, still * np.exp(-threshold), x * (over - peak)


def _density(
    d: FloatArray, slope: FloatArray, curve: FloatArray, peak: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return f over its largest value, and s, at a distance d from the peak."""
    bend = _bend(d) if float(np.max(curve)) > 1e6 else d + np.expm1(-d)
    return np.exp(-slope * d - curve * bend), np.maximum(peak + d, 0.0)


def _range(curve: FloatArray, slope: FloatArray, peak: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far left and right of the peak the integrand matters (both positive)."""
    reach = np.sqrt(2.0 * _CUT / np.maximum(curve, 1e-300))
    right = np.minimum(reach, _CUT / np.maximum(slope, 1e-300))
    for _ in range(4):  # Newton on a convex function: after one step always on the safe side
        drop = slope * right + curve * _bend(right)
        right += (_CUT - drop) / (slope - curve * np.expm1(-right))
    return np.minimum(reach, peak), right


def _bend(d: FloatArray) -> FloatArray:
    """Return d + e^-d - 1 without loss where d is small."""
    series = d * d / 2.0 * (1.0 - d / 3.0 * (1.0 - d / 4.0 * (1.0 - d / 5.0 * (1.0 - d / 6.0))))
    return np.where(np.abs(d) < 0.01, series, d + np.expm1(-d))
