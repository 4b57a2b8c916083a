"""The starter's past: one year of a small shop, in half hours."""

from __future__ import annotations

import datetime

from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, Effect, QueueSpec, Shape

# Contacts a month and AHT in seconds; all figures of this example are ours.
QUEUES: dict[str, tuple[int, float, Shape]] = {
    "phone": (3600, 280.0, LIVE_SHAPE),
    "chat": (900, 400.0, LIVE_SHAPE),
    "email": (2000, 330.0, WRITTEN_SHAPE),
}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts,
            opening=((8.0, 18.0),) * 5 + ((9.0, 13.0), None),
            weekday=(1.25, 1.05, 1.0, 1.05, 1.1, 0.4, 0.0),
            shape=shape,
            aht_s=aht_s,
            season=(0.95, 0.95, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 1.0, 1.05, 1.15, 1.3),
            effects=(
                Effect("black_friday", {0: 1.7, 1: 1.4, 2: 1.6, 3: 1.2}),
                Effect("christmas", {-3: 1.2, -2: 1.3, -1: 1.3, 1: 1.4, 2: 1.3}),
                Effect("spring mailing", {0: 1.4, 1: 1.25}, (datetime.date(2026, 3, 10),)),
            ),
            holiday=0.5,
        )
        for name, (contacts, aht_s, shape) in QUEUES.items()
    ),
    first_day=datetime.date(2026, 1, 1),
    interval_minutes=30,
    file="contacts.csv",
)
