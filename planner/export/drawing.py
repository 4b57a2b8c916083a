"""How every picture is drawn: its frame and its lines, as Plotly reads them."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from planner.export.palette import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Figure = dict[str, Any]


def layout(height: int, **more: object) -> Figure:
    """Return a layout with room for little besides the picture; the page colours it."""
    plain: Figure = {
        "height": height,
        "margin": {"l": 52, "r": 12, "t": 12, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 12},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "separators": ".\u202f",
        "xaxis": {"fixedrange": True, "showgrid": False, "zeroline": False},
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "zeroline": False, "automargin": True},
    }
    for name, value in more.items():
        old = plain.get(name)
        plain[name] = (
            {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return plain


def line(
    x: Sequence[Any], y: FloatArray, name: str, colour: str, width: float, **more: object
) -> Figure:
    """Return a line; a colour of INK is put in by the page."""
    trace: Figure = {
        "type": "scatter",
        "mode": "lines",
        "name": escape(name),
        "x": [value.isoformat() if isinstance(value, dt.date) else value for value in x],
        "y": [None if np.isnan(value) else round(float(value), 2) for value in y],
        "line": {"color": colour, "width": width},
        **more,
    }
    if colour == INK:
        trace["line"] = {"width": width}
        trace["meta"] = INK
    if width == 0:
        trace["showlegend"] = False
    return trace


def scope(market: str | None) -> str:
    """Return what a picture is about: all markets, or one."""
    return "All markets" if market is None else market or "The market"
