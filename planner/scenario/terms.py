"""What a vendor's contract says of money: volume tiers, hours ordered, penalty and bonus."""

from __future__ import annotations

from pydantic import Field

from planner.scenario.types import (
    ClosedShare,
    Days,
    NotNegative,
    OpenShare,
    Positive,
    Price,
    Strict,
)


class Tier(Strict):
    """A price for what a calendar week brings beyond a volume."""

    above: Positive = Field(
        description="Volume of a calendar week beyond which the price holds: hours billed with "
        "cost_per_hour, contacts billed with cost_per_contact. A week that the horizon cuts counts "
        "a seventh of it for each day."
    )
    price: Price = Field(
        description="Price of an hour or a contact beyond it, in the scenario's currency."
    )


class Notice(Strict):
    """Hours that are ordered already and can be neither cancelled nor added to."""

    days: Days = Field(description="Days from the horizon's first for which hours are ordered.")
    ordered_hours_per_week: NotNegative = Field(
        description="Hours ordered a week, a seventh a day: billed in any case, and no more can "
        "be had."
    )


class Penalty(Strict):
    """Discount on a vendor's invoice for a service level missed."""

    below_service_level: OpenShare = Field(description="Service level promised, fraction.")
    discount_per_point: ClosedShare = Field(
        description="Share of the invoice taken off per point (0.01) missed, fraction."
    )
    max_discount: ClosedShare = Field(1.0, description="Most that is taken off, fraction.")


class Bonus(Strict):
    """Premium on a vendor's invoice for a service level exceeded."""

    above_service_level: OpenShare = Field(
        description="Service level beyond which the premium begins, fraction."
    )
    premium_per_point: ClosedShare = Field(
        description="Share of the invoice put on top per point (0.01) beyond it, fraction."
    )
    max_premium: ClosedShare = Field(1.0, description="Most that is put on top, fraction.")
