"""The real data: Olist, a Brazilian marketplace."""
