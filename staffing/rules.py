"""Rules of a tour: one rule, one function, which measures what it limits on every day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.pools import Contract
from staffing.tours import BoolArray, FloatArray, Tours

Measures = npt.NDArray[np.int32]

_SUNDAY = 6
_WEEKENDS = 4  # on end, which are looked at together
_NEARLY = 1e-6  # of a minute
_FINE = 1 << 28  # of what must be at least something, where the rule does not apply


@dataclass(frozen=True, slots=True)
class Measured:
    """What a rule found on each day ``[D, N]`` and what it allows there, minutes or counts.

    ``least`` says that what is found must be at least that much, else at most.
    """

    found: Measures
    allowed: Measures
    least: bool = False

    @property
    def broken(self) -> BoolArray:
        """Where the rule is broken, ``[D, N]``."""
        allowed = np.broadcast_to(self.allowed, self.found.shape)
        return self.found < allowed if self.least else self.found > allowed


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, its measure, and the sentence of one breach.

    ``sentence`` has places for ``found`` and ``allowed``; ``per`` is what one of their units is:
    60 where minutes are told as hours. ``binds`` says whether a contract makes it bind at all.
    """

    name: str
    measure: Callable[[Tours], Measured]
    sentence: str
    per: int = 1
    binds: Callable[[Contract], bool] = lambda contract: True

    def told(self, found: int, allowed: int) -> str:
        """Return the sentence of a breach."""
        return self.sentence.format(found=found / self.per, allowed=allowed / self.per)


def rest(tours: Tours) -> Measured:
    """Rest from the end of a shift to the start of the next >= the contract's.

    French labour code, L3131-1: 11 hours.
    """
    free = np.where(tours.works, tours.start - _end_before(tours), _FINE)
    return Measured(free, _whole(tours.terms.contract.min_rest_hours * 60), least=True)


def weekly_rest(tours: Tours) -> Measured:
    """Longest stretch without work that begins or ends in a calendar week >= the contract's.

    French labour code, L3132-2: 24 hours on top of the daily 11. Told on the week's last day.
    """
    terms = tours.terms
    before = np.where(tours.works, tours.start - _end_before(tours), 0)
    ends = np.append(terms.midnights[terms.weeks[1:]], terms.midnights[-1])
    if terms.days[-1].weekday() < _SUNDAY:
        ends[-1] = _FINE  # the week goes on, and nothing is known of it
    week_end = np.repeat(ends, _week_lengths(tours))
    after = np.where(
        tours.works & (tours.end <= week_end[:, None]), _start_after(tours) - tours.end, 0
    )
    longest = np.maximum.reduceat(np.maximum(before, after), terms.weeks, axis=0)
    longest[tours.by_week(tours.works) == 0] = _FINE
    return Measured(
        _on_last_day(tours, longest, _FINE), _whole(terms.contract.weekly_rest_hours * 60),
        least=True,
    )  # fmt: skip


def hours_a_day(tours: Tours) -> Measured:
    """Paid time of a shift <= the longest day (French labour code, L3121-18: 10 hours)."""
    return Measured(np.asarray(tours.paid), _whole(tours.terms.contract.max_hours_per_day * 60))


def hours_a_week(tours: Tours) -> Measured:
    """Paid time in a calendar week <= ordinary hours + overtime (L3121-27: 35 ordinary hours).

    Where hours are averaged, <= those of the longest week (L3121-20: 48 hours).
    """
    contract = tours.terms.contract
    if contract.weekly_hours == "averaged":
        most = np.full((len(tours.terms.weeks), 1), round(contract.max_hours_per_week * 60))
    else:
        most = tours.terms.minutes[:, tours.agents] + round(contract.overtime_hours_per_week * 60)
    found = _pass_over_before(tours, tours.by_week(tours.paid), -1)
    return Measured(_on_last_day(tours, found, -1), _on_last_day(tours, most, 0))


def hours_on_average(tours: Tours) -> Measured:
    """Paid time of the horizon <= ordinary hours of the days of employment + their overtime.

    French labour code, L3121-44: hours arranged over longer than a week.
    """
    terms, found = tours.terms, np.full(tours.works.shape, -1, dtype=np.int32)
    found[-1] = tours.paid[terms.before :].sum(axis=0)
    overtime = 60 * terms.contract.overtime_hours_per_week * terms.days_employed / 7
    most = np.floor((terms.due + overtime).sum(axis=0) + _NEARLY).astype(np.int32)
    return Measured(found, most[tours.agents])


def hours_exactly(tours: Tours) -> Measured:
    """Paid time in a calendar week >= ordinary hours, where the agent is employed all its days.

    Weeks that the horizon cuts, and those in which the agent is never there, are left out.
    """
    terms = tours.terms
    there = np.add.reduceat(terms.latest > terms.earliest, terms.weeks, axis=0)
    whole = ((terms.days_employed == 7) & (there > 0))[:, tours.agents]
    found = np.where(whole, tours.by_week(tours.paid), _FINE)
    due = terms.minutes[:, tours.agents]
    return Measured(_on_last_day(tours, found, _FINE), _on_last_day(tours, due, 0), least=True)


def days_a_week(tours: Tours) -> Measured:
    """Days of work in a calendar week <= 7 - days off.

    French labour code, L3132-1: six days at most; two days off are what most agreements give.
    """
    most = tours.terms.days_a_week[:, tours.agents]
    found = _pass_over_before(tours, tours.by_week(tours.works), -1)
    return Measured(_on_last_day(tours, found, -1), _on_last_day(tours, most, 0))


def days_in_a_row(tours: Tours) -> Measured:
    """Days of work in a row <= the contract's.

    French labour code, L3132-1: six days in a calendar week at most; six in a row keep it too.
    """
    return Measured(_run(tours.works), _whole(tours.terms.contract.max_consecutive_days))


def days_of_work(tours: Tours) -> Measured:
    """Days of a run of work that has ended >= the contract's; told on the day after it.

    A run at the axis' first day may have begun before it.
    """
    found = np.full(tours.works.shape, _FINE, dtype=np.int32)
    run = _run(tours.works)
    ended = tours.works[:-1] & ~tours.works[1:]
    known = _known(tours, run)[:-1]
    found[1:][ended & known] = run[:-1][ended & known]
    return Measured(found, _whole(tours.terms.contract.min_consecutive_days), least=True)


def days_off(tours: Tours) -> Measured:
    """Days of a run of days off that has ended >= the contract's; told on the day after it."""
    found = np.full(tours.works.shape, _FINE, dtype=np.int32)
    run = _run(~tours.works)
    ended = ~tours.works[:-1] & tours.works[1:]
    known = _known(tours, run)[:-1]
    found[1:][ended & known] = run[:-1][ended & known]
    return Measured(found, _whole(tours.terms.contract.min_consecutive_days_off), least=True)


def weekends(tours: Tours) -> Measured:
    """Weekends with work among four on end <= the contract's; told in the week of the last.

    No article limits them: by default there is no limit.
    """
    worked = weekends_worked(tours)
    total = np.cumsum(worked, axis=0, dtype=np.int32)
    total[_WEEKENDS:] -= total[:-_WEEKENDS].copy()
    total[~worked] = -1
    return Measured(
        _on_last_day(tours, total, -1), _whole(tours.terms.contract.max_weekends_in_four)
    )


def nights_in_a_row(tours: Tours) -> Measured:
    """Nights in a row <= the contract's; a night is three hours between 21:00 and 06:00.

    French labour code, L3122-20 and L3122-5, say what a night is; no article limits their number.
    """
    return Measured(_run(tours.night > 0), _whole(tours.terms.contract.max_nights_in_row))


def succession(tours: Tours) -> Measured:
    """No shift that starts too early on the day after one that ends too late."""
    late_end = tours.at + (tours.end - tours.start)
    found = np.zeros(tours.works.shape, dtype=np.int32)
    both = tours.works[:-1] & tours.works[1:]
    for ends, starts in tours.terms.contract.forbidden_successions:
        found[1:] |= both & (late_end[:-1] > ends) & (tours.at[1:] < starts)
    return Measured(found, _whole(0))


def there(tours: Tours) -> Measured:
    """Work on a day on which the agent is not employed, is absent, or never works: none."""
    never = tours.terms.latest[:, tours.agents] <= tours.terms.earliest[:, tours.agents]
    return Measured((tours.works & never).astype(np.int32), _whole(0))


def times(tours: Tours) -> Measured:
    """Minutes of a shift outside of the times at which its agent may work that day <= 0."""
    earliest, latest = tours.terms.earliest[:, tours.agents], tours.terms.latest[:, tours.agents]
    end = tours.at + (tours.end - tours.start)
    outside = np.maximum(earliest - tours.at, 0) + np.maximum(end - latest, 0)
    return Measured(np.where(tours.works & (latest > earliest), outside, 0), _whole(0))


RULES = (
    Rule("rest", rest, "{found:g} hours of rest before it, at least {allowed:g}", 60),
    Rule(
        "weekly rest",
        weekly_rest,
        "{found:g} hours without work in a row in the week, at least {allowed:g}",
        60,
    ),
    Rule("hours a day", hours_a_day, "{found:g} hours in a day, at most {allowed:g}", 60),
    Rule("hours a week", hours_a_week, "{found:g} hours in the week, at most {allowed:g}", 60),
    Rule(
        "hours on average",
        hours_on_average,
        "{found:g} hours over the horizon, at most {allowed:g}",
        60,
        binds=lambda contract: contract.weekly_hours == "averaged",
    ),
    Rule(
        "hours exactly",
        hours_exactly,
        "{found:g} hours in the week, exactly {allowed:g}",
        60,
        binds=lambda contract: contract.weekly_hours == "exact",
    ),
    Rule("days a week", days_a_week, "{found:g} days in the week, at most {allowed:g}"),
    Rule("days in a row", days_in_a_row, "{found:g} days in a row, at most {allowed:g}"),
    Rule(
        "days of work",
        days_of_work,
        "{found:g} days of work in a row, at least {allowed:g}",
        binds=lambda contract: contract.min_consecutive_days > 1,
    ),
    Rule(
        "days off in a row",
        days_off,
        "{found:g} days off in a row, at least {allowed:g}",
        binds=lambda contract: contract.min_consecutive_days_off > 1,
    ),
    Rule(
        "weekends",
        weekends,
        "{found:g} weekends of four with work, at most {allowed:g}",
        binds=lambda contract: contract.max_weekends_in_four < _WEEKENDS,
    ),
    Rule(
        "nights in a row",
        nights_in_a_row,
        "{found:g} nights in a row, at most {allowed:g}",
        binds=lambda contract: (
            contract.max_nights_in_row < contract.max_consecutive_days
            or "days in a row" in contract.bend
        ),
    ),
    Rule(
        "succession",
        succession,
        "a start too early after the late end of the day before",
        binds=lambda contract: bool(contract.forbidden_successions),
    ),
    Rule("there", there, "work on a day on which the agent is not there"),
    Rule("times", times, "{found:g} minutes outside of the agent's times"),
)
"""Every rule that a tour is held against."""


def weekends_worked(tours: Tours) -> BoolArray:
    """Return by calendar week whether its Saturday or Sunday holds work, ``[W, N]``."""
    late = np.array([day.weekday() >= 5 for day in tours.terms.days])
    return tours.by_week(tours.works & late[:, None]) > 0


def overtime_minutes(tours: Tours) -> FloatArray:
    """Return the horizon's minutes beyond ordinary ones by week ``[W, N]``.

    Of the first week, those that shifts before the horizon leave; averaged ones are in the last.
    """
    terms = tours.terms
    over = np.zeros((len(terms.weeks), len(tours.agents)))
    if terms.contract.weekly_hours == "averaged":
        over[-1] = tours.paid[terms.before :].sum(axis=0) - terms.due.sum(axis=0)[tours.agents]
        return np.maximum(over, 0)
    week = terms.week_of(terms.before)
    ordinary = terms.minutes[week:, tours.agents]
    over[week:] = np.maximum(tours.by_week(tours.paid)[week:] - ordinary, 0)
    earlier = tours.paid[terms.weeks[week] : terms.before].sum(axis=0)
    over[week] -= np.maximum(earlier - ordinary[0], 0)
    return over


def _whole(amount: float) -> Measures:
    return np.asarray(round(amount), dtype=np.int32)


def _end_before(tours: Tours) -> Measures:
    """Return the end of the last shift before each day, long ago where there is none."""
    ends = np.where(tours.works, tours.end, -_FINE).astype(np.int32)
    found = np.full(ends.shape, -_FINE, dtype=np.int32)
    found[1:] = np.maximum.accumulate(ends, axis=0)[:-1]
    return found


def _start_after(tours: Tours) -> Measures:
    """Return the start of the next shift after each day, far off where there is none."""
    starts = np.where(tours.works, tours.start, _FINE).astype(np.int32)
    found = np.full(starts.shape, _FINE, dtype=np.int32)
    found[:-1] = np.minimum.accumulate(starts[::-1], axis=0)[::-1][1:]
    return found


def _run(marked: BoolArray) -> Measures:
    """Return on each marked day how many of them end there in a row, else 0."""
    number = np.arange(1, len(marked) + 1, dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(marked, np.int32(0), number), axis=0)
    return np.where(marked, number - last, 0).astype(np.int32)


def _known(tours: Tours, run: Measures) -> BoolArray:
    """Where a run's begin is known: the days before the horizon are, or it began later."""
    day = np.arange(1, len(run) + 1)[:, None]
    return np.asarray((tours.terms.before > 0) | (run < day))


def _week_lengths(tours: Tours) -> npt.NDArray[np.int64]:
    return np.diff(tours.terms.weeks, append=len(tours.terms.days))


def _pass_over_before(tours: Tours, weekly: Measures, fine: int) -> Measures:
    """Set values ``[W, N]`` of the first week where all its work lies before the horizon."""
    terms = tours.terms
    if terms.before > terms.weeks[week := terms.week_of(terms.before)]:
        stops = np.append(terms.weeks[1:], len(terms.days))
        weekly[week, ~tours.works[terms.before : stops[week]].any(axis=0)] = fine
    return weekly


def _on_last_day(tours: Tours, weekly: Measures, elsewhere: int) -> Measures:
    """Return values of weeks ``[W, N]`` on the last day of each, ``[D, N]``."""
    found = np.full(tours.works.shape, elsewhere, dtype=np.int32)
    found[np.append(tours.terms.weeks[1:], len(found)) - 1] = weekly
    return found
