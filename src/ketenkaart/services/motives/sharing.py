"""Hand measured segments to the mix: a file of shares, with their ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.services.monitor.writing import write_yaml
from ketenkaart.services.motives.segmenting import Segmented

DIGITS = 12


def write_shares(
    made: Segmented,
    out: Path,
    *,
    size: str | None,
    day: date,
    force: bool = False,
) -> None:
    """Write the shares of the segments as `ketenkaart mix --shares` reads them.

    Raises `InputError` where no firm could be placed.
    """
    if not made.ends:
        raise InputError(
            "No firm could be placed, so there are no shares", where="--shares-out",
            fix="See which answers are missing with `ketenkaart motives scores`.",
        )  # fmt: skip
    rows = made.scored.table.rows
    dutch = "aandelen in " + size if size else "aandelen van bedrijven, niet van omzet"
    english = f"shares of {size}" if size else "shares of firms, not of turnover"
    shares: dict[str, object] = {"sector": None}
    for name, (low, value, high) in made.ends.items():
        shares[name] = {
            "low": min(round(low, DIGITS), round(value, DIGITS)),
            "value": round(value, DIGITS),
            "high": max(round(high, DIGITS), round(value, DIGITS)),
        }
    shares["citation"] = {
        "source": "own",
        "grade": "likely" if size else "assumed",
        "note": {
            "nl": f"Schatting uit een vragenlijst over {rows} bedrijven ({dutch}), {day}. Wie niet "
            "te plaatsen is, rekt de uitersten op.",
            "en": f"Estimate from a questionnaire about {rows} firms ({english}), {day}. Whoever "
            "cannot be placed stretches the ends.",
        },
    }
    write_yaml(out, {"shares": [shares]}, force=force)
