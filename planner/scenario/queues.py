"""The scenario's demand side: markets, queues with their targets, and events."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from planner.scenario.opening import Opening
from planner.scenario.types import (
    MOST_COUNT,
    AgeHours,
    Count,
    Country,
    Date,
    Effect,
    Flag,
    FromOne,
    Label,
    Longer,
    Name,
    NotNegative,
    OpeningHours,
    OpenShare,
    Patience,
    Positive,
    Seconds,
    Strict,
    Subdivision,
    Timezone,
    UpperShare,
    Whole,
    WindowDays,
    refuse,
)

Channel = Literal["phone", "chat", "messaging", "email", "social"]
DEFERRED_CHANNELS = ("messaging", "email", "social")
PROMISE_KEYS = ("reply_within_hours", "share", "clock")


class Market(Strict):
    """A country, or a part of one, with its clock and its calendar."""

    timezone: Timezone = Field(description="IANA time zone, such as Europe/Paris.")
    country: Country | None = Field(
        None,
        description="ISO 3166 code; brings public holidays and the dates of gift days. Left out: "
        "no public holidays.",
    )
    subdivision: Subdivision | None = Field(
        None,
        description="Part of the country by code or name, such as 'Zone A' (FR), BY (DE) or 57 "
        "(FR, Moselle); brings its own public holidays and its school holidays. Left out: the "
        "public holidays of the whole country.",
    )
    school_holidays: Flag | None = Field(
        None,
        description="Whether school holidays count. Left out: yes where they are known, which in "
        "AT, AU, BE, DE, FR, NL and PL takes a subdivision.",
    )
    closed: tuple[Date, ...] = Field(
        (), description="Dates on which every queue of the market is shut, past and future."
    )


class Target(Strict):
    """What was promised to customers who wait on the line: telephone, chat."""

    answer_within_s: NotNegative = Field(
        20.0, description="Threshold of the service level, seconds."
    )
    over: Literal["interval", "day", "week"] = Field(
        "interval",
        description="Whether the service level is kept in each interval, or over each local day or "
        "week (Monday to Sunday) with its contacts as weights; all other promises hold in each "
        "interval.",
    )
    max_occupancy: UpperShare | None = Field(
        None, description="Highest share of time on contacts, fraction in (0, 1]."
    )
    max_abandonment: OpenShare | None = Field(
        None, description="Highest share of offered contacts that hang up, fraction in (0, 1)."
    )
    max_asa_s: Positive | None = Field(None, description="Highest mean wait, seconds.")
    minimum: Whole = Field(
        0, description="Positions kept whenever the queue is open and expects a contact, count."
    )
    service_level: OpenShare | None = Field(
        default_factory=lambda known: _default_service_level(known),
        description="Share of offered contacts answered within answer_within_s, fraction in "
        "(0, 1). Left out: 0.80, or no such promise where only max_asa_s or max_abandonment is "
        "given.",
    )


def _default_service_level(known: dict[str, Any]) -> float | None:
    other = known.get("max_asa_s") or known.get("max_abandonment")
    return None if other and known.get("answer_within_s") == 20.0 else 0.80


class Promise(Strict):
    """What was promised to customers whose contact may wait: e-mail, social networks, callbacks."""

    reply_within_hours: Positive = Field(24.0, description="Hours from arrival to reply.")
    share: UpperShare = Field(
        0.90, description="Share of contacts answered in that time, fraction in (0, 1]."
    )
    clock: Literal["calendar", "open"] = Field(
        "calendar", description="Whether hours count always, or only while the queue is open."
    )
    max_occupancy: UpperShare = Field(
        0.90, description="Highest share of time on contacts, fraction in (0, 1]."
    )


def kind_of_target(value: object) -> str | None:
    """Return the tag of a target's kind, as far as what was written tells it."""
    if isinstance(value, Promise):
        return "=promise"
    if isinstance(value, Target):
        return "=target"
    if not isinstance(value, dict):
        return None
    names_promise = any(key in value for key in PROMISE_KEYS)
    return "=promise" if names_promise and "service_level" not in value else "=target"


AnyTarget = Annotated[
    Annotated[Target, Tag("=target")] | Annotated[Promise, Tag("=promise")],
    Discriminator(kind_of_target),
]
TAGS: dict[str, type[Strict]] = {"=target": Target, "=promise": Promise}


def _default_target(known: dict[str, Any]) -> Target | Promise:
    channel = known.get("channel")
    if channel == "messaging":
        return Promise(reply_within_hours=1.0)
    if channel in DEFERRED_CHANNELS:
        return Promise()
    return Target(answer_within_s=60.0 if channel == "chat" else 20.0)


class Escalation(Strict):
    """The part of a queue's contacts that goes on to another queue when handled."""

    to: Name = Field(description="Name of the queue that takes them.")
    share: UpperShare = Field(description="Share of handled contacts, fraction in (0, 1].")


class Backlog(Strict):
    """Contacts that wait already when the horizon begins, spread evenly over their age."""

    contacts: Count = Field(description="How many wait, count.")
    oldest_hours: AgeHours | None = Field(
        None,
        description="Hours since the oldest of them came, by the calendar. Left out: the hours "
        "promised, so that none is late yet.",
    )


def _backlog(value: object) -> object:
    """Return what was written as a mapping: a number alone counts the contacts."""
    if isinstance(value, Backlog | dict) or value is None:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_COUNT:
        return {"contacts": value}
    must = f"be a number from 0 to {MOST_COUNT}, or {{contacts: 120, oldest_hours: 30}}"
    raise refuse(must)


AnyBacklog = Annotated[Backlog, BeforeValidator(_backlog, json_schema_input_type=Count | Backlog)]


class Queue(Strict):
    """A stream of contacts that asks for one skill."""

    name: Name = Field(description="Name, unique in the scenario.")
    market: Label = Field("", description="Name of its market; may be left out when there is one.")
    channel: Channel = Field("phone", description="How customers come in.")
    open: OpeningHours = Field(
        Opening.parse("24h"),
        description="Opening hours, local time: '24h', 'closed', '08:00-20:00', "
        "'08:00-12:00,14:00-18:00', or a mapping of days (mon-sat, 'mon,wed') to such hours, where "
        "days not named are closed. '22:00-06:00' runs on to the next day. Left out: 24h.",
    )
    aht_s: Seconds | None = Field(
        None, description="Average handling time, seconds. Left out: from the history."
    )
    aht_factor: Longer = Field(
        1.0,
        description="Factor on the handling time, aht_alone_s included, stated or from the "
        "history; 1.1 is 10 % longer than it was.",
    )
    patience_s: Patience | None = Field(
        None,
        description="Mean time a customer would wait before hanging up, seconds; 'history': what "
        "planner estimate finds in it. Left out: nobody hangs up (Erlang C).",
    )
    concurrency: FromOne = Field(
        1, description="Contacts one agent handles at a time (chat, messaging), count."
    )
    priority: Whole = Field(
        0,
        description="Turn among the queues that an agent serves where the plan is simulated: lower "
        "numbers first, among equals who has waited longest.",
    )
    aht_alone_s: Seconds | None = Field(
        None,
        description="Handling time with one contact open, seconds, where agents slow down with "
        "each that is added; from aht_s / concurrency to aht_s, the time with all open. Left out: "
        "aht_s however many are open.",
    )
    segment: Label = Field("", description="A label to group by, such as customers or florists.")
    escalates: Escalation | None = Field(None, description="What goes on to another queue.")
    backlog: AnyBacklog | None = Field(
        None,
        description="Contacts that wait when the horizon begins, where they may wait: a number, or "
        "contacts and oldest_hours. Left out: none.",
    )
    target: AnyTarget = Field(
        default_factory=lambda known: _default_target(known),
        description="What was promised. Left out: phone 0.80 in 20 s, chat 0.80 in 60 s, messaging "
        "0.90 in 1 hour, e-mail and social 0.90 in 24 hours.",
    )


class Event(Strict):
    """Something dated that moves contacts: a gift day known by name, or a date of your own."""

    name: Name = Field(description="Name, unique; those of gift days are dated by the market.")
    markets: tuple[Name, ...] | None = Field(
        None, description="Names of the markets it concerns. Left out: all."
    )
    queues: tuple[Name, ...] | None = Field(
        None, description="Names of the queues it concerns. Left out: all of its markets."
    )
    dates: tuple[Date, ...] | None = Field(
        None, description="All its dates, past and future. Left out: the market's own rule."
    )
    days_before: WindowDays | None = Field(
        None, description="Open days before the date that it moves. Left out: as usual for it."
    )
    days_after: WindowDays | None = Field(
        None, description="Open days after the date that it moves. Left out: as usual for it."
    )
    uplift: Effect | None = Field(
        None,
        description="Factor on contacts where the history knows nothing of it; 1.4 is 40 % more.",
    )
    multiplier: Effect = Field(
        1.0,
        description="Scale of the event's own effect: a factor f becomes 1 + multiplier * (f - 1).",
    )
    like: Name | None = Field(
        None,
        description="Another of the events that it takes after, where the history knows nothing "
        "of it: that event's effect and, unless stated, its window.",
    )
    strength: Effect = Field(
        1.0,
        description="Scale of the effect that it takes over by like: 0.5 is half as strong.",
    )


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


NamedEvent = Annotated[Event, BeforeValidator(_named, json_schema_input_type=str | Event)]
