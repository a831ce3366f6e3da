"""The words of calendars, draft letters and reminders, the same through every door."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.ledger.followup.reminders import NO_DATE, Digest
from ketenkaart.core.ledger.followup.types import FollowUpState
from ketenkaart.core.provenance import Text
from ketenkaart.sources.reference.followup import load_followup

LETTER = ("title", "draft", "intro", "due", "slipped", "reason", "claim", "verdict")


def phrase(name: str, language: str, **fields: object) -> str:
    """Return the words of a name in a language, with its fields filled in.

    Raises `KeyError` for an unknown name: missing words are a mistake in the program.
    """
    words = load_followup().phrases[name].in_language(language)
    return words.format(**fields) if fields else words


def calendar_phrases() -> dict[str, Text]:
    """Return the words of the calendar, in both languages."""
    found = load_followup().phrases
    named = {name: found[f"calendar_{name}"] for name in ("name", "slipped", "overdue")}
    return {**named, "owner": found["owner"], "nobody": found["nobody"]}


def letter_phrases(language: str) -> dict[str, str]:
    """Return the words of the draft letter in one language."""
    phrases = {name: phrase(f"letter_{name}", language) for name in LETTER}
    states = {
        f"state_{state.value}": phrase(f"state_{state.value}", language) for state in FollowUpState
    }
    return {**phrases, **states}


def message(digest: Digest, day: date) -> tuple[str, str]:
    """Return subject and text of a reminder, in Dutch and then in English."""
    subject = phrase("mail_subject", "nl", count=len(digest.lines))
    parts = [_message_in(digest, day, language) for language in ("nl", "en")]
    return subject, "\n\n---\n\n".join(parts) + "\n"


def _message_in(digest: Digest, day: date, language: str) -> str:
    lines = [phrase("mail_intro", language, day=day.isoformat()), ""]
    for found, mark in zip(digest.lines, digest.marks, strict=True):
        named = {"key": found.item.key, "summary": found.item.summary.in_language(language)}
        if mark.mark == NO_DATE or mark.due is None:
            lines.append("- " + phrase("mail_no_date", language, **named))
        else:
            lines.append(
                "- "
                + phrase(
                    "mail_due",
                    language,
                    **named,
                    day=mark.due.isoformat(),
                    left=distance((mark.due - day).days, language),
                )
            )
    return "\n".join([*lines, "", phrase("mail_outro", language)])


def distance(days: int, language: str) -> str:
    """Say how far off a day is.

    >>> distance(3, "en"), distance(0, "en"), distance(-2, "nl")
    ('3 days left', 'today', '2 dagen geleden')
    """
    if days == 0:
        return phrase("days_today", language)
    count = "day" if abs(days) == 1 else "days"
    return phrase(f"{count}_{'left' if days > 0 else 'past'}", language, days=abs(days))
