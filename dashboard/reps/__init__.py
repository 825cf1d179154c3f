"""A rep's own day, for all reps at once: what is due, how the week stands, and what marketing gave."""
