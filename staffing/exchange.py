"""Places that nobody could take, taken after all by letting a colleague do another shift."""

from __future__ import annotations

import datetime as dt

from staffing.matching import NOBODY, Place, start_hour
from staffing.pools import Pool
from staffing.rules import Work, keeps_rules
from staffing.shifts import Shift

#: Tours looked at per pool before the search gives up; work, not time, so that results repeat.
_PATIENCE = 100_000


def exchange(
    pool: Pool, shifts: tuple[Shift, ...], places: list[Place], days: tuple[dt.date, ...]
) -> None:
    """Fill places that nobody takes, where one agent can take it and another one's shift moves.

    The places are changed where they stand; what no single exchange can fill stays empty.
    """
    search = _Search(pool, shifts, places, days)
    for place in places:
        if place.agent == NOBODY:
            search.fill(place)


class _Search:
    def __init__(
        self,
        pool: Pool,
        shifts: tuple[Shift, ...],
        places: list[Place],
        days: tuple[dt.date, ...],
    ) -> None:
        self.pool, self.left = pool, _PATIENCE
        self.tours: list[dict[int, Place]] = [{} for _ in range(int(pool.agents.max(initial=0)))]
        self.works: dict[tuple[int, int], Work] = {}
        for place in places:
            if place.agent != NOBODY:
                self.tours[place.agent][place.day] = place
            key = place.day, place.shift
            if key not in self.works:
                shift, day = shifts[place.shift], days[place.day]
                start = start_hour(shift, day, pool.timezone)
                end = start + (shift.end_minute - shift.start_minute) / 60
                self.works[key] = Work(day, start, end, shift.paid_hours)

    def fill(self, empty: Place) -> bool:
        """Give a place to an agent who can, if need be without one of the agent's own."""
        for agent in self._idle(empty.day):
            if self._fits(agent, empty):
                self._give(empty, agent)
                return True
        for agent in self._idle(empty.day):
            for own in list(self.tours[agent].values()):
                if self._fits(agent, empty, without=own) and self._pass_on(own, agent, empty):
                    return True
        return False

    def _pass_on(self, own: Place, agent: int, empty: Place) -> bool:
        """Move an agent's own shift to a colleague, and the agent to the empty place."""
        for colleague in self._idle(own.day):
            if colleague != agent and self._fits(colleague, own):
                del self.tours[agent][own.day]
                self._give(own, colleague)
                self._give(empty, agent)
                return True
        return False

    def _give(self, place: Place, agent: int) -> None:
        place.agent = agent
        self.tours[agent][place.day] = place

    def _idle(self, day: int) -> list[int]:
        employed = int(self.pool.agents[day])
        return [a for a in range(employed) if day not in self.tours[a]] if self.left > 0 else []

    def _fits(self, agent: int, added: Place, without: Place | None = None) -> bool:
        self.left -= 1
        places = [p for p in self.tours[agent].values() if p is not without]
        works = sorted(self.works[p.day, p.shift] for p in [*places, added])
        return self.left > 0 and keeps_rules(works, self.pool.contract)
