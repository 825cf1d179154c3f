"""What is kept of a secret: nothing by which it could be used."""

from hashlib import sha256


def digest(secret: str) -> str:
    """Return what stands for a secret of 256 random bits; it needs no salt, since nobody can guess it.

    >>> digest("one") == digest("one"), digest("one") == digest("other"), len(digest("one"))
    (True, False, 64)
    """
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
