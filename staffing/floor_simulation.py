"""Several queues served by teams with shared skills, simulated event by event."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush, merge

import numpy as np

from staffing.drawn import FloatArray, IntArray

LOST = -1.0  # in the place of the moment at which a contact is taken up


@dataclass(frozen=True, slots=True)
class Line:
    """A queue as the floor knows it.

    Parameters
    ----------
    deferred
        Whether its work may wait.
    priority
        Lower numbers are answered first; the longest waiting first among equals.
    paces
        How fast each of an agent's 1, 2, 3 ... contacts is handled, against all at once.
    closings
        Moments at which those who still wait are sent away, in seconds, ascending.
    """

    deferred: bool
    priority: int
    paces: tuple[float, ...]
    closings: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """A team's whole agents in one replication.

    Parameters
    ----------
    on_duty
        Agents in each interval ``[I]``.
    quota
        Agents planned to be on each deferred queue's work, by its number ``[I]``; fractions are a
        part of their time.
    speed
        Speed at each queue that it serves, by its number.
    """

    on_duty: IntArray
    quota: Mapping[int, FloatArray]
    speed: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Contacts of all queues in order of arrival ``[C]``, in seconds.

    Parameters
    ----------
    times, queue, handling_s
        Arrival, queue and seconds of handling with all of an agent's places taken.
    leaves, due
        When the customer hangs up, and when a reply is due; infinite: never.
    """

    times: FloatArray
    queue: IntArray
    handling_s: FloatArray
    leaves: FloatArray
    due: FloatArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """When each contact is taken up (``LOST``: never), leaves the queue, and is done ``[C]``."""

    taken: FloatArray
    left: FloatArray
    done: FloatArray


def run_floor(
    lines: Sequence[Line], crews: Sequence[Crew], arrivals: Arrivals, interval_s: int, seed: int
) -> Outcome:
    """Return what becomes of each contact.

    Parameters
    ----------
    lines, crews
        Queues and teams.
    arrivals
        The contacts.
    interval_s
        Length of an interval in seconds: the numbers of agents change at its boundaries.
    seed
        For the choice of the busy agents who leave when a team becomes smaller.

    Notes
    -----
    A contact answered at once goes to an idle agent of the team with the fewest skills, or to the
    agent with the fewest contacts of its kind in hand who has room for one more; otherwise it
    waits. An agent who is free takes work that may wait, what is due first, as long as the team has
    given that queue less time than planned for it so far, time without work not counted; then the
    customer of the lowest priority number who has waited longest. Nobody is interrupted. When a
    team becomes smaller idle agents leave first, then busy ones once they have finished what they
    have in hand.

    Examples
    --------
    One agent; the second customer waits for the first to be handled:

    >>> line = Line(deferred=False, priority=0, paces=(1.0,), closings=())
    >>> crew = Crew(np.array([1]), {}, {0: 1.0})
    >>> came = Arrivals(np.array([0.0, 10.0]), np.zeros(2, np.int64), np.full(2, 60.0),
    ...     np.full(2, np.inf), np.full(2, np.inf))
    >>> run_floor([line], [crew], came, 900, 1).taken.tolist()
    [0.0, 60.0]
    """
    state = _State(lines, crews, arrivals, seed)
    state.run(interval_s)
    answered = np.array(state.taken) >= 0
    left = np.where(answered, state.taken, state.left)
    return Outcome(np.array(state.taken), left, np.array(state.done))


class _Agent:
    """An agent, the queue worked for (-1: idle) and the contacts in hand: [seconds left, number]."""  # noqa: E501

    __slots__ = ("hands", "leaving", "queue", "since", "team", "version")

    def __init__(self, team: _Team) -> None:
        self.team, self.queue, self.hands = team, -1, list[list[float]]()
        self.since, self.version, self.leaving = 0.0, 0, False


class _Team:
    """A crew at work: who is idle, who is busy, and the time planned for deferred work."""

    __slots__ = ("busy", "crew", "deferred", "idle", "live", "on_work", "room", "spent", "until")

    def __init__(self, crew: Crew, lines: Sequence[Line]) -> None:
        self.crew, self.idle, self.busy = crew, list[_Agent](), set[_Agent]()
        self.live = [q for q in crew.speed if not lines[q].deferred]
        self.deferred = [q for q in crew.quota if lines[q].deferred]
        self.on_work = dict.fromkeys(self.deferred, 0)  # agents
        self.room = dict.fromkeys(self.deferred, 0.0)  # agents planned now
        self.until = dict.fromkeys(self.deferred, 0.0)  # seconds planned until now, less those lost
        self.spent = dict.fromkeys(self.deferred, 0.0)  # seconds given

    def may(self, q: int, elapsed: float) -> bool:
        """Whether an agent may turn to a deferred queue's work, some seconds into the interval."""
        room = self.room[q]
        return self.on_work[q] < room and self.spent[q] <= self.until[q] + room * elapsed + 1e-6

    def plan(self, q: int, interval: int, interval_s: float, *, waits: bool) -> None:
        """Begin an interval: what was planned before is lost where no work waits for it."""
        self.until[q] += self.room[q] * interval_s
        if not waits and self.on_work[q] == 0:
            self.until[q] = min(self.until[q], self.spent[q])
        self.room[q] = float(self.crew.quota[q][interval])


class _State:
    """The state of the floor between two events."""

    def __init__(
        self, lines: Sequence[Line], crews: Sequence[Crew], arrivals: Arrivals, seed: int
    ) -> None:
        self.lines, self.chance = lines, random.Random(seed)
        self.teams = [_Team(crew, lines) for crew in crews]
        self.teams_of = [
            sorted((t for t in self.teams if q in t.crew.speed), key=lambda t: len(t.crew.speed))
            for q in range(len(lines))
        ]
        self.times, self.queue = arrivals.times.tolist(), arrivals.queue.tolist()
        self.work, self.due = arrivals.handling_s.tolist(), arrivals.due.tolist()
        self.leaves, self.left = arrivals.leaves.tolist(), arrivals.leaves.tolist()
        self.taken, self.done = [LOST] * len(self.times), [math.inf] * len(self.times)
        self.waiting: list[deque[int]] = [deque() for _ in lines]
        self.sharing: list[set[_Agent]] = [set() for _ in lines]  # agents with room for one more
        self.events: list[tuple[float, int, _Agent, int]] = []
        self.number = 0
        self.began = 0.0  # when the agents' numbers last changed

    def run(self, interval_s: int) -> None:
        """Let time pass until nothing is left to happen."""
        moments = self._moments(interval_s)
        change, what = next(moments, (math.inf, _nothing))  # nobody serves some queues
        for contact, now in enumerate(self.times):
            while change <= now:
                self._until(change)
                what()
                change, what = next(moments, (math.inf, _nothing))
            self._until(now)
            self._arrive(contact, now)
        while change < math.inf:
            self._until(change)
            what()
            change, what = next(moments, (math.inf, _nothing))
        self._until(math.inf)

    def _moments(self, interval_s: int) -> Iterator[tuple[float, Callable[[], None]]]:
        """Yield when numbers of agents change and queues close, with what is to be done then."""
        closings = sorted((at, q) for q, line in enumerate(self.lines) for at in line.closings)
        changes = ((i * float(interval_s), -1, i) for i in _changes(self.teams))
        for at, q, i in merge(changes, ((at, q, 0) for at, q in closings)):
            yield at, (partial(self._change, at, i) if q < 0 else partial(self._close, at, q))

    def _until(self, now: float) -> None:
        """Let everything end that ends before a moment."""
        events = self.events
        while events and events[0][0] <= now:
            at, _, agent, version = heappop(events)
            if agent.version == version:
                self._finish(agent, at)

    def _arrive(self, contact: int, now: float) -> None:
        q = self.queue[contact]
        if self.leaves[contact] <= now:  # nobody takes calls: the queue is closed
            return
        if self.lines[q].deferred:
            self.waiting[q].append(contact)
            for team in self.teams_of[q]:
                if team.idle and q in team.room and team.may(q, now - self.began):
                    self._next(team.idle.pop(), now)
                    return
            return
        for team in self.teams_of[q]:
            if team.idle:
                self._start(team.idle.pop(), contact, now)
                return
        if self.sharing[q]:
            self._start(min(self.sharing[q], key=_fewest), contact, now)
            return
        self.waiting[q].append(contact)

    def _start(self, agent: _Agent, contact: int, now: float) -> None:
        """Put a contact into an agent's hands."""
        q, team = self.queue[contact], agent.team
        self.taken[contact] = now
        line = self.lines[q]
        if agent.queue < 0:
            agent.queue = q
            team.busy.add(agent)
            if line.deferred:
                team.on_work[q] += 1
                team.spent[q] += self.work[contact] / team.crew.speed[q]
        else:
            self._progress(agent, now)
        agent.hands.append([self.work[contact] / team.crew.speed[q], contact])
        agent.since = now
        self._schedule(agent)

    def _progress(self, agent: _Agent, now: float) -> None:
        """Take what was done since the last change off the contacts in hand."""
        paces = self.lines[agent.queue].paces
        worked = (now - agent.since) * paces[len(agent.hands) - 1]
        for hand in agent.hands:
            hand[0] -= worked
        agent.since = now

    def _schedule(self, agent: _Agent) -> None:
        """Note when the agent's next contact ends, and whether there is room for one more."""
        hands, paces = agent.hands, self.lines[agent.queue].paces
        agent.version += 1
        self.number += 1
        first = hands[0][0] if len(hands) == 1 else min(hands)[0]
        end = agent.since + max(first, 0.0) / paces[len(hands) - 1]
        heappush(self.events, (end, self.number, agent, agent.version))
        if len(paces) > 1:
            if len(hands) < len(paces) and not agent.leaving:
                self.sharing[agent.queue].add(agent)
            else:
                self.sharing[agent.queue].discard(agent)

    def _finish(self, agent: _Agent, now: float) -> None:
        """End the contact of an agent that is done first."""
        hands, q = agent.hands, agent.queue
        if len(hands) > 1:
            self._progress(agent, now)
            ended = min(hands)
            hands.remove(ended)
            self.done[int(ended[1])] = now
            if not agent.leaving:
                self._fill(agent, now)
            self._schedule(agent)
            return
        self.done[int(hands.pop()[1])] = now
        self.sharing[q].discard(agent)
        team = agent.team
        team.busy.discard(agent)
        if self.lines[q].deferred:
            team.on_work[q] -= 1
        agent.queue = -1
        agent.version += 1
        if not agent.leaving:
            self._next(agent, now)

    def _fill(self, agent: _Agent, now: float) -> None:
        """Give waiting contacts of the same queue to an agent who has room for more."""
        q = agent.queue
        while len(agent.hands) < len(self.lines[q].paces):
            contact = self._head(q, now)
            if contact < 0:
                return
            self.waiting[q].popleft()
            self._start(agent, contact, now)

    def _head(self, q: int, now: float) -> int:
        """Return the customer who has waited longest and is still there, -1 for nobody."""
        waiting, leaves = self.waiting[q], self.leaves
        while waiting and leaves[waiting[0]] <= now:
            waiting.popleft()
        return waiting[0] if waiting else -1

    def _next(self, agent: _Agent, now: float) -> None:
        """Give an agent with empty hands the next contact, or nothing to do."""
        team, best, first = agent.team, -1, (math.inf, math.inf)
        for q in team.deferred:
            if self.waiting[q] and team.may(q, now - self.began):
                due = (self.due[self.waiting[q][0]], 0.0)
                if due < first:
                    best, first = q, due
        if best < 0:
            for q in team.live:
                contact = self._head(q, now) if self.waiting[q] else -1
                if contact >= 0:
                    turn = (self.lines[q].priority, self.times[contact])
                    if turn < first:
                        best, first = q, turn
        if best < 0:
            team.idle.append(agent)
            return
        self._start(agent, self.waiting[best].popleft(), now)
        if len(self.lines[best].paces) > 1:
            self._fill(agent, now)

    def _change(self, now: float, interval: int) -> None:
        """Bring every team to its numbers of an interval."""
        length, self.began = now - self.began, now
        for team in self.teams:
            crew = team.crew
            for q in team.deferred:
                team.plan(q, interval, length, waits=bool(self.waiting[q]))
            staying = [agent for agent in team.busy if not agent.leaving]
            more = int(crew.on_duty[interval]) - len(staying) - len(team.idle)
            while more < 0 and team.idle:
                team.idle.pop()
                more += 1
            if more < 0:
                staying.sort(key=_number)  # a set has no order that is the same every time
                for agent in self.chance.sample(staying, -more):
                    agent.leaving = True
                    self.sharing[agent.queue].discard(agent)
            free, team.idle = [*team.idle, *(_Agent(team) for _ in range(more))], []
            for agent in free:
                self._next(agent, now)

    def _close(self, now: float, q: int) -> None:
        """Send away who still waits."""
        for contact in self.waiting[q]:
            self.left[contact] = min(self.leaves[contact], now)
        self.waiting[q].clear()


def _changes(teams: Sequence[_Team]) -> list[int]:
    """Return the intervals at whose start something is to be done: all, where work may wait."""
    rows = [team.crew.on_duty for team in teams]
    if any(team.deferred for team in teams):
        return list(range(len(rows[0])))
    moves = (np.diff(np.array(rows), axis=1) != 0).any(axis=0) if rows else np.zeros(0)
    return [0, *(np.flatnonzero(moves) + 1).tolist()] if rows else []


def _nothing() -> None:
    """Do nothing."""


def _fewest(agent: _Agent) -> tuple[int, float]:
    return len(agent.hands), agent.hands[0][1]


def _number(agent: _Agent) -> float:
    return agent.hands[0][1]
