"""A centre taken apart: pools and queues that have nothing to do with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from staffing.coverage import PoolCover
from staffing.demand import Demand

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Component:
    """Some pools and queues of a centre, by their numbers in it, with their own demand."""

    pools: tuple[int, ...]
    queues: tuple[int, ...]
    covers: tuple[PoolCover, ...]
    demand: Demand


def components_of(
    demand: Demand, covers: Sequence[PoolCover], *, together: bool = False
) -> list[Component]:
    """Return the components of a centre, which share neither a pool nor a queue.

    Each can be solved alone; ``together``, all are one.

    A pool that may have a share of all pools' hours has to do with every other one. Queues that
    nobody serves go with the first one.
    """
    label = _labels(len(demand.queues), covers, together=together)
    components = []
    for number in np.unique(label[: len(covers)]):
        pools = np.flatnonzero(label[: len(covers)] == number)
        queues = np.flatnonzero(label[len(covers) :] == number)
        own = tuple(_cut_to(covers[p], queues) for p in pools.tolist())
        components.append(
            Component(
                tuple(pools.tolist()), tuple(queues.tolist()), own, _demand_of(demand, queues)
            )
        )
    return components


def _labels(queues: int, covers: Sequence[PoolCover], *, together: bool) -> IntArray:
    """Return the number of the component that each pool, then each queue, belongs to."""
    size = len(covers) + queues
    serves = [(p, len(covers) + q) for p, cover in enumerate(covers) for q in cover.queue_numbers]
    served = {q for _, q in serves}
    serves += [(0, q) for q in range(len(covers), size) if q not in served]
    if together or any(c.pool.max_share_of == "hours" and c.pool.max_share < 1.0 for c in covers):
        serves += [(0, p) for p in range(1, len(covers))]
    rows, columns = np.array(serves).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _cut_to(cover: PoolCover, queues: IntArray) -> PoolCover:
    """Return a cover with the queues' numbers among ``queues``."""
    own = {int(q): i for i, q in enumerate(queues)}
    speeds = {own[q]: speed for q, speed in cover.speeds.items()}
    return replace(cover, queue_numbers=tuple(own[q] for q in cover.queue_numbers), speeds=speeds)


def _demand_of(demand: Demand, queues: IntArray) -> Demand:
    """Return the demand of some queues."""
    return replace(
        demand,
        queues=tuple(demand.queues[q] for q in queues),
        positions=demand.positions[queues],
        load=demand.load[queues],
        contacts=demand.contacts[queues],
        contacts_per_position=demand.contacts_per_position[queues],
        not_due=demand.not_due[queues],
        waiting=demand.waiting[queues],
        overdue=demand.overdue[queues],
        unavoidable=demand.unavoidable[queues],
        ladders={i: demand.ladders[q] for i, q in enumerate(queues) if q in demand.ladders},
    )
