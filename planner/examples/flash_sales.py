"""The flash sales' past: 100,000 contacts a month, mostly e-mail, 40,000 of them in level 2."""

from __future__ import annotations

from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, Effect, QueueSpec, Shape

GROWTH = 0.12  # "growing fast" is published, the rate a year is ours
# Contacts a month are published (85 % and 15 % of 100,000; 40,000 to level 2); AHT is ours. That
# they are those of 2026 is ours too.
QUEUES: dict[str, tuple[int, float, Shape]] = {
    "email": (85_000, 180.0, WRITTEN_SHAPE),
    "phone": (15_000, 250.0, LIVE_SHAPE),
    "level2": (40_000, 310.0, WRITTEN_SHAPE),
}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts / (1.0 + GROWTH),  # at the middle of the history
            opening=((8.0, 20.0),) * 6 + (None,),
            weekday=(1.35, 1.15, 1.05, 1.0, 0.95, 0.5, 0.0),
            shape=shape,
            aht_s=aht_s,
            season=(1.15, 0.9, 0.95, 1.0, 1.0, 1.1, 1.0, 0.75, 0.95, 1.0, 1.1, 1.1),
            growth=GROWTH,
            effects=(
                Effect("black_friday", {0: 1.3, 1: 1.3, 2: 1.5, 3: 1.3, 4: 1.2}),
                Effect("christmas", {-6: 1.2, -5: 1.3, -4: 1.3, -3: 1.3, -2: 1.2, 1: 1.3, 2: 1.2}),
            ),
            holiday=0.5,
        )
        for name, (contacts, aht_s, shape) in QUEUES.items()
    ),
)
