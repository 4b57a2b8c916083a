"""The florist's past: seven markets, five channels, 100,000 contacts an ordinary month."""

from __future__ import annotations

from planner.examples.generate import LIVE_SHAPE, WRITTEN_SHAPE, Centre, Effect, QueueSpec

CONTACTS_A_MONTH = 100_000  # published

# Shares of the markets, ours: France is the home market, Italy the second.
MARKETS = {
    "fr": ("FR", "Europe/Paris", 0.35),
    "it": ("IT", "Europe/Rome", 0.20),
    "es": ("ES", "Europe/Madrid", 0.12),
    "pt": ("PT", "Europe/Lisbon", 0.06),
    "gb": ("GB", "Europe/London", 0.12),
    "dk": ("DK", "Europe/Copenhagen", 0.07),
    "se": ("SE", "Europe/Stockholm", 0.08),
}

# Share of contacts, AHT in seconds and its change a year: ours. WhatsApp is messaging; Instagram,
# Facebook and X are social.
CHANNELS = {
    "phone": (0.40, 300.0, 0.01),
    "chat": (0.12, 420.0, 0.0),
    "messaging": (0.13, 360.0, 0.0),
    "email": (0.25, 360.0, -0.01),
    "social": (0.10, 240.0, 0.0),
}

OPENING = ((8.0, 20.0),) * 6 + ((9.0, 19.0),)
WEEKDAY = (1.03, 0.98, 0.97, 1.00, 1.06, 1.01, 0.95)
SEASON = (0.97, 1.0, 1.01, 1.02, 1.04, 1.02, 0.96, 0.93, 0.98, 1.0, 1.02, 1.05)

# Tenfold on the day is published. The days before, and the complaints of the days after, which
# are written more than spoken, are ours. The factors lie about ten, for the spoken and the written
# together; Sunday is a working day here (ours), so that the peak is tenfold on any weekday.
BEFORE = {-6: 1.25, -5: 1.5, -4: 1.9, -3: 2.6, -2: 4.2, -1: 7.5}
LIVE_AFTER = {1: 3.0, 2: 2.0, 3: 1.4, 4: 1.1}
WRITTEN_AFTER = {1: 5.0, 2: 3.4, 3: 2.0, 4: 1.3}
LIVE_PEAK = {**BEFORE, 0: 11.4, **LIVE_AFTER}
WRITTEN_PEAK = {**BEFORE, 0: 9.9, **WRITTEN_AFTER}

# The smaller gift days, ours: peak factor per country, "" for the rest. All Saints is a day of
# chrysanthemums in the south, Women's Day one of mimosa in Italy.
SMALLER = {
    "womens_day": {"IT": 2.8, "": 1.25},
    "grandmothers_day": {"FR": 1.8, "": 1.0},
    "fathers_day": {"": 1.25},
    "easter": {"": 1.3},
    "all_saints": {"FR": 2.0, "IT": 1.7, "ES": 1.8, "PT": 1.6, "": 1.0},
    "christmas": {"": 1.6},
    "new_year": {"": 1.2},
}


def _small_window(peak: float) -> dict[int, float]:
    """Return a gift day's factors: two days of growth, the day, one of complaints."""
    shares = {-2: 0.3, -1: 0.7, 0: 1.0, 1: 0.3}
    return {offset: 1.0 + share * (peak - 1.0) for offset, share in shares.items()}


def _effects(country: str, peak: dict[int, float]) -> tuple[Effect, ...]:
    small = ((name, peaks.get(country, peaks[""])) for name, peaks in SMALLER.items())
    return (
        Effect("valentines_day", peak),
        Effect("mothers_day", peak),
        *(Effect(name, _small_window(value)) for name, value in small if value > 1.0),
    )


def _queue(market: str, channel: str) -> QueueSpec:
    country, timezone, market_share = MARKETS[market]
    channel_share, aht_s, aht_growth = CHANNELS[channel]
    written = channel in {"email", "social"}
    return QueueSpec(
        name=f"{market}-{channel}",
        country=country,
        timezone=timezone,
        contacts_a_month=CONTACTS_A_MONTH * market_share * channel_share,
        opening=OPENING,
        weekday=WEEKDAY,
        shape=WRITTEN_SHAPE if written else LIVE_SHAPE,
        aht_s=aht_s,
        aht_growth=aht_growth,
        season=SEASON,
        growth=0.03 if channel in {"messaging", "social"} else -0.01 if channel == "phone" else 0.0,
        effects=_effects(country, WRITTEN_PEAK if written else LIVE_PEAK),
        holiday=0.7,
    )


CENTRE = Centre(queues=tuple(_queue(market, channel) for market in MARKETS for channel in CHANNELS))
