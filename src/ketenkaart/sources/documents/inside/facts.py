"""What an official publication says about itself, in XML or in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FIELDS = {
    "DC.identifier": "id",
    "OVERHEIDop.dossiernummer": "dossier",
    "OVERHEIDop.begrotingshoofdstuk": "suffix",
    "OVERHEIDop.ondernummer": "number",
    "DCTERMS.issued": "date",
    "OVERHEIDop.indiener": "sender",
    "OVERHEIDop.vergaderjaar": "session_year",
    "OVERHEIDop.documenttitel": "title",
    "DCTERMS.language": "language",
}
_YEARS = re.compile(r"(\d{4})\s*[-–/]\s*(\d{2,4})")
_DOSSIER = re.compile(r"(\d{2}[ .\u00a0]?\d{3})(?:[ -]+\(?([A-Z0-9][A-Za-z0-9.]{0,9})\)?)?$")
_RECORD = re.compile(r"/((?:kst|blg|ah|h)-[A-Za-z0-9-]+)/metadata\.xml$")


def from_meta(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return facts from the names and contents of `meta` elements.

    >>> from_meta([("DC.identifier", "kst-99999-7"), ("OVERHEIDop.vergaderjaar", "2030-2031")])
    {'id': 'kst-99999-7', 'session_year': '2030-2031'}
    """
    facts: dict[str, str] = {}
    senders: list[str] = []
    for name, content in pairs:
        field, value = _FIELDS.get(name), " ".join(content.split())
        if name == "OVERHEIDop.externMetadataRecord" and (record := _RECORD.search(value)):
            facts.setdefault("id", record[1])
        elif field == "sender" and value:
            senders.append(value)
        elif field and value:
            facts.setdefault(field, value)
    if senders:
        facts["sender"] = "; ".join(senders)
    if "session_year" in facts:
        facts["session_year"] = session_year(facts["session_year"]) or facts["session_year"]
    if "dossier" in facts:
        put_dossier(facts, facts.pop("dossier"))
    return facts


def put_dossier(facts: dict[str, str], text: str) -> None:
    """Put a dossier's number, without spaces, and its suffix into `facts`.

    >>> facts = {}
    >>> put_dossier(facts, "35 000 XVII")
    >>> facts
    {'dossier': '35000', 'suffix': 'XVII'}
    """
    # A field may name several dossiers, the paper's own first.
    found = _DOSSIER.match(" ".join(text.split(";", maxsplit=1)[0].split()))
    if found is None:
        return
    facts["dossier"] = re.sub(r"\D", "", found[1])
    if found[2]:
        facts["suffix"] = found[2]


def session_year(text: str) -> str | None:
    """Return a parliamentary year with both years in full.

    >>> session_year("Vergaderjaar 2019–20")
    '2019-2020'
    """
    found = _YEARS.search(text)
    if found is None:
        return None
    first, second = found[1], found[2]
    return f"{first}-{first[:2] + second if len(second) == 2 else second}"
