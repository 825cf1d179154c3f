"""The fault campaign: a real server, a real browser that watches, and everything that may go wrong around them."""
