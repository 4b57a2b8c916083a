"""The command `planner dashboard`."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from planner.errors import Fault, InputError, PlannerError
from planner.options import store_option

if TYPE_CHECKING:
    from flask import Flask

    from planner.store.database import Store

# Dash takes seconds to import: only inside the command, so that `planner --help` stays quick.

MOST_SENT = 128 << 20  # bytes of one request: a history of 100 MB, and what is around it


class Server(Protocol):
    """What is used of a waitress server."""

    effective_port: int

    def run(self) -> None:
        """Serve until it is stopped."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True,
              help="0: any that is free.")  # fmt: skip
def dashboard(folder: Path | None, store: str | None, host: str, port: int) -> None:
    """Show the plans of a store in a browser on this machine, or the plan in FOLDER alone."""
    address = loopback(host)
    from dashboard.app import make_app
    from dashboard.shelf import Shelf
    from planner.store.database import Store, store_address

    kept = Store(store_address(store)) if folder is None or store else None
    if kept is not None and folder is None:
        offer_example(kept)
    server = bind(make_app(Shelf(kept, folder)).server, address, port)
    shown = f"[{address}]" if ":" in address else address
    what = f"The plans in {kept.name}" if kept is not None else f"The plan in {folder}"
    click.echo(f"{what}: http://{shown}:{server.effective_port}  (Ctrl+C stops)")
    server.run()


def offer_example(store: Store) -> None:
    """Put the florist's finished plan into a store that never had any plan."""
    from planner.store.plans import is_new

    if not is_new(store):
        return
    from planner.shipped_plan import NAME, keep_shipped

    click.echo(f"{store.name} is new: putting a finished plan into it, {NAME}. Some seconds ...")
    keep_shipped(store)


def loopback(host: str) -> str:
    """Return the address of a host name that only this machine can reach.

    Raises
    ------
    InputError
        If others could reach it.

    Examples
    --------
    >>> loopback("localhost"), loopback("::1")
    ('127.0.0.1', '::1')
    """
    address = "127.0.0.1" if host.lower() == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass  # a name: others may know it
    message = (
        f"must be 127.0.0.1, ::1 or localhost, got {host!r}: "
        "other machines have to wait until the pages have accounts"
    )
    raise InputError([Fault("--host", None, "", message)])


def bind(application: Flask, address: str, port: int) -> Server:
    """Return a waitress server that listens; its ``run`` serves until it is stopped.

    Raises
    ------
    PlannerError
        If the port is taken or not allowed.
    """
    from waitress import create_server

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listening = socket.create_server((address, port), family=family)
    except OSError as error:
        message = f"--port: must be free, got {port}: {error.strerror or error}"
        raise PlannerError(message) from error
    server: Server = create_server(
        application,
        sockets=[listening],
        ident=None,
        threads=16,
        max_request_body_size=MOST_SENT,
    )
    return server
