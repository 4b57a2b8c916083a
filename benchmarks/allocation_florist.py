"""The florist's four weeks, and ten times the florist: cost over the bound of all weeks at once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import allocation_joint, allocation_run
from benchmarks.allocation_apart import Apart, apart
from benchmarks.allocation_centres import Question, example_question, some_days, times_as_large
from benchmarks.staffing_table import Progress, Reached

GAP, SECONDS = 0.015, 120.0
LARGE_GAP, LARGE_SECONDS = 0.003, 300.0
MOST_MIB = 2048.0


@dataclass(frozen=True, slots=True)
class Found:
    """A plan beside the program of all weeks; money with the contracts that cost anyway."""

    plan: Apart
    joint: Apart

    @property
    def cost(self) -> float:
        """What the plan's heads cost in the program of all weeks."""
        return float(self.joint.answer["cost"] + self.joint.answer["sunk"])

    @property
    def bound(self) -> float:
        """What no plan can cost less than."""
        return float(self.joint.answer["bound"] + self.joint.answer["sunk"])

    @property
    def gap(self) -> float:
        """Cost over the bound, relative."""
        return (self.cost - self.bound) / self.bound

    @property
    def gap_of_the_rest(self) -> float:
        """The same of what is not paid anyway."""
        return (self.cost - self.bound) / float(self.joint.answer["bound"])


def found(question: Question, progress: Progress, name: str, *, fine: bool) -> Found:
    """Return how a question is answered, each step in a process of its own and told at once."""
    print(name, flush=True)
    with tempfile.TemporaryDirectory() as place:
        asked = str(question.save(Path(place) / "question.pkl"))
        task = {"question": asked, "heads": str(Path(place) / "heads.pkl")}
        progress(f"{name}: the plan")
        plan = apart(allocation_run.MODULE, task)
        print(of_plan(plan), flush=True)
        progress(f"{name}: all weeks at once")
        result = Found(plan, apart(allocation_joint.MODULE, task))
        print(of_bound(result), flush=True)
        if fine:
            progress(f"{name}: work that may wait by the interval")
            finer = apart(allocation_joint.MODULE, {**task, "fine": True, "heads_only": True})
            print(of_finer(result, finer), flush=True)
    return result


def of_plan(plan: Apart) -> str:
    """Return the lines on the plan itself."""
    told = plan.answer
    return (
        f"  plan: cost {told['cost']:,.0f}, its own bound {told['bound']:,.0f}, "
        f"{told['missing_hours']:,.1f} position hours missing\n"
        f"    {told['seconds']:.1f} s by the clock, {told['cpu_s']:.1f} of the processor; with "
        f"reading {plan.clock_s:.1f} and {plan.cpu_s:.1f}; {plan.peak_mib:,.0f} MiB"
    )


def of_bound(result: Found) -> str:
    """Return the lines on all weeks at once."""
    joint, bound = result.joint, result.joint.answer
    return (
        f"  all weeks at once: bound {result.bound:,.0f} (near its relaxed answer: "
        f"{bound['relaxed'] + bound['sunk']:,.0f}), the plan's heads cost {result.cost:,.0f}\n"
        f"    built in {bound['build_s']:.1f} s, bound after {bound['bound_s']:.1f} s more, "
        f"{joint.cpu_s:.1f} of the processor in all; {joint.peak_mib:,.0f} MiB\n"
        f"  gap {100 * result.gap:.2f} %; of the {bound['bound']:,.0f} not paid anyway "
        f"{100 * result.gap_of_the_rest:.2f} %"
    )


def of_finer(result: Found, fine: Apart) -> str:
    """Return the line on work that may wait done by the interval."""
    cost = float(fine.answer["cost"] + fine.answer["sunk"])
    return (
        f"  work that may wait done by the interval, not the hour: these heads cost {cost:,.0f} "
        f"({100 * (cost / result.cost - 1):+.2f} %)"
    )


def measure(kept: Path | None, progress: Progress, *, quick: bool) -> list[Reached]:
    """Print the florist's plan beside its bound."""
    progress("the florist's forecast")
    question = example_question("florist", kept)
    name = "florist, 35 queues, 11 pools, 28 days"
    if quick:
        question, name = some_days(question, 0, 7), "florist, its first week"
    return _reached(name, found(question, progress, name, fine=True), GAP, SECONDS)


def measure_tenfold(kept: Path | None, progress: Progress, *, quick: bool) -> list[Reached]:
    """Print the plan of ten times the florist: contacts, agents and minimum hours."""
    progress("the florist's forecast")
    question = times_as_large(example_question("florist", kept), 10)
    name = "ten times the florist"
    if quick:
        question, name = some_days(question, 0, 7), "ten times the florist, its first week"
    return _reached(name, found(question, progress, name, fine=False), LARGE_GAP, LARGE_SECONDS)


def _reached(name: str, result: Found, gap: float, seconds: float) -> list[Reached]:
    """Return what a plan reached of its gap within so many seconds, and of its memory."""
    took = result.plan.answer["seconds"]
    return [
        Reached(
            f"{name}: over the bound",
            f"{100 * gap:g} % in {seconds:.0f} s",
            f"{100 * result.gap:.2f} % in {took:.0f} s",
            result.gap <= gap and took <= seconds,
        ),
        Reached.at_most(f"{name}: memory", MOST_MIB, result.plan.peak_mib, "MiB"),
    ]
