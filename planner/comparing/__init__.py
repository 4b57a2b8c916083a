"""Plans side by side: planned or read, told in figures, words and pictures."""
