"""The pages, in the order of the menu; the first is the one that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.demand import DEMAND
from dashboard.pages.overview import OVERVIEW
from dashboard.pages.staffing import STAFFING

if TYPE_CHECKING:
    from dashboard.page import Page

PAGES: tuple[Page, ...] = (OVERVIEW, DEMAND, STAFFING)
