"""What the program takes: run by hand, never as a test, for machines are shared and noisy."""
