"""Files that somebody hands over in the browser: taken in, kept private, looked at, removed."""
