"""The command `planner users`: who may open the web pages, and as what."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from planner.options import json_option, store_option

if TYPE_CHECKING:
    from planner.store.database import Store

_ROLES = ("view", "plan", "admin")
role_argument = click.Choice(_ROLES)


@click.group(invoke_without_command=True)
@store_option
@click.pass_context
def users(context: click.Context, store: str | None) -> None:
    """Accounts for the web pages: view looks, plan makes plans and changes own ones, admin all.

    Passwords are asked for without being shown, or read as one line from standard input.
    """
    context.obj = store
    if context.invoked_subcommand is None:
        context.invoke(list_)


@users.command("list")
@store_option
@json_option
@click.pass_obj
def list_(of_group: str | None, store: str | None = None, *, as_json: bool = False) -> None:
    """List all people with an account."""
    import json

    from planner.store.users import users as known

    with _opened(store or of_group) as kept:
        people = known(kept)
        if as_json:
            click.echo(json.dumps([{"name": one.name, "role": one.role} for one in people]))
            return
        width = max((len(one.name) for one in people), default=0)
        for one in people:
            click.echo(f"{one.name:<{width}}  {one.role}")
        if not people:
            click.echo(f"Nobody has an account in {kept.name}: planner users add NAME")


@users.command()
@click.argument("name")
@click.option(
    "--role", type=role_argument, default="view", show_default=True, help="What the person may."
)
@store_option
@click.pass_obj
def add(of_group: str | None, name: str, role: str, store: str | None) -> None:
    """Give NAME an account: the name that makes plans with planner run, so that they are NAME's."""
    from planner.store.plans import whoever
    from planner.store.users import add_user

    with _opened(store or of_group, create=True) as kept:
        add_user(kept, name, role, _password(), whoever())
    click.echo(f"{name} may now log in, as {role}.")


@users.command()
@click.argument("name")
@store_option
@click.pass_obj
def password(of_group: str | None, name: str, store: str | None) -> None:
    """Give NAME another password; NAME's sessions end."""
    from planner.store.plans import whoever
    from planner.store.users import set_password

    with _opened(store or of_group) as kept:
        set_password(kept, name, _password(), whoever())
    click.echo(f"{name} has another password, and has to log in again.")


@users.command()
@click.argument("name")
@click.argument("role", type=role_argument)
@store_option
@click.pass_obj
def role(of_group: str | None, name: str, role: str, store: str | None) -> None:
    """Make NAME a ROLE: view, plan or admin; NAME's sessions end."""
    from planner.store.plans import whoever
    from planner.store.users import set_role

    with _opened(store or of_group) as kept:
        set_role(kept, name, role, whoever())
    click.echo(f"{name} is now {role}, and has to log in again.")


@users.command()
@click.argument("name")
@store_option
@click.pass_obj
def remove(of_group: str | None, name: str, store: str | None) -> None:
    """Take NAME's account away; NAME's sessions end, plans and notes stay."""
    from planner.store.plans import whoever
    from planner.store.users import remove_user

    with _opened(store or of_group) as kept:
        remove_user(kept, name, whoever())
    click.echo(f"{name} has no account any more.")


@contextmanager
def _opened(store: str | None, *, create: bool = False) -> Iterator[Store]:
    from planner.store.database import Store, store_address

    with Store(store_address(store), create=create) as kept:
        yield kept


def _password() -> str:
    """Return a password as typed twice, unseen, or as one line of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
