"""A queue as staffing sees it: what the customer was promised, and how long the customer waits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from staffing.starting import NOTHING_WAITS, Backlog


@dataclass(frozen=True, slots=True)
class Target:
    """Promise of a queue answered at once: telephone, chat, messaging.

    Parameters
    ----------
    service_level
        Share of offered contacts answered within ``answer_within_s``, in (0, 1); None: no such
        promise.
    answer_within_s
        Threshold of the service level in seconds.
    over
        Whether the share is kept in every interval, or over the day or week, contacts weighing;
        all other promises are kept in every interval.
    max_occupancy
        Highest share of time that agents may be on contacts, in (0, 1].
    max_abandonment
        Highest share of offered contacts that may hang up, in (0, 1).
    max_asa_s
        Highest mean wait of answered contacts in seconds.
    minimum
        Positions kept whenever the queue expects a contact.
    """

    service_level: float | None = 0.80
    answer_within_s: float = 20.0
    over: Literal["interval", "day", "week"] = "interval"
    max_occupancy: float | None = None
    max_abandonment: float | None = None
    max_asa_s: float | None = None
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """Promise of a queue whose work may wait: e-mail, tickets, social networks.

    Parameters
    ----------
    reply_within_hours
        Hours from arrival to reply.
    share
        Share of contacts for which that must hold, in (0, 1].
    clock
        Whether the hours run always ("calendar") or only while the queue is open.
    max_occupancy
        Share of their time that agents are planned to be busy with such work, in (0, 1]; the rest
        is there for days that bring more.
    """

    reply_within_hours: float = 24.0
    share: float = 0.90
    clock: Literal["calendar", "open"] = "calendar"
    max_occupancy: float = 0.90


@dataclass(frozen=True, slots=True)
class Queue:
    """A stream of contacts that asks for one skill.

    Parameters
    ----------
    name
        Name, unique in a scenario.
    target
        A ``Target`` when customers wait on the line, a ``Promise`` when the work may wait.
    patience_s
        Mean time a customer would wait before hanging up; infinite: nobody hangs up.
    concurrency
        Contacts that one agent handles at the same time (chat); the AHT is the one measured there.
    aht_alone_s
        Handling time in seconds with one contact open, where agents slow down with each that is
        added; the AHT is that with ``concurrency`` open, and between them it rises by equal steps.
        None: the same however many are open.
    priority
        Turn among the queues that an agent serves: lower numbers are answered first, the longest
        waiting first among equals. The simulation's alone.
    backlog
        Contacts that wait already when the horizon begins; none but where the work may wait.

    Raises
    ------
    ValueError
        Where contacts wait at a queue that is answered at once.

    Examples
    --------
    >>> Queue("fr-phone", Target(0.8, 20), patience_s=180).deferred
    False
    >>> Queue("fr-email", Promise(reply_within_hours=7)).deferred
    True
    """

    name: str
    target: Target | Promise
    patience_s: float = math.inf
    concurrency: int = 1
    aht_alone_s: float | None = None
    priority: int = 0
    backlog: Backlog = NOTHING_WAITS

    def __post_init__(self) -> None:
        """Check that only work that may wait waits."""
        if self.backlog.contacts > 0 and not self.deferred:
            message = (
                f"{self.name} is answered at once and must have no backlog, got {self.backlog}"
            )
            raise ValueError(message)

    @property
    def deferred(self) -> bool:
        """Whether the queue's work may wait."""
        return isinstance(self.target, Promise)
