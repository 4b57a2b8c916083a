"""Pictures of one queue's day, drawn as the report draws them, each with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.reading import FloatArray, QueueDay
from planner.export.drawing import Figure, layout, line
from planner.export.palette import BAND, IN_HOUSE, INK, KEPT, VENDOR, Chart, mixed
from planner.export.wording import Table, number, percent

DRAWN_INK = "#7F7F80"  # the style sheet knows this grey and puts in the colour of text
_CLEAR = "rgba(0,0,0,0)"
_TICKS = 6


def charts(day: QueueDay, pools: Mapping[str, str]) -> tuple[Chart, Chart, Chart]:
    """Return contacts, positions and service of a day."""
    return contacts_chart(day), positions_chart(day, pools), service_chart(day)


def contacts_chart(day: QueueDay) -> Chart:
    """Return the contacts of each interval, with the band in which 8 of 10 counts fall."""
    middle, low, high = day.contacts, day.contacts_p10, day.contacts_p90
    says = "No contacts are expected on this day."
    if middle.sum() > 0:
        most = int(middle.argmax())
        says = (
            f"{number(middle.sum())} contacts are expected; most from {day.clock[most]}: "
            f"{number(middle[most], 1)}, in 8 of 10 cases between {number(low[most])} and "
            f"{number(high[most])}."
        )
    traces = [*_band(day, low, high), line(day.clock, middle, "expected", INK, 2.5)]
    header = ("start", "expected", "1 in 10 below", "9 in 10 below")
    return Chart(
        "contacts", "Contacts", says, _figure(day, traces, "contacts", hoverformat=".1f"),
        _table("Contacts in each interval", header, day, (middle, low, high)),
        (("expected", INK), ("8 of 10 cases", BAND)),
    )  # fmt: skip


def positions_chart(day: QueueDay, pools: Mapping[str, str]) -> Chart:
    """Return positions needed against those that each pool gives, stacked.

    Parameters
    ----------
    day
        The queue's day.
    pools
        Kind of each pool by name, in the scenario's order: it gives the colours.
    """
    colours = pool_colours({**dict.fromkeys(day.given, "in_house"), **pools})
    traces = []
    for name, values in day.given.items():
        area = line(day.clock, values, name, colours[name], 0, stackgroup="given")
        area |= {"fillcolor": colours[name]}
        area["line"]["shape"] = "hv"
        traces.append(area)
    needed = line(day.clock, day.needed, "needed", INK, 2.0)
    needed["line"]["shape"] = "hv"
    header = ("start", "needed", *day.given, "given, counting speed")
    columns = (day.needed, *day.given.values(), day.working)
    return Chart(
        "positions", "Positions needed and given", _positions_words(day),
        _figure(day, [*traces, needed], "positions", hoverformat=".1f"),
        _table("Positions in each interval", header, day, columns),
        (("needed", INK), *((name, colours[name]) for name in day.given)),
    )  # fmt: skip


def service_chart(day: QueueDay) -> Chart:
    """Return the share answered in time, with its band, against the promise."""
    low, high = 100 * day.service_level_p10, 100 * day.service_level_p90
    level, promised = 100 * day.service_level, 100 * day.queue.promised
    traces = [*_band(day, low, high), line(day.clock, level, "projected", INK, 2.5)]
    legend = [("projected", INK), ("8 of 10 cases", BAND)]
    if not np.isnan(promised):
        target = line(day.clock, np.full(len(day.clock), promised), "promised", KEPT, 2.0)
        target["line"]["dash"] = "dash"
        traces.append(target)
        legend.append(("promised", KEPT))
    header = ("start", "projected", "1 in 10 below", "9 in 10 below")
    shares = (day.service_level, day.service_level_p10, day.service_level_p90)
    scale = {"range": [0, 103], "ticksuffix": "%", "dtick": 20}
    return Chart(
        "service", "Answered in time", _service_words(day),
        _figure(day, traces, "answered in time", hoverformat=".0f", **scale),
        _table("Share answered in time in each interval", header, day, shares, share=True),
        tuple(legend),
    )  # fmt: skip


def pool_colours(pools: Mapping[str, str]) -> dict[str, str]:
    """Return a colour per pool, the one that the report gives it.

    Examples
    --------
    >>> pool_colours({"paris": "in_house", "partner": "vendor"})
    {'paris': '#0072B2', 'partner': '#E69F00'}
    """
    colours = {}
    for kind, scale in (("in_house", IN_HOUSE), ("vendor", VENDOR)):
        names = [name for name in pools if (pools[name] == "vendor") == (kind == "vendor")]
        for n, name in enumerate(names):
            colours[name] = mixed(scale, n / max(len(names) - 1, 2))
    return colours


def _positions_words(day: QueueDay) -> str:
    if not len(day.clock):
        return "Nobody is needed or given on this day."
    total = sum(day.given.values(), np.zeros(len(day.clock)))
    most = [float(values.max()) for values in (day.needed, total)]
    needed, given = (number(value, int(value % 1 > 0 and value < 100)) for value in most)
    said = f"At most {needed} are needed, at most {given} given."
    if day.deferred:
        return said + " This work may wait: what is given may follow later than what is needed."
    short = int((day.working < day.needed - 0.05).sum())
    if not short:
        return said + " None are missing."
    return said + f" Fewer than needed work in {short} of {len(day.clock)} intervals."


def _service_words(day: QueueDay) -> str:
    asked = ~np.isnan(day.service_level)
    if not asked.any():
        return "No contacts are expected on this day."
    told, promised = day.queue.by_day.get(day.day, np.nan), day.queue.promised
    said = f"{percent(told)} of the day's contacts are answered in time"
    over = "" if day.queue.promised_over == "interval" else f" over the {day.queue.promised_over}"
    said += "." if np.isnan(promised) else f"; {percent(promised)} are promised{over}."
    worst = int(np.nanargmin(day.service_level))
    if day.service_level[worst] < np.nan_to_num(promised):
        said += f" Lowest from {day.clock[worst]}: {percent(day.service_level[worst])}."
    return said


def _band(day: QueueDay, low: FloatArray, high: FloatArray) -> list[Figure]:
    edge = {"hovertemplate": "%{y}", "connectgaps": False}
    return [
        line(day.clock, high, "9 in 10 below", _CLEAR, 0, **edge),
        line(day.clock, low, "1 in 10 below", _CLEAR, 0, fill="tonexty", fillcolor=BAND, **edge),
    ]


def _figure(day: QueueDay, traces: list[Figure], title: str, **yaxis: object) -> Figure:
    """Return a figure over the day, its ticks at full hours.

    The axis is of names, not of times: an hour that comes twice keeps both its places.
    """
    for trace in traces:
        if trace.get("meta") == INK:
            trace["line"]["color"] = DRAWN_INK
    full = [clock for clock in day.clock if clock[3:5] == "00"]
    ticks = full[:: max(1, -(-len(full) // _TICKS))]
    axes = {
        "xaxis": {"type": "category", "tickvals": ticks, "tickangle": 0, "ticklabelstandoff": 6},
        "yaxis": {"title": {"text": title}, "ticklabelstandoff": 6, **yaxis},
        "hoverlabel": {"namelength": -1},
        "hoverdistance": -1,  # the nearest interval, however far apart they are drawn
    }
    margin = {"l": 52, "r": 12, "t": 12, "b": 32}
    return {"data": traces, "layout": layout(280, margin=margin, **axes)}


def _table(
    caption: str,
    header: tuple[str, ...],
    day: QueueDay,
    columns: Sequence[FloatArray],
    *,
    share: bool = False,
) -> Table:
    def shown(value: float) -> str:
        return percent(value, 1) if share else number(value, 1)

    rows = tuple(
        (clock, *(shown(float(values[i])) for values in columns))
        for i, clock in enumerate(day.clock)
    )
    return Table(caption, header, rows)
