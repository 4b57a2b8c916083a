"""How many contacts, when, and how sure."""
