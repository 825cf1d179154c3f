"""The weekly meeting: the frozen week, what moved since, and what stands in each of its seven steps."""
