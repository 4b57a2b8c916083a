"""The price at which the mix of pools would switch: hours bought as a function of one price."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: Share of what is bought between least and most that counts as none.
_NOTHING = 0.005
#: Narrowest stretch of prices looked into, as a share of the whole range.
_NARROW = 0.002
#: How near a price that is tried may come to those known, as a share of the stretch between them.
_EDGE = 0.01
#: So near an end of its stretch, as a share of it, the switch is that end.
_AT_END = 1e-4


@dataclass(frozen=True, slots=True)
class Bought:
    """What the cheapest mix buys of a pool at one price, and what the whole mix then costs."""

    price: float
    amount: float
    cost: float


@dataclass(frozen=True, slots=True)
class PriceCurve:
    """What is bought of a pool at each price tried, the lowest first.

    Examples
    --------
    Fifty hours up to 24, and five beyond: what the mixes cost says where they switch.

    >>> tried = [(10, 50, 500), (20, 50, 1000), (30, 5, 1230), (80, 5, 1480)]
    >>> curve = PriceCurve(tuple(Bought(*one) for one in tried))
    >>> curve.most, curve.least, curve.all_below, curve.none_above, curve.half_at
    (50, 5, 24.0, 24.0, 24.0)
    >>> curve.corners()
    [(10, 50), (24.0, 50), (24.0, 5), (80, 5)]
    """

    points: tuple[Bought, ...]

    @property
    def most(self) -> float:
        """The most that is bought at any price tried."""
        return max(point.amount for point in self.points)

    @property
    def least(self) -> float:
        """The least that is bought, such as a minimum."""
        return min(point.amount for point in self.points)

    @property
    def moves(self) -> bool:
        """Whether the price changes what is bought."""
        return self.most - self.least > _NOTHING * max(self.most, 1.0)

    @property
    def all_below(self) -> float:
        """Price up to which all is bought."""
        return self._through(self.most - _NOTHING * (self.most - self.least))

    @property
    def none_above(self) -> float:
        """Price beyond which no more than the least is bought."""
        return self._through(self.least + _NOTHING * (self.most - self.least))

    @property
    def half_at(self) -> float:
        """Price at which what is bought falls through the middle between most and least."""
        return self._through((self.most + self.least) / 2)

    def _through(self, amount: float) -> float:
        """Return the price at which what is bought falls through an amount, else the last."""
        for left, right in itertools.pairwise(self.points):
            if left.amount >= amount > right.amount:
                return left.price + _switch(left, right) * (right.price - left.price)
        return self.points[-1].price

    def corners(self) -> list[tuple[float, float]]:
        """Return the steps' corners (price, amount), each step where its two mixes cost the same.

        Where more prices would find more steps in between, it is the one that stands for them.
        """
        steps = [(self.points[0].price, self.points[0].amount)]
        for left, right in itertools.pairwise(self.points):
            if left.amount != right.amount:
                at = left.price + _switch(left, right) * (right.price - left.price)
                steps += [(at, left.amount), (at, right.amount)]
        return list(dict.fromkeys([*steps, (self.points[-1].price, self.points[-1].amount)]))


def price_curve(
    buy: Callable[[float], Bought],
    low: float,
    high: float,
    known: tuple[Bought, ...] = (),
    *,
    points: int = 12,
) -> Iterator[PriceCurve]:
    """Yield the curve of a pool's price from ``low`` to ``high``, finer with each price tried.

    Parameters
    ----------
    buy
        Solves the mix at a price.
    low, high
        Ends of the range.
    known
        Prices already solved, such as today's.
    points
        Most prices on the curve, those known and both ends among them.

    Raises
    ------
    ValueError
        Unless ``low < high`` and there are two points or more.

    Notes
    -----
    The cost is the least over all mixes, each a straight line in the price: it is concave, and what
    is bought can only fall. A stretch between two prices is looked into where what is bought
    differs at its ends, the one with the largest rectangle of price and amount first. The price
    tried is the one at which the two mixes found at the ends cost the same, which is the switch
    itself unless a third mix is cheaper there.

    Examples
    --------
    Up to a price of 24 all ten hours, beyond it two, which are its minimum:

    >>> def buy(price):
    ...     dear, cheap = 10 * price, 2 * price + 8 * 24
    ...     return Bought(price, 10.0, dear) if dear <= cheap else Bought(price, 2.0, cheap)
    >>> *_, curve = price_curve(buy, 10.0, 80.0)
    >>> curve.half_at, [(point.price, point.amount) for point in curve.points]
    (24.0, [(10.0, 10.0), (24.0, 10.0), (80.0, 2.0)])
    """
    if not (low < high and points >= 2):
        message = (
            f"the range must have low < high and 2 points at least, got {low}, {high}, {points}"
        )
        raise ValueError(message)
    found = {point.price: point for point in known if low <= point.price <= high}
    for end in (low, high):
        if end not in found:
            found[end] = buy(end)
    yield _curve(found)
    while len(found) < points:
        price = _next_price(_curve(found), _NARROW * (high - low))
        if price is None:
            break
        found[price] = buy(price)
        yield _curve(found)


def _curve(found: dict[float, Bought]) -> PriceCurve:
    return PriceCurve(tuple(found[price] for price in sorted(found)))


def _next_price(curve: PriceCurve, narrow: float) -> float | None:
    """Return the price to try next, None where every stretch is flat, narrow or settled."""
    nothing = _NOTHING * max(curve.most, 1.0)
    widest, found = 0.0, None
    for left, right in itertools.pairwise(curve.points):
        width, fall, at = right.price - left.price, left.amount - right.amount, _switch(left, right)
        settled = min(at, 1.0 - at) < _AT_END
        if width > narrow and fall > nothing and not settled and width * fall > widest:
            widest, found = width * fall, left.price + width * min(max(at, _EDGE), 1.0 - _EDGE)
    return found


def _switch(left: Bought, right: Bought) -> float:
    """Return where two prices' mixes cost the same, as a share of the way between the prices.

    In the middle where no such price lies between them: more is billed than is bought.
    """
    width, fall = right.price - left.price, left.amount - right.amount
    if fall <= 0:
        return 0.5
    at = (right.cost - left.cost - right.amount * width) / fall / width
    return min(max(at, 0.0), 1.0) if -_AT_END <= at <= 1.0 + _AT_END else 0.5
