"""Laws and their versions side by side: dates, scope, due-diligence steps, consequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.types import (
    Condition,
    Law,
    LawStatus,
    LawVersion,
    LineTable,
    Statement,
)
from ketenkaart.core.governance.types import STEPS
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier

SIGNS = {
    "more_than": ">", "at_least": ">=", "less_than": "<", "at_most": "<=", "equals": "=",
    "on_or_after": "from", "before": "before",
}  # fmt: skip


class LawCell(Frozen):
    """One law's entry in a row: words in English, their grade, and where they come from."""

    text: str | None
    grade: Grade | None = None
    source: str | None = None


class LawRow(Frozen):
    """One thing that laws are compared on; `differs` unless all entries say the same."""

    key: str
    differs: bool
    cells: tuple[LawCell, ...]


class Comparison(Frozen):
    """Laws or versions as columns, what they are compared on as rows."""

    as_of: date
    columns: tuple[Identifier, ...]
    rows: tuple[LawRow, ...]


def compare(pairs: Sequence[tuple[Law, LawVersion]], book: LawBook, day: date) -> Comparison:
    """Return `pairs` side by side on `day`; an empty entry means that the file says nothing."""
    rows = {
        "name": [_plain(law.name.en, law.citation) for law, _ in pairs],
        "version": [_plain(version.name.en, version.citation) for _, version in pairs],
        "holds from": [_plain(version.start.isoformat(), version.citation) for _, version in pairs],
        "holds until": [
            _plain(version.end.isoformat() if version.end else "open", version.citation)
            for _, version in pairs
        ],
        "status": [_status(law, day) for law, _ in pairs],
        "applies from": [_applies(law, version) for law, version in pairs],
        "scope": [
            _plain(
                words(version.scope, version.rules, book.tables) if version.scope else None,
                version.citation,
            )
            for _, version in pairs
        ],
    }
    for step in STEPS:
        rows[f"step: {step}"] = [_step(law, version, step) for law, version in pairs]
    for name in ("supervisor", "enforcement", "liability", "remedy"):
        rows[name] = [_said(getattr(law.consequences_of(version), name)) for law, version in pairs]
    keys = dict.fromkeys(item.key or "" for _, version in pairs for item in version.features)
    for key in keys:
        rows[key.replace("_", " ")] = [
            _said(next((item for item in version.features if item.key == key), None))
            for _, version in pairs
        ]
    rows["open checks"] = [
        LawCell(text="; ".join(item.text.en for item in checks) or None, grade=Grade.CHECK)
        if (checks := (*law.open_checks, *version.open_checks))
        else LawCell(text=None)
        for law, version in pairs
    ]
    return Comparison(
        as_of=day,
        columns=tuple(f"{law.id}.{version.id}" for law, version in pairs),
        rows=tuple(
            LawRow(key=key, differs=len({cell.text for cell in cells}) > 1, cells=tuple(cells))
            for key, cells in rows.items()
        ),
    )


def _plain(text: str | None, citation: Citation) -> LawCell:
    if text is None:
        return LawCell(text=None)
    return LawCell(text=text, grade=citation.grade, source=citation.source)


def _said(item: Statement | None) -> LawCell:
    return LawCell(text=None) if item is None else _plain(item.text.en, item.citation)


def _status(law: Law, day: date) -> LawCell:
    found = law.status_on(day)
    if found is None:
        return _plain(LawStatus.NOT_YET.value, law.citation)
    return _plain(f"{found.value} since {found.start}", found.citation)


def _applies(law: Law, version: LawVersion) -> LawCell:
    texts = []
    for item in version.application:
        day, year_starting, year_ending = item.days
        start = str(day)
        if day is None:
            way = "starting" if year_starting else "ending"
            start = f"financial years {way} from {year_starting or year_ending}"
        texts.append(f"{start}{' (some)' if item.when else ''}")
    if texts:
        return _plain("; ".join(texts), version.application[-1].citation)
    begin = next((item for item in law.status if item.value is LawStatus.IN_FORCE), None)
    return _plain(begin.start.isoformat(), begin.citation) if begin else LawCell(text=None)


def _step(law: Law, version: LawVersion, step: str) -> LawCell:
    found = [duty for duty in law.duties_of(version) if duty.step == step]
    if not found:
        return LawCell(text="none")
    text = "; ".join(
        f"{duty.level}{f' ({duty.article})' if duty.article else ''}: {duty.text.en}"
        for duty in found
    )
    return _plain(text, found[0].citation)


def words(
    condition: Condition, rules: Mapping[str, Condition], tables: Mapping[str, LineTable]
) -> str:
    """Return a condition as one line of English, with its rules written out.

    >>> test = Condition(fact="employees", more_than=1000)
    >>> words(Condition(none=(test, test)), {}, {})
    'not employees > 1_000 and not employees > 1_000'
    """
    if condition.fact is not None:
        return _test(condition)
    if condition.rule is not None:
        return words(rules[condition.rule], rules, tables)
    if condition.any_line is not None:
        lines = len(tables[condition.any_line.table].lines)
        return f"{condition.any_line.fact} >= threshold on any of {lines} lines"
    parts = [_bracketed(part, rules, tables) for part in condition.parts()]
    if condition.all is not None or condition.any is not None:
        return (" and " if condition.all is not None else " or ").join(parts)
    return _over_parts(condition, parts)


def _bracketed(
    condition: Condition, rules: Mapping[str, Condition], tables: Mapping[str, LineTable]
) -> str:
    while condition.rule is not None:
        condition = rules[condition.rule]
    text = words(condition, rules, tables)
    return text if condition.fact is not None else f"({text})"


def _over_parts(condition: Condition, parts: Sequence[str]) -> str:
    if condition.none is not None:
        return f"not {' and not '.join(parts)}"
    if condition.count is not None:
        return f"at least {condition.count.at_least} of ({'; '.join(parts)})"
    return _over_years(condition, parts[0])


def _over_years(condition: Condition, part: str) -> str:
    if condition.years_back is not None:
        return f"{part} {condition.years_back.years} year(s) before"
    if condition.in_each_of_last is not None:
        return f"{part} in each of the last {condition.in_each_of_last.years} financial years"
    if condition.in_one_of_last is not None:
        return f"{part} in one of the last {condition.in_one_of_last.years} financial years"
    return f"{part} sustained (two years to gain, two to lose)"


def _test(condition: Condition) -> str:
    fact, unit = condition.fact, f" {condition.unit}" if condition.unit else ""
    if condition.is_ is not None:
        return f"{fact} is {condition.is_}"
    if condition.in_any_of is not None:
        return f"{fact} in {', '.join(condition.in_any_of)}"
    if condition.includes_any is not None:
        return f"{fact} includes {' or '.join(condition.includes_any)}"
    test = condition.tests[0]
    limit = getattr(condition, test)
    shown = f"{limit:_}" if isinstance(limit, int | float) else str(limit)
    return f"{fact} {SIGNS[test]} {shown}{unit}"
