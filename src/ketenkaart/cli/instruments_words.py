"""How a face without pages words what is known of instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketenkaart.core.provenance import Citation, State, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ketenkaart.core.governance.beside import Cell, Row

ALL = frozenset({"sectors", "issues", "buyers"})
DUTIES = {1.0: "a duty", 0.5: "partly", 0.0: "no"}


def plain(code: str) -> str:
    """Return a stored value as words.

    >>> plain("not_researched")
    'not researched'
    """
    return code.replace("_", " ")


def figure(value: float, unit: str | None) -> str:
    """Return a figure with its unit; a share as a percentage.

    >>> figure(0.42, "share"), figure(2802.0, "locations")
    ('42%', '2,802 locations')
    """
    if unit == "share":
        return f"{100 * value:g}%"
    return f"{value:,.10g} {unit or ''}".strip()


def worded(value: Text | str | float | None, unit: str | None = None) -> str:
    """Return words, a code or a figure in English; nothing for `None`."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return value.en
    return figure(value, unit) if isinstance(value, float | int) else plain(value)


def cited(citation: Citation | None) -> tuple[str, str]:
    """Return where a value was read, and its grade."""
    if citation is None:
        return "", ""
    place = f" {citation.locator}" if citation.locator else ""
    return f"{citation.source}{place}", citation.grade.value


def cell_words(row: Row, cell: Cell) -> str:
    """Return one cell of a comparison in English."""
    if cell.state is not State.KNOWN:
        return plain(cell.state.value)
    if row.group == "step":
        return DUTIES[float(str(cell.values[0]))]
    if not cell.values:
        return "all" if row.key in ALL else "none"
    return _values_words(row, [worded(value, cell.unit) for value in cell.values])


def _values_words(row: Row, words: list[str]) -> str:
    if row.group in ("measure", "uptake"):
        if len(set(words)) == 1:
            return words[0]
        return f"{words[len(words) // 2]} ({words[0]} to {words[-1]})"
    if row.group == "layers":
        return f"{words[1]} ({words[0]} to {words[-1]})"
    return (" to " if row.group == "term" else ", ").join(words)


def row_name(row: Row, criteria: Mapping[str, str]) -> str:
    """Return the name of a row of a comparison in English."""
    if row.label is not None:
        return row.label.en
    if row.group == "step":
        return f"step: {row.key}"
    if row.group == "criterion":
        return f"criterion: {criteria.get(row.key, row.key)}"
    return plain(row.key)
