"""The coffee club's past: calls day and night, answered from four sites."""

from __future__ import annotations

from planner.examples.generate import Centre, Effect, QueueSpec, Shape

# Contacts a month and AHT in seconds: ours, so that 300 people (published) are busy with them.
QUEUES = {"phone": (250_000, 240.0), "email": (55_000, 300.0)}
# Nights are thin, never empty: ours.
SHAPE: Shape = {0: 0.15, 3: 0.06, 6: 0.2, 9: 1.2, 11: 1.5, 14: 1.2, 18: 1.3, 21: 0.7, 23: 0.25}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts,
            opening=((0.0, 24.0),) * 7,
            weekday=(1.2, 1.1, 1.05, 1.05, 1.05, 0.95, 0.6),
            shape=SHAPE,
            aht_s=aht_s,
            season=(1.05, 1.0, 1.0, 0.97, 0.97, 0.95, 0.88, 0.82, 1.0, 1.03, 1.1, 1.23),
            growth=0.04,
            effects=(
                Effect("mothers_day", {-3: 1.1, -2: 1.15, -1: 1.2, 1: 1.1}),
                Effect("christmas", {-5: 1.2, -4: 1.25, -3: 1.3, -2: 1.3, -1: 1.1, 0: 0.5}),
                Effect("new_year", {0: 0.6, 1: 1.15, 2: 1.1}),
            ),
            holiday=0.75,
            day_sd=0.04,
        )
        for name, (contacts, aht_s) in QUEUES.items()
    ),
    interval_minutes=30,
)
