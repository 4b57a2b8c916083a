"""The grocery drive's past: two newsletters a week, and the contacts that they set off."""

from __future__ import annotations

import datetime

from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, Effect, QueueSpec, Shape

FIRST_MONDAY = datetime.date(2026, 1, 5)
WEEKS = 58  # the year of history and the weeks of the horizon
# Two a week is published. The days are ours, and change from week to week: a newsletter that
# always left on the same day could not be told from that weekday.
DAYS_OF_WEEK = ((0, 3), (1, 4), (2, 5), (0, 4), (1, 3))

NEWSLETTERS = tuple(
    FIRST_MONDAY + datetime.timedelta(weeks=week, days=day)
    for week in range(WEEKS)
    for day in DAYS_OF_WEEK[week % len(DAYS_OF_WEEK)]
)
# Contacts a month, AHT in seconds, shape, effect of a newsletter on its day: ours.
QUEUES: dict[str, tuple[int, float, Shape, float]] = {
    "phone": (9_000, 260.0, LIVE_SHAPE, 1.45),
    "email": (6_000, 330.0, WRITTEN_SHAPE, 1.3),
    "social": (2_000, 220.0, WRITTEN_SHAPE, 1.7),
}

CENTRE = Centre(
    queues=tuple(
        QueueSpec(
            name=name,
            country="FR",
            timezone="Europe/Paris",
            contacts_a_month=contacts / (1.0 + (sent - 1.0) * 0.45),  # the month without any
            opening=((8.0, 20.0),) * 6 + (None,),
            weekday=(1.1, 0.95, 0.95, 1.0, 1.25, 1.2, 0.0),
            shape=shape,
            aht_s=aht_s,
            season=(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.92, 0.85, 1.02, 1.02, 1.03, 1.1),
            growth=0.06,
            effects=(
                Effect("newsletter", {0: sent, 1: 1.0 + (sent - 1.0) * 0.35}, NEWSLETTERS),
                Effect("christmas", {-4: 1.2, -3: 1.3, -2: 1.4, -1: 1.4}),
            ),
            holiday=0.5,
        )
        for name, (contacts, aht_s, shape, sent) in QUEUES.items()
    ),
    first_day=datetime.date(2026, 1, 1),
    beside=("house-agents.csv", "house-absences.csv", "house-wishes.csv", "house-roster.csv"),
)
