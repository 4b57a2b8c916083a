"""A plan's files against its scenario: every rule, cost and figure worked out again, apart."""
