"""The energy supplier's past: calls, e-mails and complaints, for own staff and three partners."""

from __future__ import annotations

from planner.examples.generate import WRITTEN_SHAPE, Centre, QueueSpec, Shape

# Contacts a month, AHT in seconds, shape of the day: all ours.
CALLS: Shape = {8: 0.7, 9.5: 1.3, 11: 1.2, 12.5: 0.9, 14: 1.0, 16: 1.1, 18: 1.2, 20: 0.5}
QUEUES: dict[str, tuple[float, float, Shape]] = {
    "calls": (26_000.0, 320.0, CALLS),
    "emails": (14_000.0, 300.0, WRITTEN_SHAPE),
    "complaints": (2_400.0, 780.0, WRITTEN_SHAPE),
}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts,
            opening=((8.0, 20.0),) * 5 + ((9.0, 18.0), None),
            weekday=(1.2, 1.05, 1.0, 1.0, 0.95, 0.45, 0.0),
            shape=shape,
            aht_s=aht_s,
            season=(1.15, 1.1, 1.05, 1.0, 0.95, 0.9, 0.85, 0.8, 1.0, 1.05, 1.05, 1.1),
            holiday=0.15,
        )
        for name, (contacts, aht_s, shape) in QUEUES.items()
    ),
    interval_minutes=30,
)
