"""A real bank's February 1999, projected with what its January tells, against what happened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.carryover import carry
from staffing.duty import agents_per_interval, busy_while_waiting, on_duty
from staffing.estimation import handling_time
from staffing.fitting import Fit, Past, fit_availability
from staffing.lines import Lines
from staffing.patience import Patience, patience_from_waits
from staffing.scatter import without_chance

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "technion1999_raw_calls.csv"
WITHIN_S, INTERVAL_S, DAY_S = 20.0, 900, 86_400
JANUARY, FEBRUARY = 31, 28  # days
RINGS_S = 3.0  # that a free agent takes to answer: a shorter wait is not one for an agent

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls for the bank's agents, arrays ``[N]``; times in seconds of the file's first midnight.

    Calls that ended in the answering machine (hung up without entering the queue) and PHANTOM
    ones, which the data's authors tell to ignore, are not among them.
    """

    day: npt.NDArray[np.int64]
    at_s: FloatArray
    wait_s: FloatArray
    hung_up: npt.NDArray[np.bool_]
    handled_s: FloatArray
    agent: npt.NDArray[np.int64]

    @classmethod
    def read(cls, path: Path = FILE) -> Calls:
        """Return the calls of the file."""
        table = pd.read_csv(path, parse_dates=["date", "vru_entry"])
        queued = (table["outcome"] == "HANG") & (table["entered_queue"] == 1)
        table = table[queued | (table["outcome"] == "AGENT")]
        first = table["date"].min()
        hung_up = (table["outcome"] == "HANG").to_numpy(dtype=bool)
        at = (table["vru_entry"] - first).dt.total_seconds().to_numpy(dtype=np.float64)
        return cls(
            (table["date"] - first).dt.days.to_numpy(dtype=np.int64),
            at + table["vru_s"].to_numpy(dtype=np.float64),
            table["q_s"].to_numpy(dtype=np.float64),
            hung_up,
            np.where(hung_up, np.nan, table["ser_s"].to_numpy(dtype=np.float64)),
            pd.factorize(table["agent"])[0].astype(np.int64),
        )

    def of_days(self, first: int, end: int) -> Calls:
        """Return the calls of days from ``first`` to before ``end``."""
        here = (self.day >= first) & (self.day < end)
        return Calls(
            self.day[here],
            self.at_s[here],
            self.wait_s[here],
            self.hung_up[here],
            self.handled_s[here],
            self.agent[here],
        )

    @property
    def in_time(self) -> npt.NDArray[np.bool_]:
        """Whether a call was answered within the threshold."""
        return ~self.hung_up & (self.wait_s <= WITHIN_S)

    @property
    def begin_s(self) -> FloatArray:
        """When an agent took the call, if one did."""
        return self.at_s + self.wait_s


@dataclass(frozen=True, slots=True)
class Estimates:
    """What January tells."""

    patience: Patience
    aht_s: float
    availability: Fit
    seen_availability: float


def past_of(
    calls: Calls, aht_s: float, first: int, end: int, *, as_they_came: bool = False
) -> Past:
    """Return the intervals of days: who was on duty, what came, who hung up.

    Counts are led through ``without_chance``, as ``planner estimate`` does, unless they are asked
    for ``as_they_came``.
    """
    edges = np.arange(first * DAY_S, end * DAY_S + 1, INTERVAL_S, dtype=np.float64)
    taken = (calls.agent >= 0) & ~calls.hung_up
    begin = calls.begin_s[taken]
    duty = on_duty(calls.agent[taken], begin, begin + calls.handled_s[taken])

    def count(which: npt.NDArray[np.bool_]) -> FloatArray:
        return np.histogram(calls.at_s[which], edges)[0].astype(np.float64)

    contacts = count(calls.at_s >= 0)
    if not as_they_came:
        contacts = without_chance(contacts, edges[:-1] // DAY_S, INTERVAL_S)
    return Past(
        agents_per_interval(duty, edges),
        contacts,
        np.full(contacts.size, aht_s),
        count(calls.hung_up),
        count(calls.in_time),
        WITHIN_S,
        INTERVAL_S,
    )


def estimates(calls: Calls, days: int, *, as_they_came: bool = False) -> Estimates:
    """Return patience, handling time and availability of the first days of the data."""
    own = calls.of_days(0, days)
    patience = patience_from_waits(own.wait_s, own.hung_up)
    aht_s = handling_time(own.handled_s).mean_s
    past = past_of(own, aht_s, 0, days, as_they_came=as_they_came)
    day = np.arange(past.contacts.size) * INTERVAL_S // DAY_S
    found = fit_availability(past, patience.mean_s or np.inf, day)
    taken = (own.agent >= 0) & ~own.hung_up
    begin, end = own.begin_s[taken], own.begin_s[taken] + own.handled_s[taken]
    waits = own.wait_s > RINGS_S
    seen = busy_while_waiting(
        on_duty(own.agent[taken], begin, end),
        begin,
        end,
        own.at_s[waits] + RINGS_S,
        own.begin_s[waits],
    )
    if found is None or seen is None:
        raise ValueError("the calls must tell an availability, got none")
    return Estimates(patience, aht_s, found, seen)


@dataclass(frozen=True, slots=True)
class Daily:
    """Shares of each day's calls ``[D]``.

    Parameters
    ----------
    abandonment
        Those who hung up.
    waited_in_time
        Those who waited 20 s at most, whether an answer or a hang-up ended it.
    service_level
        Those answered within 20 s: ours, a hang-up counts as missed.
    """

    abandonment: FloatArray
    waited_in_time: FloatArray
    service_level: FloatArray


def projected(past: Past, days: int, patience_s: float, availability: float) -> Daily:
    """Return each day's service, the queue carried from one interval to the next.

    Who waits in time is found from those answered within shorter thresholds: of the offered wait
    V, the answered are its density thinned by e^(-t / patience), and 1 - P(V > t) e^(-t / patience)
    waited at most t.
    """
    shape = (1, past.contacts.size)
    steps = np.linspace(0.0, WITHIN_S, 5)
    runs = [
        carry(
            Lines(
                past.contacts.reshape(shape),
                past.aht_s.reshape(shape),
                (past.positions * availability).reshape(shape),
                (past.contacts + past.positions > 0).reshape(shape),
                np.array([within]),
                np.array([patience_s]),
                INTERVAL_S,
            )
        )
        for within in steps
    ]
    levels = np.array([run.service_level[0] for run in runs])
    growth = np.exp((steps[1:] + steps[:-1]) / 2.0 / patience_s)[:, None]
    later = np.maximum(1.0 - levels[0] - (growth * np.diff(levels, axis=0)).sum(axis=0), 0.0)
    waited = 1.0 - later * np.exp(-WITHIN_S / patience_s)
    contacts = past.contacts.reshape(days, -1)

    def share(values: FloatArray) -> FloatArray:
        total: FloatArray = (contacts * values.reshape(days, -1)).sum(axis=1)
        result: FloatArray = total / contacts.sum(axis=1)
        return result

    return Daily(share(runs[-1].abandonment[0]), share(waited), share(levels[-1]))


def happened(calls: Calls, first: int, end: int) -> tuple[FloatArray, Daily]:
    """Return each day's calls, and their service as it was."""

    def count(which: npt.NDArray[np.bool_]) -> FloatArray:
        return np.bincount(calls.day[which] - first, minlength=end - first).astype(np.float64)

    total = count(calls.day >= first)
    in_time = calls.wait_s <= WITHIN_S
    return total, Daily(
        count(calls.hung_up) / total,
        count(in_time) / total,
        count(in_time & ~calls.hung_up) / total,
    )


MEASURES = (
    ("abandonment", "hung up"),
    ("waited_in_time", "waited 20 s at most"),
    ("service_level", "answered within 20 s"),
)


def main() -> None:
    """Print February day by day: what happened, and what January's numbers say of it."""
    if not FILE.exists():
        print(f"The Technion calls are left out: {FILE} is absent.")
        return
    calls = Calls.read()
    told = estimates(calls, JANUARY)
    print("\n".join(january_lines(told)))
    end = JANUARY + FEBRUARY
    february = calls.of_days(JANUARY, end)
    past = past_of(february, told.aht_s, JANUARY, end)
    patience = told.patience.mean_s or np.inf
    projections = {
        "A": projected(past, FEBRUARY, patience, told.availability.value),
        "A at 1": projected(past, FEBRUARY, patience, 1.0),
        "C": projected(past, FEBRUARY, np.inf, 1.0),
        "C at av.": projected(past, FEBRUARY, np.inf, told.availability.value),
    }
    raw = estimates(calls, JANUARY, as_they_came=True).availability.value
    past = past_of(february, told.aht_s, JANUARY, end, as_they_came=True)
    projections["A, raw"] = projected(past, FEBRUARY, patience, raw)
    count, was = happened(february, JANUARY, end)
    print("\n".join(day_lines(count, was, projections)))
    print("\n".join(error_lines(count, was, projections)))


def january_lines(told: Estimates) -> list[str]:
    """Return what January tells, in words."""
    patience, found = told.patience, told.availability
    bands = ", ".join(
        f"{band.mean_s:.0f} s from {band.from_s:.0f} s on" for band in patience.bands if band.mean_s
    )
    return [
        "Technion calls: January 1999 tells",
        f"  patience      {patience.mean_s:.0f} s (95 %: {patience.low_s:.0f} to "
        f"{patience.high_s:.0f}; {patience.hangups:,} of those who waited hung up)",
        f"                half gone after {patience.median_s or np.nan:.0f} s by Kaplan-Meier, "
        f"{patience.exponential_median_s:.0f} s if exponential",
        f"                by stretch of the wait: {bands}",
        f"  AHT           {told.aht_s:.0f} s",
        f"  availability  {found.value:.3f} (95 %: {found.low:.3f} to {found.high:.3f}), by Erlang "
        "A from the hang-ups",
        f"                {told.seen_availability:.3f} of those on duty were on a call while "
        "somebody waited",
    ]


def day_lines(count: FloatArray, was: Daily, projections: dict[str, Daily]) -> list[str]:
    """Return the days as a table: for each measure what was, and what each projection says."""
    shown = [label for label in projections if label in ("A", "A at 1", "C")]
    head = f"{'':<11}{'':>6}"
    names = f"{'February':<11}{'calls':>6}"
    for _, words in MEASURES[:2]:
        head += f"  {words:^31}"
        names += f"  {'was':>7}" + "".join(f"{label:>8}" for label in shown)
    lines = ["", head, names]
    for day in range(count.size):
        line = f"{f'1999-02-{day + 1:02}':<11}{count[day]:>6.0f}"
        for name, _ in MEASURES[:2]:
            line += f"  {getattr(was, name)[day]:>7.1%}"
            line += "".join(f"{getattr(projections[key], name)[day]:>8.1%}" for key in shown)
        lines.append(line)
    return lines


def error_lines(count: FloatArray, was: Daily, projections: dict[str, Daily]) -> list[str]:
    """Return each measure over the month and the mean error of its days, in points."""
    lines = [
        "",
        "Of customers who never hang up (Erlang C), those count as lost who still wait when the",
        "bank closes, or where nobody seems to have been there (21 February has no call from",
        "17:15 to 19:00). Raw: both months' counts as they came, the scatter of chance not taken",
        "out first.",
        "Over the month (mean error of a day, in points; then without its sign):",
    ]
    for name, words in MEASURES:
        real = getattr(was, name)
        lines.append(f"  {words:<22} was {np.average(real, weights=count):>6.1%}")
        for label, got in projections.items():
            days = getattr(got, name)
            off = 100.0 * (days - real)
            lines.append(
                f"    Erlang {label:<13} {np.average(days, weights=count):>8.1%}"
                f"   ({off.mean():+.1f}; {np.abs(off).mean():.1f})"
            )
    return lines


if __name__ == "__main__":
    main()
