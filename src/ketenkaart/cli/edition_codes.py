"""The codes of a table and what they stand for: what one types to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ketenkaart.core.errors import KetenkaartError

if TYPE_CHECKING:
    from ketenkaart.core.provenance import Text

ASKED = "ketenkaart chain footprint --edition"


def codes_of_edition(edition: str) -> dict[str, Any]:
    """Return regions, sectors and buyers of a table with their names, as plain data.

    Empty for an edition that cannot be asked, such as a folder elsewhere.
    """
    from ketenkaart.services.chain.choices import chain_choices

    try:
        found = chain_choices(edition)
    except KetenkaartError:
        return {}
    return {
        "regions": _named(found.names.regions),
        "sectors": _named(found.names.sectors),
        "buyers": _named(found.buyers),
        "extensions": [{"code": code, "unit": unit} for code, unit in found.extensions.items()],
    }


def lines_of_codes(edition: str) -> list[str]:
    """Return the codes of a table for people, one line for each kind, and how to ask with them."""
    found = codes_of_edition(edition)
    if not found:
        return []
    lines = [
        f"{kind.capitalize()}: {', '.join(map(_said, found[kind]))}."
        for kind in ("regions", "sectors", "buyers")
    ]
    counted = ", ".join(f"{item['code']} ({item['unit']})" for item in found["extensions"])
    return ["", *lines, f"To count: {counted}.", "", f"Ask it: {ASKED} {edition}"]


def _said(item: Mapping[str, str]) -> str:
    code, name = item["code"], item["en"]
    return code if code == name else f"{code} ({name})"


def _named(names: Mapping[str, Text]) -> list[dict[str, str]]:
    return [{"code": code, "nl": name.nl, "en": name.en} for code, name in names.items()]
