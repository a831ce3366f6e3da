"""The fields of an entry as a form in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ketenkaart.core.ledger.judgement import CandidateKind, Fields
from ketenkaart.services.judging.filling import CHOICES, NAMES, fill, shown
from ketenkaart.services.judging.readings import OpenLetter
from ketenkaart.web.gap_form import Option
from ketenkaart.web.text import say

WORDS: Mapping[str, str] = {
    "response_class": "ledger.class_",
    "position": "ledger.position_",
    "follow_up": "ledger.follow_",
    "deadline_kind": "judging.deadline_",
    "tense": "judging.tense_",
    "reference_kind": "judging.reference_",
}
AREAS = {"quote", "response", "summary_nl", "summary_en"}
HINTED = {
    "quote", "response", "commitments", "references", "recommendations", "summary_nl",
    "deadline_start", "deadline_end", "dated",
}  # fmt: skip


def note_of(sent: Mapping[str, str]) -> str | None:
    """Return the reason that was given with a judgement, None where there is none."""
    return sent.get("note", "").strip() or None


@dataclass(frozen=True, slots=True)
class EntryField:
    """One field: `name` says what it is, `id` under which name it is sent."""

    name: str
    id: str
    kind: str
    value: str
    options: tuple[Option, ...] = ()
    has_hint: bool = False
    error: str = ""


@dataclass(slots=True)
class EntryForm:
    """The fields of one entry; `entry` is `None` while something is wrong.

    Several forms on one page are told apart by `prefix`.
    """

    kind: CandidateKind
    language: str
    prefix: str = ""
    given: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    entry: Fields | None = None

    @classmethod
    def of(cls, letter: OpenLetter, entry: Fields, language: str, prefix: str = "") -> EntryForm:
        """Return the form filled in with what an entry says."""
        return cls(CandidateKind(entry.kind), language, prefix, shown(letter, entry), entry=entry)

    @classmethod
    def read(
        cls,
        letter: OpenLetter,
        kind: CandidateKind,
        given: Mapping[str, str],
        language: str,
        *,
        base: Fields | None = None,
        prefix: str = "",
    ) -> EntryForm:
        """Return the form as it was sent; phrases are looked up nearest to those of `base`."""
        values = {name: given.get(prefix + name, "").strip() for name in NAMES[kind]}
        filled = fill(letter, kind, values, base)
        errors = {
            name: say(f"judging.error_{problem}", language)
            for name, problem in filled.problems.items()
        }
        return cls(kind, language, prefix, values, errors, filled.entry)

    def fields(self) -> tuple[EntryField, ...]:
        """Return the fields in the order in which they are asked."""
        return tuple(self._field(name) for name in NAMES[self.kind])

    def _field(self, name: str) -> EntryField:
        value = self.given.get(name, "")
        options = tuple(
            Option(code, say(f"{WORDS[name]}{code}", self.language), code == value)
            for code in CHOICES.get(name, ())
        )
        if options and not any(option.is_chosen for option in options):
            options = (Option("", say("judging.choose", self.language), True), *options)
        return EntryField(
            name=name,
            id=self.prefix + name,
            kind="area" if name in AREAS else "list" if options else "text",
            value=value,
            options=options,
            has_hint=name in HINTED,
            error=self.errors.get(name, ""),
        )
