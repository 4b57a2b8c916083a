"""The benchmark's tables, as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.forecast_methods import METHODS
from benchmarks.forecast_scores import Scores
from benchmarks.forecast_targets import BANDS, SERIES_S, Target

_HEADS = (
    ("WAPE", "wape"),
    ("days", "day_wape"),
    ("peak", "peak"),
    ("window", "window"),
    ("80 ord", "ordinary_80"),
    ("95 ord", "ordinary_95"),
    ("80 evt", "event_80"),
    ("95 evt", "event_95"),
)
_WIDTH = 24
LEGEND = """\
WAPE, and of day totals (days): % over all days of the rolling origins. peak, window: mean absolute
error in % on the day that turned out highest within 7 days of a gift day, and of the total of these
days, from 28 and 56 days ahead. 80, 95: % of what came inside that band on open ordinary days (ord)
and within 7 days of an event (evt). s: median seconds to fit and forecast once, on one thread."""


def table(
    title: str, rows: Mapping[str, Scores], faults: Mapping[str, str], target: Target, origins: str
) -> str:
    """Return one series' table: a row per method, and the target's."""
    lines = [f"{title} ({origins})", _line("", [head for head, _ in _HEADS], "s")]
    for method in METHODS:
        if method.name in rows:
            scores = rows[method.name]
            cells = [_percent(getattr(scores, field)) for _, field in _HEADS]
            lines.append(_line(method.title, cells, f"{scores.seconds:.2f}"))
        elif method.name in faults:
            lines.append(f"{method.title:<{_WIDTH}} {faults[method.name]}")
    goal = [_percent(getattr(target, field, math.nan)) for _, field in _HEADS[:4]]
    band = [f"{100 * low:.0f}-{100 * high:.0f}" for low, high in BANDS.values()]
    lines.append(_line("target", [*goal, *band, *band], f"{SERIES_S:.2f}"))
    return "\n".join(lines)


def peak_lines(rows: Mapping[str, Scores]) -> str:
    """Return the signed errors in % on each peak day and of its window, a line per method."""
    lines = []
    for method in METHODS:
        found = rows[method.name].peaks if method.name in rows else ()
        if found:
            told = [f"{task}: {100 * peak:+.0f} {100 * total:+.0f}" for task, peak, total in found]
            lines.append(f"{method.title}: " + "; ".join(told))
    return "\n".join(lines)


def overview(series: Sequence[tuple[str, str]], scores: Mapping[str, Mapping[str, Scores]]) -> str:
    """Return the WAPE of every method on every series, one line per method.

    Parameters
    ----------
    series
        Name and title of each.
    scores
        By series name, then by method name.
    """
    lines = [_line("WAPE %", [title[:9] for _, title in series], "")]
    for method in METHODS:
        cells = [
            _percent(found.wape) if (found := scores[name].get(method.name)) else "-"
            for name, _ in series
        ]
        if any(cell != "-" for cell in cells):
            lines.append(_line(method.title, cells, ""))
    return "\n".join(lines)


def _line(name: str, cells: Sequence[str], seconds: str) -> str:
    return f"{name:<{_WIDTH}}" + "".join(f"{cell:>10}" for cell in [*cells, seconds]).rstrip()


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.1f}"
