"""A plan on paper: tables for programs, a summary, one interval explained, a report for people."""
