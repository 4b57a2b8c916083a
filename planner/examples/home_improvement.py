"""The home-improvement shops' past: calls, mail, callbacks, and a call after five days."""

from __future__ import annotations

from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, QueueSpec, Shape

# Contacts a month, AHT in seconds, shape, Monday's weight: ours. Nothing but promises is published.
QUEUES: dict[str, tuple[int, float, Shape, float]] = {
    "phone": (14_000, 330.0, LIVE_SHAPE, 1.3),
    "email": (12_000, 420.0, WRITTEN_SHAPE, 1.5),
    "callback": (5_000, 300.0, LIVE_SHAPE, 1.3),
    "call-again": (4_000, 240.0, {8: 1.0, 20: 1.0}, 1.0),
}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts,
            opening=((8.0, 20.0),) * 5 + ((9.0, 18.0), None),
            weekday=(monday, 1.05, 1.0, 1.0, 1.05, 0.8, 0.0),
            shape=shape,
            aht_s=aht_s,
            # The trade's year: gardens in spring, works before school begins again.
            season=(0.85, 0.85, 1.05, 1.2, 1.2, 1.1, 1.05, 0.95, 1.05, 0.95, 0.9, 0.85),
            growth=0.03,
            holiday=0.3,
        )
        for name, (contacts, aht_s, shape, monday) in QUEUES.items()
    ),
)
