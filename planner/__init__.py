"""Ask the question, call the stages, keep the answer."""
