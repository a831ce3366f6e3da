"""When two records say the same in all but writing: the key that exact matching goes by."""

from __future__ import annotations

import hashlib
import unicodedata


def plain(text: str) -> str:
    """Return the letters and digits of a text in one writing: no case, accents, marks or spaces.

    >>> plain("Société  Générale Co., Ltd."), plain("東莞 鞋廠")
    ('societegeneralecoltd', '東莞鞋廠')
    """
    parted = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(sign for sign in parted if sign.isalnum())


def exact_key(country: str, name: str, address: str) -> str:
    """Return a key that is equal for records with the same country, name and address.

    Case, accents, punctuation and spaces do not count; order and every word do.

    >>> exact_key("BGD", "A.B. Ltd", "Savar, Dhaka") == exact_key("BGD", "AB LTD", "savar dhaka")
    True
    """
    parts = "\n".join((country, plain(name), plain(address)))
    return hashlib.sha256(parts.encode()).hexdigest()
