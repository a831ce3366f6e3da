"""Files to take away: all evidence under a budget article, and a draft letter to parliament."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from ketenkaart.core.ledger.followup.types import (
    Claim,
    Evidence,
    Followed,
    FollowUpState,
    IndependentVerdict,
)
from ketenkaart.core.provenance import Citation, Frozen, Text

Lane = Literal["claim", "evidence", "verdict"]


class DossierRow(Frozen):
    """One thing that was claimed, shown or found about one item."""

    item: str
    summary_nl: str
    summary_en: str
    state: FollowUpState
    lane: Lane
    day: date | None
    value: str | None
    text_nl: str
    text_en: str
    by: str
    url: str | None
    sha256: str | None
    source: str | None
    locator: str | None
    grade: str | None


def dossier_rows(found: Iterable[Followed]) -> tuple[DossierRow, ...]:
    """Return every claim, piece of evidence and verdict that counts, item by item and lane by lane.

    Withdrawn records are left out, and so is what is dated after the day of the standing.
    """
    rows = []
    for item in found:
        as_of = item.standing.as_of
        lanes: tuple[tuple[Lane, Sequence[Claim | Evidence | IndependentVerdict]], ...] = (
            ("claim", item.history.claims),
            ("evidence", item.history.evidence),
            ("verdict", item.history.verdicts),
        )
        rows += [
            _row(item, lane, record)
            for lane, records in lanes
            for record in records
            if record.withdrawn is None and (record.day is None or record.day <= as_of)
        ]
    return tuple(rows)


def _row(found: Followed, lane: Lane, record: Claim | Evidence | IndependentVerdict) -> DossierRow:
    value: StrEnum | None
    url = digest = None
    if isinstance(record, Claim):
        words, value = record.text, record.value
    elif isinstance(record, Evidence):
        words, value, url, digest = record.title, record.kind, record.url, record.sha256
    else:
        words, value = record.statement, record.value
    citation: Citation | None = getattr(record, "citation", None)
    return DossierRow(
        item=found.item.key,
        summary_nl=found.item.summary.nl,
        summary_en=found.item.summary.en,
        state=found.standing.state,
        lane=lane,
        day=record.day,
        value=value.value if value else None,
        text_nl=in_words(words, "nl"),
        text_en=in_words(words, "en"),
        by=in_words(record.by, "en"),
        url=url,
        sha256=digest,
        source=citation.source if citation else None,
        locator=citation.locator if citation else None,
        grade=citation.grade.value if citation else None,
    )


def in_words(text: Text | str, language: str) -> str:
    """Return a text in one language; a plain text stays as it was written."""
    return text if isinstance(text, str) else text.in_language(language)


def draft_letter(
    found: Iterable[Followed],
    *,
    language: str,
    as_of: date,
    phrases: Mapping[str, str],
    titles: Mapping[str, Text],
) -> str:
    """Return the text of a draft letter to parliament, in Markdown, for somebody to edit.

    Each item stands under its state, with its dates and with what was found and where. `phrases`
    holds the sentences around it: `title`, `draft`, `intro`, `due`, `expected`, `slipped`,
    `claim`, `verdict`, `no_verdict`, `source`, and one `state_...` per state.
    """
    lines = [f"# {phrases['title']}", "", f"**{phrases['draft']}**", ""]
    lines += [phrases["intro"].format(day=as_of.isoformat()), ""]
    groups: dict[FollowUpState, list[Followed]] = {}
    for item in found:
        groups.setdefault(item.standing.state, []).append(item)
    for state in FollowUpState:
        if state not in groups:
            continue
        lines += [f"## {_capital(phrases[f'state_{state.value}'])}", ""]
        for item in groups[state]:
            lines += [*_entry(item, language, phrases, titles), ""]
    return "\n".join(lines).rstrip() + "\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _entry(
    found: Followed, language: str, phrases: Mapping[str, str], titles: Mapping[str, Text]
) -> list[str]:
    item, standing = found.item, found.standing
    source = _source(item.citation, language, titles)
    lines = [f"- **{item.code}** {item.summary.in_language(language)} ({source})"]
    if standing.due is not None:
        lines.append(f"  - {phrases['due'].format(day=standing.due.isoformat())}")
    if standing.has_slipped and standing.expected is not None:
        lines.append(f"  - {phrases['slipped'].format(day=standing.expected.isoformat())}")
    if item.reason is not None:
        lines.append(f"  - {phrases['reason'].format(text=item.reason.in_language(language))}")
    if standing.claim is not None and standing.claim.day > item.letter_day:
        lines.append(
            "  - "
            + phrases["claim"].format(
                by=in_words(standing.claim.by, language),
                day=standing.claim.day.isoformat(),
                text=in_words(standing.claim.text, language),
            )
        )
    verdict = standing.verdict
    if verdict is not None:
        found_text = phrases["verdict"].format(
            day=verdict.day.isoformat(), text=in_words(verdict.statement, language)
        )
        cited = f" ({_source(verdict.citation, language, titles)})" if verdict.citation else ""
        lines.append(f"  - {found_text}{cited}")
    return lines


def _source(citation: Citation, language: str, titles: Mapping[str, Text]) -> str:
    title = titles.get(citation.source)
    name = title.in_language(language) if title else citation.source
    return f"{name}, {citation.locator}" if citation.locator else name
