"""What a page is: a name, an address, what can be selected on it, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.choice import Control, Option

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.shelf import Seen, Shelf

Values = Mapping[str, str]  # what is selected, by the control's key
Options = Callable[["Seen", Values], Mapping[str, Sequence[Option]]]
Show = Callable[["Seen", Values], list[Any]]


def no_options(_seen: Seen, _values: Values) -> Mapping[str, Sequence[Option]]:
    """Return no options, for a page without controls."""
    return {}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the dashboard.

    Parameters
    ----------
    key
        Its name in addresses: ``/demand``; the first page is at ``/``.
    title
        Its name on the screen.
    says
        What it is for, one sentence below its title.
    show
        Called with a plan and what is selected; returns the parts to show.
    controls
        What can be selected; each is in the address.
    options
        Called with a plan and what was wanted; returns the options of each control. One control's
        may depend on what is chosen in another before it.
    keeps
        Names of what else its address holds, such as sliders; ``wire`` sees to those.
    wire
        Called once with the application and its plans, to add the page's own callbacks.
    without_plan
        Whether the page works where there is no plan yet: ``show`` is then called with None.
    """

    key: str
    title: str
    says: str
    show: Show
    controls: tuple[Control, ...] = ()
    options: Options = field(default=no_options)
    keeps: tuple[str, ...] = ()
    wire: Callable[[Dash, Shelf], None] | None = None
    without_plan: bool = False

    @property
    def path(self) -> str:
        """Its address."""
        return "/" if self.key == "overview" else f"/{self.key}"
