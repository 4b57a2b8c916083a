"""The pages, in the order of the menu; the first is the one that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.data import DATA
from dashboard.pages.demand import DEMAND
from dashboard.pages.overview import OVERVIEW
from dashboard.pages.roster import ROSTER
from dashboard.pages.scenarios import SCENARIOS
from dashboard.pages.sourcing import SOURCING
from dashboard.pages.staffing import STAFFING

if TYPE_CHECKING:
    from dashboard.page import Page

PAGES: tuple[Page, ...] = (OVERVIEW, DEMAND, STAFFING, SOURCING, ROSTER, SCENARIOS, DATA)
