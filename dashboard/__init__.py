"""The promise, the pace and the screens: pure maths, pure drawing, and the edge that joins them to the warehouse."""
