"""The office machines' past: 400,000 calls a year, with a rush at the start of each month."""

from __future__ import annotations

from planner.examples.generate import Centre, Effect, QueueSpec, Shape

# 400,000 calls a year is published, its halves and the AHT are ours. The rush adds to an
# ordinary month, hence 0.9.
CALLS_A_MONTH = 0.9 * 400_000 / 12
QUEUES = {"meters": (0.55, 240.0, 1.0), "repairs": (0.45, 330.0, 0.4)}  # share, AHT, rush
RUSH = {0: 2.4, 1: 2.0, 2: 1.6, 3: 1.2}  # open days of the month, ours
SHAPE: Shape = {8: 0.9, 9.5: 1.4, 11: 1.3, 12.5: 0.6, 14: 1.1, 16: 1.1, 18: 0.6}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=CALLS_A_MONTH * share,
            opening=((8.0, 18.0),) * 5 + (None, None),
            weekday=(1.15, 1.0, 0.95, 1.0, 0.9, 0.0, 0.0),
            shape=SHAPE,
            aht_s=aht_s,
            season=(1.05, 1.0, 1.05, 1.0, 0.95, 1.05, 0.9, 0.75, 1.1, 1.05, 1.05, 1.05),
            effects=(
                Effect("month_start", {day: 1 + rush * (peak - 1) for day, peak in RUSH.items()}),
            ),
            holiday=0.1,
            day_sd=0.05,
        )
        for name, (share, aht_s, rush) in QUEUES.items()
    ),
)
