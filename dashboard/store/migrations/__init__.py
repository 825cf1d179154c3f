"""How the store came to look as it does: one file a version, each from the one before."""
