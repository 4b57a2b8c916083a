"""History from outside: tables, databases, ticket exports."""
