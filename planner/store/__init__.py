"""Plans kept: in one SQLite file, or in PostgreSQL for a team."""
