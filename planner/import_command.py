"""The commands `planner import zendesk`, `genesys` and `connect`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from planner.options import json_option

Command = TypeVar("Command", bound=Callable[..., object])
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(
    name="import",
    epilog="\b\nFor example:\n"
    "  planner import zendesk tickets.ndjson --timezone Europe/Paris --out contacts.csv",
)
def import_() -> None:
    """Make a history table of what you already have: Zendesk, Genesys Cloud, Amazon Connect.

    People are dropped on reading: names, addresses, subjects and the like are kept nowhere. What
    was read, left out, refused and repaired is told with counts.
    """


def _word_option(name: str, what: str) -> Callable[[Command], Command]:
    words = f"{what} May be repeated; * stands for anything."
    return click.option(f"--{name}", multiple=True, metavar="THEIRS=OURS", help=words)


def _options(command: Command) -> Command:
    """Add what all imports ask alike."""
    for option in reversed((
        click.option("--out", type=_FILE, default="contacts.csv", show_default=True,
                     help="The history table to write."),
        click.option("--scenario", type=_FILE, help="Use the words of this scenario's history."),
        _word_option("queues", "A queue's name in your words: 'web-*=fr-email'."),
        _word_option("markets", "A market in your words: 'FR Care=fr'."),
        _word_option("channels", "A channel in your words: 'api=email'; usual ones are known."),
        _word_option("segments", "A kind of caller in your words: 'florist=florists'."),
        click.option("--ignore", multiple=True, metavar="QUEUE",
                     help="Leave out a queue, by its name in the source. May be repeated."),
        click.option("--timezone", "zone", metavar="ZONE",
                     help="Clock of times without an offset, and of what is written, such as "
                     "Europe/Paris.  [default: UTC]"),
        click.option("--interval", "minutes", type=click.Choice(["5", "15", "30", "60"]),
                     help="Minutes of an interval.  [default: 15 for tickets, else as it is]"),
        click.option("--broken", type=click.FloatRange(0, 1), metavar="SHARE",
                     help="Share of lines that may be broken: they are left out and told; more "
                     "are refused.  [default: 0.01]"),
        click.option("--report", type=_FILE,
                     help="Write the data report here too, as text, or JSON by its ending."),
        json_option,
    )):  # fmt: skip
        command = option(command)
    return command


@import_.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--market",
    metavar="FIELD",
    help="What tells a ticket's market: brand, group, form, tags, or your own field's number or "
    "column.",
)
@click.option("--segment", metavar="FIELD", help="What tells its kind of caller, likewise.")
@click.option(
    "--from-api",
    "account",
    metavar="SUBDOMAIN",
    help="Ask Zendesk instead of files, by subdomain or URL; the token stands in ZENDESK_EMAIL and "
    "ZENDESK_TOKEN, or in ZENDESK_OAUTH_TOKEN. A later call fetches what is new.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day to fetch; on the first call alone.",
)
@_options
def zendesk(account: str | None, since: dt.datetime | None, **asked: Any) -> None:  # noqa: ANN401
    """Make a history of ticket exports, CSV, JSON or NDJSON: each ticket is one contact.

    Queues are named after market, channel and kind of caller, such as fr-email-customers. A ticket
    that comes again counts once, as it was last; deleted, merged and spam ones are left out.
    """
    if bool(asked["files"]) == bool(account):
        raise click.UsageError("Name ticket exports, or an account with --from-api.")
    if since is not None and account is None:
        raise click.UsageError("--since goes with --from-api.")
    _run("zendesk", account=account, since=since.date() if since else None, **asked)


@import_.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--segment", metavar="COLUMN", help="A column that tells queues apart, as Language.")
@_options
def genesys(**asked: Any) -> None:  # noqa: ANN401
    """Make a history of historical-data files of Genesys Cloud, CSV.

    Queues are named after Queue and Media Type; skills and languages are added up.
    """
    _run("genesys", **asked)


@import_.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--segment", metavar="COLUMN", help="A column that tells queues apart.")
@_options
def connect(**asked: Any) -> None:  # noqa: ANN401
    """Make a history of historical-data files of Amazon Connect, CSV.

    Queues are named after QueueName and ChannelType.
    """
    _run("connect", **asked)


def _run(source: str, *, as_json: bool, **asked: Any) -> None:  # noqa: ANN401
    from planner.imported import Request, import_and_write
    from planner.screen import Screen

    words = {name: asked.pop(name) for name in ("queues", "markets", "channels", "segments")}
    minutes = asked.pop("minutes")
    zone = _zone(asked.pop("zone"))
    request = Request(source, words=words, minutes=int(minutes) if minutes else None, zone=zone,
                      **asked)  # fmt: skip
    with Screen() as screen:

        def fetched(tickets: int) -> None:
            screen.progress("tickets", 0, 1, f"{tickets:,} fetched")

        text = import_and_write(request, fetched, as_json=as_json)
    click.echo(text)


def _zone(name: str | None) -> str | None:
    from zoneinfo import available_timezones

    from planner.errors import Fault, InputError
    from planner.scenario.telling import nearest, quoted

    if name is None or name in available_timezones():
        return name
    near = nearest(name, sorted(available_timezones()))
    hint = f" (nearest: {quoted(near)})" if near else ""
    message = f"must be an IANA time zone such as Europe/Paris{hint}, got {quoted(name)}"
    raise InputError([Fault("--timezone", None, "", message)])
