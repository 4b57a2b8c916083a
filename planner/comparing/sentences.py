"""What a comparison comes to, in sentences: the cheapest, the dearest, the promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.comparing.comparison import change
from planner.export.wording import counted, money, number, percent

if TYPE_CHECKING:
    from planner.comparing.comparison import Comparison
    from planner.outcome import Outcome

_SAME = 5e-4  # of the cost: a smaller difference is within what whole heads cost


def sentences(found: Comparison) -> list[str]:
    """Return the comparison in a few sentences, numbers as a page has them."""
    if len(found.outcomes) < 2:
        return []
    return [*_cost_sentences(found), *_promise_sentences(found), *_missing_sentences(found)]


def against(one: Outcome, first: Outcome) -> str:
    """Return how much dearer or cheaper than the first plan, in words; "" for itself."""
    part = change(one.cost, first.cost)
    if one is first or part != part:
        return ""
    if abs(part) < _SAME:
        return f"as dear as {first.name}"
    return f"{percent(abs(part), 1)} {'dearer' if part > 0 else 'cheaper'} than {first.name}"


def _cost_sentences(found: Comparison) -> list[str]:
    first, currency = found.first, found.currency
    by_cost = sorted(found.outcomes, key=lambda one: one.cost)
    told = []
    for word, one in (("Cheapest", by_cost[0]), ("Dearest", by_cost[-1])):
        apart = against(one, first)
        tail = f", {apart}" if apart else ""
        told.append(f"{word} is {one.name}: {money(one.cost, currency)}{tail}.")
    return (
        told
        if by_cost[-1].cost - by_cost[0].cost > _SAME * abs(first.cost)
        else [f"All cost the same: {money(first.cost, currency)}."]
    )


def _promise_sentences(found: Comparison) -> list[str]:
    kept = sorted((one for one in found.outcomes if one.promises_met), key=lambda one: one.cost)
    if len(kept) == len(found.outcomes):
        return ["Every plan keeps every promise, over all its days together."]
    if not kept:
        least = min(found.outcomes, key=lambda one: len(one.below))
        return [
            f"No plan keeps every promise; {least.name} comes nearest, with "
            f"{counted(len(least.below), 'queue')} below."
        ]
    return [
        f"{len(kept)} of {len(found.outcomes)} keep every promise, over all their days together; "
        f"the cheapest of them is {kept[0].name}, for {money(kept[0].cost, found.currency)}."
    ]


def _missing_sentences(found: Comparison) -> list[str]:
    worst = max(found.outcomes, key=lambda one: one.understaffing_hours)
    least = min(found.outcomes, key=lambda one: one.understaffing_hours)
    if worst.understaffing_hours < 0.5:
        return []
    return [
        f"Most is missing in {worst.name}: {number(worst.understaffing_hours, 1)} hours, on the "
        f"line or overdue; least in {least.name}: {number(least.understaffing_hours, 1)}."
    ]
