"""How sure the plan must be: one quantile of the forecast, or several demand paths at once."""

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from planner.scenario.types import ClosedShare, OpenShare, Strict, UpperShare, refuse

MOST_PATHS = 50  # as many as a forecast has
MIDDLE = 0.5


def _paths(value: object) -> object:
    """Return a number of paths, or refuse it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value not in range(2, MOST_PATHS + 1):
        must = f"be a whole number from 2 to {MOST_PATHS}"
        raise refuse(must)
    return value


class PathsRisk(Strict):
    """Several demand paths: what is decided ahead is decided for all of them."""

    paths: Annotated[int, BeforeValidator(_paths), Field(ge=2, le=MOST_PATHS)] = Field(
        10, description="Demand paths to plan against, count; the work is as many times as much."
    )
    worst: UpperShare = Field(
        0.2, description="Share of the paths that are the worst, fraction in (0, 1]."
    )
    weight: ClosedShare = Field(
        0.0,
        description="Weight of the mean cost of the worst share, fraction in [0, 1]; the mean cost "
        "of all paths has the rest.",
    )


def kind_of_risk(value: object) -> str:
    """Return the tag of the kind that a value is: paths where it is a mapping, else a quantile.

    Examples
    --------
    >>> kind_of_risk({"paths": 10}), kind_of_risk(0.9)
    ('=paths', '=quantile')
    """
    return "=paths" if isinstance(value, dict | PathsRisk) else "=quantile"


AnyRisk = Annotated[
    Annotated[OpenShare, Tag("=quantile")] | Annotated[PathsRisk, Tag("=paths")],
    Discriminator(kind_of_risk),
]
RISK_TAGS = ("=quantile", "=paths")
