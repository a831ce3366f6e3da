"""Stored values about instruments in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping

from ketenkaart.core.governance.beside import Cell, Row, Value
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.instruments.reading import units
from ketenkaart.web import formats
from ketenkaart.web.text import say, texts

GROUPS: Mapping[str, str] = {
    "kind": "instruments.kind_",
    "status": "instruments.status_",
    "rbc_role": "instruments.role_",
    "acts_on": "instruments.acts_",
    "buyers": "instruments.buyer_",
    "segments": "dossier.segment_",
    "bindingness": "dossier.binding_",
    "enforcement": "dossier.enforcement_",
    "remedy": "dossier.remedy_",
    "criterion": "dossier.verdict_",
    "evidence": "dossier.finding_",
}
FOR_ALL = frozenset({"sectors", "issues", "buyers"})
DUTIES = {1.0: "full", 0.5: "part", 0.0: "no"}


def figure_words(value: float, unit: str | None, language: str) -> str:
    """Write a figure with its unit; a share as a percentage, nothing added to a bare number."""
    if unit == "share":
        return formats.percent(value, language)
    digits = 0 if float(value).is_integer() else 1
    number = formats.number(value, language, digits)
    known = units().get(unit or "")
    return f"{number} {known.label.in_language(language)}" if known else number


def value_words(
    group: str, value: Value | int, unit: str | None, language: str, names: Mapping[str, Text]
) -> str:
    """Write one value: words, a code in the words of its group, a day, or a figure."""
    if isinstance(value, Text):
        return value.in_language(language)
    if not isinstance(value, str):
        return figure_words(value, unit, language)
    known = (
        texts().get(f"{GROUPS.get(group, 'dossier.value_')}{value}")
        or names.get(f"theme.{value}" if group == "theme" else value)
        or texts().get(f"instruments.{'layer' if group == 'layers' else 'state'}_{value}")
        or texts().get(f"instruments.value_{value}")
    )
    return known.in_language(language) if known else value


def cell_words(row: Row, cell: Cell, language: str, names: Mapping[str, Text]) -> str:
    """Write one cell of a comparison in the language of the page."""
    if cell.state is not State.KNOWN:
        return say(f"instruments.state_{cell.state.value}", language)
    if row.group == "step":
        return say(f"instruments.duty_{DUTIES[float(str(cell.values[0]))]}", language)
    if not cell.values:
        return say("instruments.all" if row.key in FOR_ALL else "dossier.nobody", language)
    words = [value_words(row.group, value, cell.unit, language, names) for value in cell.values]
    if row.group in {"measure", "uptake", "layers"}:
        return _range(words, language)
    return (" – " if row.group == "term" else ", ").join(words)


def _range(words: list[str], language: str) -> str:
    if len(set(words)) == 1:
        return words[0]
    return say(
        "instruments.share_range",
        language,
        value=words[len(words) // 2],
        low=words[0],
        high=words[-1],
    )


def row_words(row: Row, language: str, criteria: Mapping[str, Text]) -> str:
    """Write the name of a row of a comparison."""
    if row.label is not None:
        words = row.label.in_language(language)
        return words[:1].upper() + words[1:]
    if row.group == "step":
        return say(f"instruments.step_{row.key}", language)
    if row.group == "criterion":
        return criteria[row.key].in_language(language)
    return say(f"dossier.row_{row.key}", language)
