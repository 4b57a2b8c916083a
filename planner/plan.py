"""The answer: every stage's result side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from forecasting.forecast import Forecast
from forecasting.history import History
from planner.scenario.model import Scenario
from staffing.allocation import Allocation
from staffing.costing import PoolCost
from staffing.pools import Pool
from staffing.projection import Projection
from staffing.queues import Queue
from staffing.requirement import Requirement
from staffing.roster import Roster


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a centre before anyone is put to work, ``[Q, I]`` by stage."""

    histories: tuple[History, ...]
    forecast: Forecast
    queues: tuple[Queue, ...]
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class Plan:
    """A costed plan, from the history that it started from to the service that it buys.

    ``times`` is the UTC interval axis, ``days`` the horizon's local days; every ``[Q, I]`` array of
    a stage is on them, queues in the scenario's order. ``seconds`` says how long each stage took.
    """

    scenario: Scenario
    variants: tuple[str, ...]
    times: pd.DatetimeIndex
    days: tuple[dt.date, ...]
    interval_s: int
    histories: tuple[History, ...]
    forecast: Forecast
    queues: tuple[Queue, ...]
    requirement: Requirement
    pools: tuple[Pool, ...]
    allocation: Allocation
    roster: Roster
    projection: Projection
    costs: tuple[PoolCost, ...]
    seconds: Mapping[str, float]
    notes: tuple[str, ...]
