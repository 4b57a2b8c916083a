"""An empty store, and what the simplest plan of one is."""

import datetime as dt
from collections.abc import Iterator

import pytest

from planner.store.database import Store
from planner.store.jobs import Asked

ASKED = Asked(
    name="Valentine's week",
    scenario="Florist",
    variants=("tenfold",),
    first_day=dt.date(2027, 2, 8),
    days=7,
    seed=1,
    currency="EUR",
    program_version="0.1.0",
)


@pytest.fixture
def asked() -> Asked:
    return ASKED


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        yield opened
