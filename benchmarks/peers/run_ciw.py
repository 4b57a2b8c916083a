"""One steady queue simulated with Ciw, as its documentation writes it."""

from __future__ import annotations

import json
import sys
import time

import ciw


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    rate = asked["contacts"] / asked["interval_s"]
    leaves = {}
    if asked["patience_s"]:
        leaves = {"reneging_time_distributions": [ciw.dists.Exponential(1.0 / asked["patience_s"])]}
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Exponential(1.0 / asked["aht_s"])],
        number_of_servers=[int(asked["positions"])],
        **leaves,
    )
    total = asked["warm_up"] + asked["simulated"]
    ciw.seed(asked["seed"])
    began = time.process_time()
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(total, method="Finish")
    records = simulation.get_all_records()
    seconds = time.process_time() - began
    records = [r for r in records if r.id_number > asked["warm_up"]]
    gone = [r for r in records if r.record_type == "renege"]
    served = [r for r in records if r.record_type == "service"]
    waits = [r.waiting_time for r in served]
    found = {
        "seconds": seconds,
        "contacts": total,
        "asa_s": sum(waits) / len(served),
        "service_level": sum(wait <= asked["answer_within_s"] for wait in waits) / len(records),
        "abandonment": len(gone) / len(records),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
