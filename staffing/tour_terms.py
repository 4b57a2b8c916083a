"""What the tours of a pool's agents must keep, what they cost, and the heads they should make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Kind of a day off in a tour.
OFF = -1


@dataclass(frozen=True, slots=True)
class AgentTerms:
    """What one agent's tour keeps, days and weekends counted over the whole horizon.

    Nothing is known of the days before and after the horizon: a run of work or of days off that
    touches either end may be as short as it likes, and none is longer than it is inside.

    Parameters
    ----------
    most
        Most shifts of each kind ``[S]``; 0 where a kind is not the agent's.
    least_minutes, most_minutes
        Minutes worked.
    shortest_run, longest_run
        Days worked in a row, each at least 1.
    shortest_rest
        Days off in a row, at least 1.
    most_weekends
        Weekends with any work.
    """

    most: tuple[int, ...]
    least_minutes: int
    most_minutes: int
    shortest_run: int
    longest_run: int
    shortest_rest: int
    most_weekends: int


@dataclass(frozen=True, slots=True)
class TourTerms:
    """A question to the tour search: agents ``A``, days ``D`` and kinds of shift ``S``.

    Parameters
    ----------
    agents
        What each agent's tour keeps ``[A]``.
    minutes
        Minutes of a shift of each kind ``[S]``.
    may_follow
        Whether the second kind may be worked on the day after the first ``[S, S]``.
    weekend
        Number of the weekend that a day belongs to, -1 for none ``[D]``. The days of a weekend are
        one or two in a row.
    price
        What it costs that an agent works a kind on a day instead of being off ``[A, D, S]``: below
        0 for a wish to work, infinite where it cannot be.
    wanted
        Heads wanted ``[D, S]``.
    under, over
        What a head too few and a head too many cost ``[D, S]``.

    Raises
    ------
    ValueError
        When shapes do not fit each other or an agent's terms contradict themselves.

    Examples
    --------
    >>> both = AgentTerms((2,), 480, 960, 1, 2, 1, 1)
    >>> one = np.ones((3, 1))
    >>> terms = TourTerms((both,), np.array([480]), np.ones((1, 1), bool), np.full(3, -1),
    ...     np.zeros((1, 3, 1)), np.ones((3, 1), int), 10 * one, one)
    >>> terms.value_of(np.array([[0, 0, OFF]]))
    10.0
    """

    agents: tuple[AgentTerms, ...]
    minutes: IntArray
    may_follow: BoolArray
    weekend: IntArray
    price: FloatArray
    wanted: IntArray
    under: FloatArray
    over: FloatArray

    def __post_init__(self) -> None:
        days, kinds = self.wanted.shape
        shapes = {
            "minutes": (self.minutes.shape, (kinds,)),
            "may_follow": (self.may_follow.shape, (kinds, kinds)),
            "weekend": (self.weekend.shape, (days,)),
            "price": (self.price.shape, (len(self.agents), days, kinds)),
            "under": (self.under.shape, (days, kinds)),
            "over": (self.over.shape, (days, kinds)),
        }
        faults = [
            f"{name} must have the shape {wanted}, got {got}"
            for name, (got, wanted) in shapes.items()
            if got != wanted
        ]
        if (self.minutes <= 0).any():
            faults.append("minutes must be above 0")
        if np.isnan(self.price).any() or np.isneginf(self.price).any():
            faults.append("price must be a number or infinite")
        if (self.under < 0).any() or (self.over < 0).any():
            faults.append("under and over must not be below 0")
        for a, terms in enumerate(self.agents):
            faults += [f"agent {a}: {fault}" for fault in _faults(terms, kinds)]
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def is_whole(self) -> bool:
        """Whether every tour and every head costs a whole number."""
        prices = self.price[np.isfinite(self.price)]
        parts = (prices, self.under, self.over)
        return all(bool((part == np.rint(part)).all()) for part in parts)

    def prices_of(self, agents: IntArray, tours: IntArray) -> FloatArray:
        """Return what tours ``[N, D]`` of agents ``[N]`` cost by themselves ``[N]``."""
        days = np.arange(tours.shape[1])
        each = self.price[agents[:, None], days, np.maximum(tours, 0)]
        total: FloatArray = np.where(tours == OFF, 0.0, each).sum(1)
        return total

    def heads_of(self, tours: IntArray) -> IntArray:
        """Return the heads that tours ``[N, D]`` make ``[D, S]``."""
        kinds = np.arange(self.minutes.size)
        heads: IntArray = (tours[:, :, None] == kinds).sum(0)
        return heads

    def cover_costs(self, heads: IntArray) -> FloatArray:
        """Return what heads too few and too many cost ``[D, S]``."""
        missing = self.wanted - heads
        costs: FloatArray = np.where(missing > 0, missing * self.under, -missing * self.over)
        return costs

    def value_of(self, tours: IntArray) -> float:
        """Return what the tours of all agents ``[A, D]`` cost, with the heads they make."""
        own = self.prices_of(np.arange(len(self.agents)), tours).sum()
        return float(own + self.cover_costs(self.heads_of(tours)).sum())


def _faults(terms: AgentTerms, kinds: int) -> list[str]:
    """Return what contradicts itself in an agent's terms."""
    faults = []
    if len(terms.most) != kinds:
        faults.append(f"most must be of {kinds} kinds, got {len(terms.most)}")
    if not 0 <= terms.least_minutes <= terms.most_minutes:
        faults.append("least_minutes must be from 0 to most_minutes")
    if not 1 <= terms.shortest_run <= terms.longest_run:
        faults.append("shortest_run must be from 1 to longest_run")
    if terms.shortest_rest < 1:
        faults.append("shortest_rest must be at least 1")
    if terms.most_weekends < 0:
        faults.append("most_weekends must not be below 0")
    return faults
