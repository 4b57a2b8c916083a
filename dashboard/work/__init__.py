"""Long work asked for on a page: done by a process of its own, told by the store."""
