"""Instruments as rows: every dated fact, with its state, unit, source and grade."""

from __future__ import annotations

from collections.abc import Iterable

from ketenkaart.core.governance.types import Instrument
from ketenkaart.core.provenance import Text
from ketenkaart.services.instruments.reading import history

Cell = str | float | None


def fact_columns() -> tuple[str, ...]:
    """Return the names of the columns of `fact_rows`."""
    return (
        "instrument", "kind", "worked_out", "day", "what", "label_nl", "label_en", "state",
        "value_number", "value_nl", "value_en", "unit", "note_nl", "note_en", "source", "locator",
        "grade",
    )  # fmt: skip


def fact_rows(instruments: Iterable[Instrument]) -> list[list[Cell]]:
    """Return one row per dated fact, by instrument and day; figures stand in `value_number`."""
    rows: list[list[Cell]] = []
    for item in instruments:
        for event in history(item.id):
            number = float(event.value) if isinstance(event.value, float | int) else None
            rows.append(
                [
                    item.id,
                    item.kind.value,
                    "yes" if item.worked_out else "no",
                    event.day.isoformat(),
                    event.what,
                    *_both(event.label),
                    event.state.value,
                    number,
                    *_both(event.value),
                    event.unit,
                    *_both(event.note),
                    event.citation.source,
                    event.citation.locator,
                    event.citation.grade.value,
                ]
            )
    return rows


def _both(value: Text | str | float | None) -> tuple[str | None, str | None]:
    if isinstance(value, Text):
        return value.nl, value.en
    return (value, value) if isinstance(value, str) else (None, None)
