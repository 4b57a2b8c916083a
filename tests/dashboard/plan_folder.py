"""A plan's folder written by hand: two markets, three queues, three days, one an hour longer."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

NASTY = "<script>alert(1)</script>"
QUEUES = {  # name: market, channel, zone, promised, contacts in a busy hour
    NASTY: ("FR", "phone", "Europe/Paris", 0.8, 40),
    "fr-email": ("FR", "email", "Europe/Paris", 0.9, 20),
    "=gb-phone": ("GB", "phone", "Europe/London", None, 10),
}
POOLS = {"paris": ("in_house", 0.6), "@partner": ("vendor", 0.3)}  # kind, share of the need
DAYS = tuple(dt.date(2027, 10, 30) + dt.timedelta(days=d) for d in range(3))  # clocks go back
LONG_DAY, PEAK = DAYS[1], DAYS[2]
HEADERS = {
    "forecast.csv": "queue,start,contacts,contacts_p10,contacts_p50,contacts_p90,aht_s",
    "requirement.csv": "queue,start,contacts,aht_s,load,positions,bound_by",
    "coverage.csv": "queue,pool,start,positions",
    "projection.csv": "queue,start,contacts,positions,service_level,service_level_p10,"
    "service_level_p90,asa_s,abandonment,occupancy,backlog",
    "costs.csv": "pool,kind,paid_hours,productive_hours,billed_hours,contacts,cost,penalty,"
    "cost_per_hour,cost_per_productive_hour,cost_per_contact",
}


def hours_of(day, zone):
    """Return every hour of a local day as local time."""
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))
    count = int((end.astimezone(dt.UTC) - start).total_seconds() // 3600)
    return [(start + dt.timedelta(hours=h)).astimezone(ZoneInfo(zone)) for h in range(count)]


def write_folder(folder: Path) -> Path:
    """Write the files of a plan; on the long day the first queue is open all night."""
    rows: dict[str, list[str]] = {name: [header] for name, header in HEADERS.items()}
    for queue, (_, channel, zone, _, busy) in QUEUES.items():
        cell = f"'{queue}" if queue.startswith("=") else queue
        bound = "deadline" if channel == "email" else "service_level"
        for start in (hour for day in DAYS for hour in hours_of(day, zone)):
            night = queue == NASTY and start.date() == LONG_DAY
            n = busy * (1 + (start.date() == PEAK)) if 8 <= start.hour < 18 or night else 0
            at, need = f"{cell},{start.isoformat()}", n / 10
            rows["forecast.csv"].append(f"{at},{n},{0.8 * n},{n},{1.2 * n},300.0")
            rows["requirement.csv"].append(f"{at},{n},300.0,{n / 12},{need},{bound}")
            level = "0.75,0.6,0.9" if n else "1.0,1.0,1.0"
            rows["projection.csv"].append(f"{at},{n},{0.9 * need},{level},inf,,0.8,0.0")
            for pool, (_, share) in POOLS.items():
                name = f"'{pool}" if pool.startswith("@") else pool
                if n:
                    rows["coverage.csv"].append(f"{cell},{name},{start.isoformat()},{share * need}")
    rows["costs.csv"] += [
        "paris,in_house,100.0,70.0,100.0,900.0,5800.0,0.0,58.0,82.9,6.4444",
        "'@partner,vendor,50.0,40.0,50.0,300.0,1300.0,0.0,26.0,32.5,4.3333",
    ]
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in rows.items():
        (folder / name).write_bytes(("\r\n".join(lines) + "\r\n").encode())
    (folder / "summary.json").write_text(json.dumps(summary()), encoding="utf-8")
    return folder


def summary():
    """Return the document of the hand-made plan."""
    return {
        "name": "Florist <b>test</b>",
        "variants": ["tenfold"],
        "first_day": DAYS[0].isoformat(),
        "days": len(DAYS),
        "interval_minutes": 60.0,
        "currency": "EUR",
        "cost": 7100.0,
        "understaffing_hours": 12.5,
        "vendor_share": 0.25,
        "contacts": 1200.0,
        "peak_day": {"date": PEAK.isoformat(), "contacts": 700.0},
        "service": {
            name: {
                "market": market,
                "channel": channel,
                "contacts": busy * 30.0,
                "promised": promised,
                "service_level": 0.75,
                "understaffing_hours": 4.0,
                "by_day": {day.isoformat(): 0.75 for day in DAYS},
            }
            for name, (market, channel, _, promised, busy) in QUEUES.items()
        },
        "costs": {"paris": 5800.0, "@partner": 1300.0},
        "notes": ["a <i>note</i>"],
    }
