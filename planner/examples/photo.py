"""The photo lab's past: orders of November and December, one in five of which makes a contact."""

from __future__ import annotations

import datetime

from forecasting.calendars import event_dates
from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, Effect, QueueSpec, Shape
from planner.examples.orders import Orders

CONTACTS_PER_ORDER = 0.2  # published
ORDERS_A_MONTH = 65_000  # ours: keeps 15 people busy in normal times (published)
QUEUES: dict[str, tuple[float, float, Shape]] = {  # share of contacts, AHT in seconds: ours
    "phone": (0.35, 300.0, LIVE_SHAPE),
    "email": (0.65, 320.0, WRITTEN_SHAPE),
}
# Twelve months whose last two carry the year, ours: 60 people at Christmas is published.
SEASON = (0.8, 0.75, 0.75, 0.75, 0.85, 0.85, 0.8, 0.75, 0.8, 0.95, 1.7, 2.6)
FIRST_DAY, LAST_DAY = datetime.date(2023, 1, 1), datetime.date(2026, 10, 31)
LAST_PLANNED = datetime.date(2026, 12, 27)  # the horizon's last day
FORESEEN = datetime.date(2027, 7, 4)  # the end of the year that capacity looks at
# Sales, ours: the plan has a sale in mid-November, which no year before it had.
BLACK_FRIDAY = (1.5, 1.4, 1.3, 1.5)
SALES = {
    friday + datetime.timedelta(days=i): factor
    for friday in event_dates("black_friday", "FR", 2022, 2026)
    for i, factor in enumerate(BLACK_FRIDAY)
} | {datetime.date(2026, 11, day): 1.6 for day in (17, 18)}
ORDERS = Orders(
    ORDERS_A_MONTH,
    FIRST_DAY,
    LAST_PLANNED,
    weekday=(1.05, 1.0, 0.95, 0.95, 0.9, 0.95, 1.2),
    season=SEASON,
    growth=0.05,
    sales=SALES,
    foreseen_until=FORESEEN,
)
# Gifts must arrive: orders end a week before; "where is my parcel" until the eve.
CHRISTMAS = {offset: 1.0 + 0.08 * (14 + offset) for offset in range(-13, -1)} | {0: 0.6, 1: 1.3}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=ORDERS_A_MONTH * CONTACTS_PER_ORDER * share,
            opening=((8.0, 20.0),) * 5 + ((9.0, 18.0), None),
            weekday=(1.3, 1.15, 1.05, 1.0, 0.95, 0.55, 0.0),
            shape=shape,
            aht_s=aht_s,
            effects=(
                Effect("mothers_day", {-5: 1.15, -4: 1.2, -3: 1.25, -2: 1.25, -1: 1.2, 0: 1.2}),
                Effect("christmas", CHRISTMAS),
            ),
            holiday=0.5,
        )
        for name, (share, aht_s, shape) in QUEUES.items()
    ),
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    orders=ORDERS,
)
