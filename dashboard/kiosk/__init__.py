"""A screen that nobody touches: a browser before the board, watched, and brought back whatever becomes of it."""
