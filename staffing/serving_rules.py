"""Who serves which queue when: one rule of the week's program a function."""

from __future__ import annotations

import numpy as np

from staffing.week import WeekProgram, terms_of


def capacity(week: WeekProgram, p: int) -> None:
    """Positions given to queues and left spare <= positions on duty, in every interval."""
    w, cover = week.window, week.covers[p]
    rows: list[list[tuple[int, float]]] = [[] for _ in range(w.start, w.stop)]
    for day, numbers in zip(w.days, week.heads[p], strict=True):
        each = cover.pool.positions_per_head(day)
        for s, variable in enumerate(numbers):
            first, profile = cover.on_duty(day, s)
            for k in np.flatnonzero(profile):
                i = first + int(k) - w.start
                if 0 <= i < len(rows):
                    rows[i].append((int(variable), -each * float(profile[k])))
    for i, row in enumerate(rows):
        used = [*terms_of(week.serve[p, :, i]), *terms_of(week.spare[p, i : i + 1])]
        if used:
            name = f"capacity_{cover.pool.name}_{w.start + i}"
            week.program.at_most(name, used + row, float(week.spill[p, w.start + i]))


def spare_time(week: WeekProgram, p: int) -> None:
    """Work done on what may wait <= time left spare, in every block of an hour."""
    for b, (start, stop) in enumerate(zip(week.edges[:-1], week.edges[1:], strict=True)):
        offset = week.window.start
        spare = week.spare[p, start - offset : stop - offset]
        done = list(terms_of(week.work[p, :, b]))
        if done:
            name = f"spare_{week.covers[p].pool.name}_{start}"
            week.program.at_most(name, [*done, *terms_of(spare, -1.0)], 0.0)


def need(week: WeekProgram, q: int) -> None:
    """Positions given to a queue, times their speed, + positions missing >= positions needed."""
    w, d = week.window, week.demand
    for i in range(w.stop - w.start):
        needed = d.positions[q, w.start + i]
        if needed > 0:
            given = [
                (int(week.serve[p, q, i]), cover.speeds[q])
                for p, cover in enumerate(week.covers)
                if week.serve[p, q, i] >= 0
            ]
            name = f"need_{d.queues[q].name}_{w.start + i}"
            week.program.at_least(name, [*given, *terms_of(week.short[:, q, i])], needed)


def work_in_time(week: WeekProgram, q: int) -> None:
    """Work waiting = before + arrived - done; waiting - late - given up <= work not yet due.

    Work given up <= given up before + giving up now; work given up <= work waiting.
    """
    d = week.demand
    arrived = np.add.reduceat(d.load[q], week.edges[:-1])
    arrived[-1] = d.load[q, week.edges[-2] : week.edges[-1]].sum()
    name = d.queues[q].name
    for b, at in enumerate(week.edges[:-1]):
        done = [
            (int(week.work[p, q, b]), cover.speeds[q])
            for p, cover in enumerate(week.covers)
            if week.work[p, q, b] >= 0
        ]
        before = [*terms_of(week.waiting[q, b - 1 : b], -1.0)] if b else []
        start = float(week.backlog[q]) if b == 0 else 0.0
        here = [*terms_of(week.waiting[q, b : b + 1])]
        week.program.equal(
            f"waiting_{name}_{at}", [*here, *before, *done], start + float(arrived[b])
        )
        not_due = float(d.not_due[q, week.edges[b + 1] - 1])
        late = terms_of(week.late[q, b : b + 1], -1.0)
        given_up = [*terms_of(week.given_up[q, b : b + 1])]
        off = [(v, -factor) for v, factor in given_up]
        week.program.at_most(f"in_time_{name}_{at}", [*here, *late, *off], not_due)
        earlier = terms_of(week.given_up[q, b - 1 : b], -1.0) if b else ()
        now = terms_of(week.giving_up[q, b : b + 1], -1.0)
        week.program.at_most(f"giving_up_{name}_{at}", [*given_up, *earlier, *now], 0.0)
        waits = terms_of(week.waiting[q, b : b + 1], -1.0)
        week.program.at_most(f"given_up_{name}_{at}", [*given_up, *waits], 0.0)
