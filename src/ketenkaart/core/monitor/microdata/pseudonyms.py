"""Pseudonyms: the same for the same unit under one key, and nothing without it."""

from __future__ import annotations

import hmac
from hashlib import sha256

ALPHABET = "bcdfghjkmnpqrstv"
LEAST_KEY = 32


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """Return 32 letters for a value: the first 128 bits of HMAC-SHA-256 under a secret key.

    `kind` keeps a company and a cluster of the same number apart. Letters alone, without vowels, so
    that no number stands in it and no word can. RFC 2104.

    >>> a, b = pseudonym(b"k" * 32, "company", "7"), pseudonym(b"j" * 32, "company", "7")
    >>> len(a), a == b, any(letter.isdigit() for letter in a)
    (32, False, False)
    """
    if len(key) < LEAST_KEY:
        raise ValueError(f"a key has at least {LEAST_KEY} bytes")
    message = f"{len(kind)}:{kind}:{value.strip()}".encode()
    digest = hmac.digest(key, message, "sha256")[:16]
    return "".join(ALPHABET[byte >> 4] + ALPHABET[byte & 15] for byte in digest)


def key_mark(key: bytes) -> str:
    """Return by what two exports can be seen to share a key, which does not tell the key."""
    return sha256(b"ketenkaart microdata key mark\0" + key).hexdigest()[:16]
