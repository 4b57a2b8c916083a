"""Names of the shell's parts, known to its callbacks and to its style sheet."""

ADDRESS, HERE = "address", "here"  # of the browser; the page's own view of it
PLAN, MAIN, MENU, BURGER, SHELL = "plan", "main", "menu", "burger", "shell"
VIEW, LANGUAGE = "view", "language"


def control(page: str, key: str) -> str:
    """Return the name of a page's control.

    Examples
    --------
    >>> control("demand", "queue")
    'demand-queue'
    """
    return f"{page}-{key}"
