"""Shifts changed so that less is missing: breaks moved, then overtime and vendors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.move import FELT, Chosen, Move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.move import Standing
    from staffing.moving import Desk, Option
    from staffing.pools import Pool

FloatArray = npt.NDArray[np.float64]

_STEPS = 60  # agents moved at most, of each kind
_LEAST_HOURS = 0.25  # position hours that one agent's change fills at least
_LEAST_SHARE = 0.35  # of what it adds
_NEXT_TO_NOTHING = 1e-3  # what an hour counts that is paid anyway, so that fewer are taken


def shift_moves(state: Standing, kinds: Sequence[str]) -> list[Move]:
    """Return shifts changed in some ways, one agent after the other, while that fills enough.

    The whole is looked at again at the end, and left out unless less is missing with it.
    """
    rest = state.rest
    short = _spread_over(state)
    if short.sum() * rest.hours <= FELT:
        return []
    before = [dict(desk.work) if desk else {} for desk in state.desks]
    chosen = _chosen(state, kinds, short)
    if chosen:
        moved = rest.moved(state.allocation, state.capacity(chosen))
        if rest.lack(state.allocation) - rest.lack(moved) > FELT:
            return state.accept(moved, [state.move(one) for one in chosen])
    for desk, work in zip(state.desks, before, strict=True):
        if desk:
            desk.work = work
    return []


def _spread_over(state: Standing) -> FloatArray:
    """Return what is missing ``[Q, I]``, of work that waits spread over the time until then."""
    rest, missing = state.rest, state.missing
    found = missing.copy()
    for q in np.flatnonzero(~rest.live):
        late = np.flatnonzero(missing[q] > 0)
        until = np.flatnonzero(rest.rest[q])
        until = until[until <= late[-1]] if len(late) else until[:0]
        found[q] = 0.0
        found[q, until] = missing[q].sum() / max(len(until), 1)
    return found


@dataclass(slots=True)
class _Menu:
    """A pool's options side by side: positions that one agent adds and takes off ``[N, I]``."""

    pool: int
    desk: Desk
    options: list[Option]
    added: FloatArray
    taken: FloatArray
    speed: FloatArray  # [Q]
    room: FloatArray  # contacts of each queue that the pool may take more [Q]
    free: float  # hours that are paid anyway

    def wanted(self, short: FloatArray) -> FloatArray:
        """Return the pool's positions that its queues miss ``[I]``."""
        each = np.divide(1.0, self.speed, out=np.zeros_like(self.speed), where=self.speed > 0)
        return np.asarray(each @ (short * (self.room > 0)[:, None]), dtype=np.float64)

    def filled(self, n: int, short: FloatArray) -> FloatArray:
        """Return what one agent on an option fills of what is missing ``[Q, I]``."""
        total = self.wanted(short)
        part = np.divide(
            np.minimum(self.added[n], total), total, out=np.zeros_like(total), where=total > 1e-9
        )
        mine = ((self.speed > 0) & (self.room > 0))[:, None]
        return np.asarray(short * mine * part, dtype=np.float64)

    def without(self, n: int) -> None:
        """Take an option off the menu."""
        del self.options[n]
        self.added, self.taken = (np.delete(array, n, axis=0) for array in (self.added, self.taken))


def _menus(state: Standing, kinds: Sequence[str]) -> list[_Menu]:
    found, rest = [], state.rest
    room, free = _room(state), _paid_anyway(state)
    speeds = state.allocation.speeds()
    for p, desk in enumerate(state.desks):
        if not desk:
            continue
        options = [
            option
            for option in desk.options
            if option.kind in kinds
            and (option.kind == "break" or not _on_notice(state, desk.pool, option.day))
            and not (option.change[~rest.future] > 1e-9).any()
        ]
        if options:
            change = np.array([np.where(rest.future, one.change, 0.0) for one in options])
            found.append(
                _Menu(p, desk, options, np.maximum(change, 0.0), np.maximum(-change, 0.0),
                      speeds[p], room[p], free[p])
            )  # fmt: skip
    return found


def _on_notice(state: Standing, pool: Pool, day: int) -> bool:
    """Whether a pool's hours of a day can no longer be ordered."""
    return day < state.today + pool.notice_days


def _chosen(state: Standing, kinds: Sequence[str], short: FloatArray) -> list[Chosen]:
    """Return the changes to make, one agent at a time, that which fills most for its money first.

    ``short`` is what is still missing then.
    """
    rest, spare = state.rest, state.rest.spare(state.allocation)
    menus = _menus(state, kinds)
    chosen: dict[int, Chosen] = {}
    for _ in range(_STEPS):
        menu, n = _best(state, menus, short, spare)
        if menu is None:
            break
        option = menu.options[n]
        agents = menu.desk.agents(option)
        filled = menu.filled(n, short)
        contacts = (filled * rest.demand.contacts_per_position).sum(axis=1)
        if not agents or (contacts > menu.room).any():
            menu.without(n)
            continue
        key = id(option)
        if key not in chosen:
            chosen[key] = Chosen(menu.pool, option, [], 0.0, np.zeros(len(short)))
        one = chosen[key]
        one.cost += _cost(menu, option, agents[0], float(contacts.sum()))
        one.agents.append(menu.desk.pool.names[agents[0]])
        one.filled += filled.sum(axis=1) * rest.hours
        menu.desk.take(option, agents[0])
        menu.room -= contacts
        spare[menu.pool] -= menu.taken[n]
        short -= filled
    return list(chosen.values())


def _best(
    state: Standing, menus: Sequence[_Menu], short: FloatArray, spare: FloatArray
) -> tuple[_Menu | None, int]:
    """Return the option that fills most for its money; None where none is worth while."""
    best: tuple[float, _Menu | None, int] = (0.0, None, 0)
    for menu in menus:
        if not menu.options:
            continue
        hours = state.rest.hours
        filled = np.minimum(menu.added, menu.wanted(short)).sum(axis=1) * hours
        good = (filled >= _LEAST_HOURS) & (filled >= _LEAST_SHARE * menu.added.sum(axis=1) * hours)
        good &= (menu.taken <= spare[menu.pool] + 1e-9).all(axis=1)
        worth = np.where(good, filled / _prices(menu), 0.0)
        n = int(np.argmax(worth))
        if worth[n] > best[0]:
            best = float(worth[n]), menu, n
    return best[1], best[2]


def _prices(menu: _Menu) -> FloatArray:
    """Return about what one agent's change costs, by option."""
    pool = menu.desk.pool
    hours = np.array([max(option.paid_hours, 0.0) for option in menu.options])
    rate = pool.cost_per_hour or 0.0
    if pool.cost_per_contact is not None:
        rate = pool.dearest_price * 12  # contacts of five minutes
    elif pool.kind == "in_house":
        rate *= pool.contract.overtime_cost_factor
    price = rate * np.maximum(hours - menu.free, 0.0) + _NEXT_TO_NOTHING * np.maximum(hours, 0.1)
    return np.asarray(price, dtype=np.float64)


def _cost(menu: _Menu, option: Option, agent: int, contacts: float) -> float:
    """Return what one agent's change costs; hours that are paid anyway cost nothing."""
    pool = menu.desk.pool
    if pool.cost_per_contact is not None:
        return contacts * pool.dearest_price
    if pool.kind == "in_house":
        return menu.desk.money(option, agent)
    paid = max(option.paid_hours, 0.0)
    used = min(menu.free, paid)
    menu.free -= used
    return pool.dearest_price * (paid - used)


def _week(state: Standing) -> npt.NDArray[np.int64]:
    """Return the numbers of the horizon's days in the week of today."""
    days = state.rest.plan.days
    here = days[state.today].isocalendar()[:2]
    return np.flatnonzero([day.isocalendar()[:2] == here for day in days])


def _hours(state: Standing) -> FloatArray:
    """Return each pool's hours rostered in the week of today ``[P]``."""
    plan, week = state.rest.plan, set(_week(state).tolist())
    number = {pool.name: p for p, pool in enumerate(plan.pools)}
    found = np.zeros(len(plan.pools))
    for duty in plan.roster.duties:
        if plan.days.index(duty.day) in week:
            found[number[duty.pool]] += duty.shift.paid_hours
    return found


def _paid_anyway(state: Standing) -> FloatArray:
    """Return the hours of each vendor's minimum that the plan does not use in the week ``[P]``."""
    share = len(_week(state)) / 7
    least = [
        pool.minimum_hours_per_week * share if pool.kind == "vendor" else 0.0
        for pool in state.rest.plan.pools
    ]
    return np.maximum(np.array(least) - _hours(state), 0.0)


def _room(state: Standing) -> FloatArray:
    """Return the contacts that each pool's largest share leaves it in the week ``[P, Q]``."""
    rest, pools = state.rest, state.allocation.pools
    inside = np.isin(rest.day, _week(state))
    each = np.where(inside, rest.demand.contacts_per_position, 0.0)
    offered = np.where(inside, rest.found.contacts, 0.0).sum(axis=1)
    handled = np.einsum("pqi,qi->pq", state.allocation.serve, each) * state.allocation.speeds()
    found = np.full(handled.shape, np.inf)
    hours = _hours(state)
    for p, pool in enumerate(pools):
        if pool.max_share >= 1.0:
            continue
        if pool.max_share_of == "contacts":
            found[p] = np.maximum(pool.max_share * offered - handled[p], 0.0)
        elif hours[p] >= pool.max_share * hours.sum():
            found[p] = 0.0
    return found
