"""How many agents, who, when, and what service that buys."""
