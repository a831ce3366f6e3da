"""Entries as plain text, field by field, and back: what forms, prompts and files have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ketenkaart.core.ledger.judgement import CandidateKind, Fields, JudgedReference
from ketenkaart.core.ledger.phrases import find_phrase, sentence_around
from ketenkaart.core.ledger.reading.types import DeadlineKind, Offsets, ReferenceKind
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass
from ketenkaart.services.judging.readings import OpenLetter

CHOICES: Mapping[str, tuple[str, ...]] = {
    "response_class": tuple(item.value for item in ResponseClass),
    "position": tuple(item.value for item in Position),
    "follow_up": tuple(item.value for item in FollowUp),
    "deadline_kind": tuple(item.value for item in DeadlineKind),
    "tense": ("promised", "under_way", "done"),
    "reference_kind": tuple(item.value for item in ReferenceKind),
}
NAMES: Mapping[CandidateKind, tuple[str, ...]] = {
    CandidateKind.RECOMMENDATION: (
        "response_class", "position", "follow_up", "adviser", "commitments", "references",
        "quote", "response", "summary_nl", "summary_en",
    ),
    CandidateKind.COMMITMENT: (
        "deadline_kind", "deadline_text", "deadline_start", "deadline_end", "tense",
        "responsible", "recommendations", "quote", "summary_nl", "summary_en",
    ),
    CandidateKind.REFERENCE: (
        "reference_kind", "dossier", "suffix", "number", "label", "dated", "quote",
    ),
}  # fmt: skip
"""The fields of each kind, in the order in which they are asked."""
LINKS: Mapping[str, CandidateKind] = {
    "commitments": CandidateKind.COMMITMENT,
    "references": CandidateKind.REFERENCE,
    "recommendations": CandidateKind.RECOMMENDATION,
}
_FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


@dataclass(slots=True)
class Filled:
    """What text per field comes to: an entry, or what is wrong per field.

    Each problem is one of `needed`, `choice`, `phrase`, `day`, `order`, `codes` and `value`.
    """

    entry: Fields | None = None
    problems: dict[str, str] = field(default_factory=dict)


def shown(letter: OpenLetter, entry: Fields) -> dict[str, str]:
    """Return an entry as text per field; an absent value is empty, links are codes."""
    return {name: _shown(letter, entry, name) for name in NAMES[CandidateKind(entry.kind)]}


def fill(
    letter: OpenLetter, kind: CandidateKind, given: Mapping[str, str], base: Fields | None = None
) -> Filled:
    """Return the entry that text per field describes, or what is wrong with it.

    Words of the letter are looked up nearest to where `base` stands.
    """
    reader = _Reader(letter, {name: given.get(name, "").strip() for name in NAMES[kind]})
    values = reader.values(kind, base)
    if reader.problems:
        return Filled(problems=reader.problems)
    try:
        return Filled(entry=_FIELDS.validate_python({"kind": kind.value, **values}))
    except ValidationError as error:
        places = (_field_of(kind, problem["loc"]) for problem in error.errors())
        return Filled(problems=dict.fromkeys(places, "value"))


def same_entry(one: Fields, other: Fields) -> bool:
    """Return whether two entries say the same; places, which follow from spans, do not count."""
    hidden = {"place", "response_place", "is_own"}
    return one.model_dump(exclude=hidden) == other.model_dump(exclude=hidden)


def is_day(text: str) -> bool:
    """Return whether `text` is a day as 2023-07-01.

    >>> is_day("2023-07-01"), is_day("2023-02-30"), is_day("morgen")
    (True, False, False)
    """
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _shown(letter: OpenLetter, entry: Fields, name: str) -> str:
    if name == "response":
        span = getattr(entry, "response_span", None)
        return letter.text[slice(*span)] if span else ""
    if name in LINKS:
        keys: Iterable[str] = getattr(entry, name)
        return " ".join(letter.by_key[key].code for key in keys if key in letter.by_key)
    if name.startswith("deadline_"):
        value = getattr(getattr(entry, "deadline", None), name.removeprefix("deadline_"))
    else:
        value = getattr(entry, name)
    return "" if value is None else str(value)


@dataclass(slots=True)
class _Reader:
    letter: OpenLetter
    given: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def values(self, kind: CandidateKind, base: Fields | None) -> dict[str, Any]:
        near = base.quote_span if base else (0, 0)
        quote_span = self._find("quote", near[0]) or near
        if not self.given["quote"]:
            self.problems["quote"] = "needed"
        values: dict[str, Any] = {
            "quote": self.letter.text[slice(*quote_span)],
            "quote_span": quote_span,
            "span": sentence_around(self.letter.sentences, quote_span),
            # The judgement works out the place in the original from the span.
            "place": {"start": 0, "end": 1, "line": 1},
        }
        readers: Mapping[CandidateKind, Callable[[Offsets], dict[str, Any]]] = {
            CandidateKind.RECOMMENDATION: self._recommendation,
            CandidateKind.COMMITMENT: self._commitment,
            CandidateKind.REFERENCE: self._reference,
        }
        values |= readers[kind](quote_span)
        if isinstance(base, JudgedReference) and kind is CandidateKind.REFERENCE:
            values["is_own"] = base.is_own
        return values

    def _recommendation(self, span: Offsets) -> dict[str, Any]:
        return {
            **self._plain("summary_nl", "summary_en", "adviser"),
            **{name: self._choice(name) for name in ("response_class", "position", "follow_up")},
            "response_span": self._find("response", span[1]),
            "commitments": self._links("commitments"),
            "references": self._links("references"),
        }

    def _commitment(self, _: Offsets) -> dict[str, Any]:
        start, end = self._day("deadline_start"), self._day("deadline_end")
        if start and end and start > end:
            self.problems["deadline_end"] = "order"
        return {
            **self._plain("summary_nl", "summary_en", "responsible"),
            "tense": self._choice("tense"),
            "deadline": {
                "kind": self._choice("deadline_kind"),
                "start": start,
                "end": end,
                "text": self.given["deadline_text"] or None,
            },
            "recommendations": self._links("recommendations"),
        }

    def _reference(self, _: Offsets) -> dict[str, Any]:
        if not self.given["label"]:
            self.problems["label"] = "needed"
        return {
            **self._plain("suffix", "number"),
            "dossier": self.given["dossier"].replace(" ", "") or None,
            "label": self.given["label"],
            "reference_kind": self._choice("reference_kind"),
            "dated": self._day("dated"),
        }

    def _plain(self, *names: str) -> dict[str, str | None]:
        return {name: self.given[name] or None for name in names}

    def _choice(self, name: str) -> str:
        value = self.given[name]
        if value not in CHOICES[name]:
            self.problems[name] = "choice"
        return value

    def _find(self, name: str, near: int) -> Offsets | None:
        phrase = self.given[name]
        if not phrase:
            return None
        found = find_phrase(self.letter.text, phrase, near)
        if found is None:
            self.problems[name] = "phrase"
        return found

    def _day(self, name: str) -> str | None:
        value = self.given[name]
        if value and not is_day(value):
            self.problems[name] = "day"
            return None
        return value or None

    def _links(self, name: str) -> tuple[str, ...]:
        kind = LINKS[name]
        known = {
            item.code.upper(): item.key for item in self.letter.candidates if item.kind is kind
        }
        codes = self.given[name].replace(",", " ").upper().split()
        if any(code not in known for code in codes):
            self.problems[name] = "codes"
        return tuple(dict.fromkeys(known[code] for code in codes if code in known))


def _field_of(kind: CandidateKind, place: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in place if str(part) not in {item.value for item in CandidateKind}]
    for name in ("_".join(parts[:2]), parts[0] if parts else ""):
        if name in NAMES[kind]:
            return name
    return "quote"
