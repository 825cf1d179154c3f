"""A believable company, made up: its warehouse, known answers written beside it, and a player that goes on living."""
