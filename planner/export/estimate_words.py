"""What a history tells of its queues, in words, and in lines to paste into the scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.estimate import Checked, QueueEstimate
    from planner.found_patience import FoundPatience
    from staffing.estimation import HandlingTime, Redials
    from staffing.fitting import Fit

_WIDTH = 96  # of a line of notes
_FROM = {
    "contacts": "hung up after a wait",
    "intervals": "hung up",
    "hang-ups": "hung up, by Erlang A",
}


def estimates_text(found: Sequence[QueueEstimate], name: str, file: str) -> str:
    """Return the estimates of all queues as a person reads them."""
    head = f"{name or 'This scenario'}: what {Path(file).name} tells of its queues"
    return "\n\n".join([head, *("\n".join(_queue(one)) for one in found)])


def estimate_document(found: Sequence[QueueEstimate]) -> dict[str, Any]:
    """Return the estimates for JSON; what has no end, or is not known, is null."""
    queues: list[Any] = [_plain(asdict(one)) for one in found]
    return {"queues": queues}


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a dataclass holds)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _queue(one: QueueEstimate) -> list[str]:
    if one.first_day is None:
        return [f"{one.queue}: no rows before the horizon"]
    known = ""
    if one.patience is not None or one.of_known_outcome:
        known = f", {one.of_known_outcome:,.0f} of known outcome"
    lines = [
        f"{one.queue}: {one.contacts:,.0f} contacts from {one.first_day} to {one.last_day}{known}"
    ]
    if one.handling:
        lines.append(_row("handling time", f"{one.handling.mean_s:,.0f} s", _of_time(one.handling)))
    if one.patience:
        lines += _patience(one.patience)
    if one.availability:
        lines.append(_row("availability", f"{one.availability.value:.2f}", _of(one.availability)))
    if one.redials:
        lines.append(_row("redials", f"{one.redials.share:.0%}", _again(one.redials)))
    lines += _check(one)
    lines += [line for note in one.notes for line in _noted(note)]
    return [*lines, *_paste(one)]


def _row(what: str, value: str, more: str) -> str:
    return f"  {what:<14} {value:>9}   {more}".rstrip()


def _of_time(handling: HandlingTime) -> str:
    if not handling.by_contact:
        return "mean of the intervals, weighted by contacts"
    short = f", {handling.very_short:.0%} under 10 s" if handling.very_short is not None else ""
    spread = f"standard deviation {handling.variation:.1f} times the mean"
    return f"half under {handling.median_s:,.0f} s, {spread}{short}"


def _patience(patience: FoundPatience) -> list[str]:
    counted = f"{patience.hangups:,.0f} {_FROM[patience.how]}"
    if patience.mean_s is None:
        return [_row("patience", "unknown", f"{patience.low_s:,.0f} s or more (95 %); {counted}")]
    limits = f"95 %: {patience.low_s:,.0f} to {patience.high_s:,.0f} s; {counted}"
    lines = [_row("patience", f"{patience.mean_s:,.0f} s", limits)]
    told = patience.told
    if told and told.median_s is not None and told.exponential_median_s is not None:
        text = (
            f"half gone after {told.median_s:,.0f} s as it was, "
            f"{told.exponential_median_s:,.0f} s as Erlang A has it"
        )
        lines.append(_row("", "", text))
    return lines


def _of(found: Fit) -> str:
    return f"95 %: {found.low:.2f} to {found.high:.2f}; of agents on duty, by Erlang A"


def _again(found: Redials) -> str:
    return (
        f"of hang-ups, +- {1.96 * found.standard_error:.0%}: {found.after_hangup:.0%} came again "
        f"in {found.within_hours:g} h, {found.after_answer:.0%} of those answered"
    )


def _check(one: QueueEstimate) -> list[str]:
    if not one.checks:
        return []
    within = f"in {one.answer_within_s:g} s"
    head = f"  {'the same past:':<26} {'hung up':>9} {'answered ' + within:>17}"
    return [head, *(_checked(check) for check in one.checks)]


def _checked(check: Checked) -> str:
    shares = [
        "unknown" if share is None else f"{share:.1%}"
        for share in (check.abandonment, check.service_level)
    ]
    return f"    {check.label:<24} {shares[0]:>9} {shares[1]:>17}"


def _noted(note: str) -> list[str]:
    return wrap(note, _WIDTH, initial_indent="  note: ", subsequent_indent=" " * 8)


def _paste(one: QueueEstimate) -> list[str]:
    lines = []
    if one.handling:
        lines.append(f"    aht_s: {one.handling.mean_s:.0f}")
    if one.patience and one.patience.mean_s is not None:
        lines.append(f"    patience_s: {one.patience.mean_s:.0f}")
    result = ["  to paste into the queue:", *lines] if lines else []
    if one.availability and one.availability.value < 1:
        text = (
            f"in its pools, a shrinkage of s that leaves this availability out becomes "
            f"1 - {one.availability.value:.2f} x (1 - s), such as "
            f"{1 - one.availability.value * 0.7:.2f} for 0.30"
        )
        result += wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return result
