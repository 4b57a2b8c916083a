"""Look at a plan in the browser."""
