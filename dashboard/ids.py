"""Names of the page's parts, known to its callbacks and to its style sheet."""

ADDRESS = "address"
MARKET = "market"
QUEUE = "queue"
DAY = "day"
VIEW = "view"
