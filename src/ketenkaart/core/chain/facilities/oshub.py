"""Facilities in the columns of Open Supply Hub's lists, for giving them to it and others.

The columns are those that its open guide on preparing data names, and latitude, longitude, name in
the native language and OS ID as its own downloads have them. Several values in a cell are parted
by a bar, countries are alpha-2 codes. Such a list is read like any other.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketenkaart.core.chain.facilities.types import FacilityDraft, Workers

OS_HUB_COLUMNS = (
    "country", "name", "address", "lat", "lng", "sector", "product_type", "facility_type",
    "processing_type", "number_of_workers", "parent_company", "native_language_name", "os_id",
)  # fmt: skip
BAR = "|"


def os_hub_row(said: FacilityDraft, alpha2: Mapping[str, str]) -> list[str]:
    """Return what is said of a facility as cells of `OS_HUB_COLUMNS`; unknown is empty.

    `alpha2` gives alpha-2 codes by alpha-3 code.
    """
    return [
        alpha2[said.country],
        said.name,
        said.address,
        "" if said.latitude is None else written_degrees(said.latitude),
        "" if said.longitude is None else written_degrees(said.longitude),
        written_words(said.sectors_given),
        written_words(said.product_types),
        written_words(said.facility_types),
        written_words(said.processing_types),
        written_workers(said.workers),
        said.parent_company or "",
        said.native_name or "",
        said.os_id or "",
    ]


def written_words(words: tuple[str, ...]) -> str:
    """Return words in one cell; a bar at the end keeps a comma in a single one from parting it.

    >>> written_words(("Apparel", "Footwear")), written_words(("Wood, cork",))
    ('Apparel|Footwear', 'Wood, cork|')
    """
    found = BAR.join(words)
    return f"{found}{BAR}" if len(words) == 1 and ("," in found or ";" in found) else found


def written_workers(workers: Workers | None) -> str:
    """Return a number of workers as it is read back.

    >>> written_workers(Workers(200, 500)), written_workers(Workers(500, None))
    ('200-500', '500+')
    """
    if workers is None:
        return ""
    if workers.high is None:
        return f"{workers.low}+"
    return str(workers.low) if workers.low == workers.high else f"{workers.low}-{workers.high}"


def written_degrees(value: float) -> str:
    """Return a coordinate in decimals, to a centimetre, without an exponent.

    >>> written_degrees(23.85), written_degrees(-0.00001), written_degrees(90.0)
    ('23.85', '-0.00001', '90.0')
    """
    found = f"{value:.7f}".rstrip("0")
    return f"{found}0" if found.endswith(".") else found
