"""The fields of an entry as a form: filled in, read back, and what is wrong per field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ketenkaart.core.ledger.judgement import (
    CandidateKind,
    Fields,
    JudgedPassage,
    JudgedReference,
)
from ketenkaart.core.ledger.phrases import find_phrase, sentence_around
from ketenkaart.core.ledger.reading.types import DeadlineKind, Offsets, ReferenceKind
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass
from ketenkaart.services.judging.readings import OpenLetter
from ketenkaart.web.gap_form import Option
from ketenkaart.web.text import say

TENSES = ("promised", "under_way", "done")
CHOICES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "response_class": (tuple(ResponseClass), "ledger.class_"),
    "position": (tuple(Position), "ledger.position_"),
    "follow_up": (tuple(FollowUp), "ledger.follow_"),
    "deadline_kind": (tuple(DeadlineKind), "judging.deadline_"),
    "tense": (TENSES, "judging.tense_"),
    "reference_kind": (tuple(ReferenceKind), "judging.reference_"),
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
AREAS = {"quote", "response", "summary_nl", "summary_en"}
HINTED = {"quote", "response", "commitments", "references", "recommendations", "summary_nl"}
DAYS = {"deadline_start", "deadline_end", "dated"}
_FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


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

    letter: OpenLetter
    kind: CandidateKind
    language: str
    prefix: str = ""
    given: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    entry: Fields | None = None

    @classmethod
    def of(cls, letter: OpenLetter, entry: Fields, language: str, prefix: str = "") -> EntryForm:
        """Return the form filled in with what an entry says."""
        kind = CandidateKind(entry.kind)
        form = cls(letter, kind, language, prefix, entry=entry)
        form.given = {name: form._shown(entry, name) for name in NAMES[kind]}
        return form

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
        form = cls(letter, kind, language, prefix)
        form.given = {name: given.get(prefix + name, "").strip() for name in NAMES[kind]}
        values = form._values(base.quote_span if base else (0, 0))
        if isinstance(base, JudgedReference) and kind is CandidateKind.REFERENCE:
            values["is_own"] = base.is_own
        if form.errors:
            return form
        try:
            form.entry = _FIELDS.validate_python({"kind": kind.value, **values})
        except ValidationError as error:
            for problem in error.errors():
                form.errors[form._field_of(problem["loc"])] = say("judging.error_value", language)
        return form

    def fields(self) -> tuple[EntryField, ...]:
        """Return the fields in the order in which they are asked."""
        return tuple(self._field(name) for name in NAMES[self.kind])

    def _field(self, name: str) -> EntryField:
        value = self.given.get(name, "")
        options: tuple[Option, ...] = ()
        if name in CHOICES:
            values, key = CHOICES[name]
            options = tuple(
                Option(v, say(f"{key}{v}", self.language), v == value) for v in map(str, values)
            )
            if not any(option.is_chosen for option in options):
                options = (Option("", say("judging.choose", self.language), True), *options)
        kind = "area" if name in AREAS else "list" if options else "text"
        return EntryField(
            name=name,
            id=self.prefix + name,
            kind=kind,
            value=value,
            options=options,
            has_hint=name in HINTED or name in DAYS,
            error=self.errors.get(name, ""),
        )

    def _shown(self, entry: JudgedPassage, name: str) -> str:
        if name == "response":
            span = getattr(entry, "response_span", None)
            return self.letter.text[slice(*span)] if span else ""
        if name in {"commitments", "references", "recommendations"}:
            return " ".join(self._codes(getattr(entry, name)))
        if name.startswith("deadline_"):
            value = getattr(getattr(entry, "deadline", None), name.removeprefix("deadline_"))
        else:
            value = getattr(entry, name)
        return "" if value is None else str(value)

    def _codes(self, keys: Iterable[str]) -> list[str]:
        return [self.letter.by_key[key].code for key in keys if key in self.letter.by_key]

    def _values(self, near: Offsets) -> dict[str, Any]:
        quote_span = self._find("quote", near[0], is_needed=True) or near
        quote = self.letter.text[slice(*quote_span)]
        span = sentence_around(self.letter.sentences, quote_span)
        values: dict[str, Any] = {
            "quote": quote,
            "quote_span": quote_span,
            "span": span,
            # The service works out the place in the original; this one only fills the form.
            "place": {"start": 0, "end": 1, "line": 1},
        }
        reader: Mapping[CandidateKind, Callable[[Offsets], dict[str, Any]]] = {
            CandidateKind.RECOMMENDATION: self._recommendation,
            CandidateKind.COMMITMENT: self._commitment,
            CandidateKind.REFERENCE: self._reference,
        }
        return values | reader[self.kind](quote_span)

    def _recommendation(self, span: Offsets) -> dict[str, Any]:
        return {
            **self._plain("summary_nl", "summary_en", "adviser"),
            **{name: self._choice(name) for name in ("response_class", "position", "follow_up")},
            "response_span": self._find("response", span[1]),
            "commitments": self._links("commitments", CandidateKind.COMMITMENT),
            "references": self._links("references", CandidateKind.REFERENCE),
        }

    def _commitment(self, _: Offsets) -> dict[str, Any]:
        start, end = self._day("deadline_start"), self._day("deadline_end")
        if start and end and start > end:
            self.errors["deadline_end"] = say("judging.error_order", self.language)
        return {
            **self._plain("summary_nl", "summary_en", "responsible"),
            "tense": self._choice("tense"),
            "deadline": {
                "kind": self._choice("deadline_kind"),
                "start": start,
                "end": end,
                "text": self.given["deadline_text"] or None,
            },
            "recommendations": self._links("recommendations", CandidateKind.RECOMMENDATION),
        }

    def _reference(self, _: Offsets) -> dict[str, Any]:
        if not self.given["label"]:
            self.errors["label"] = say("judging.error_needed", self.language)
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
        if value not in {str(item) for item in CHOICES[name][0]}:
            self.errors[name] = say("judging.error_choice", self.language)
        return value

    def _find(self, name: str, near: int, *, is_needed: bool = False) -> Offsets | None:
        phrase = self.given[name]
        if not phrase:
            if is_needed:
                self.errors[name] = say("judging.error_needed", self.language)
            return None
        found = find_phrase(self.letter.text, phrase, near)
        if found is None:
            self.errors[name] = say("judging.error_phrase", self.language)
        return found

    def _day(self, name: str) -> str | None:
        value = self.given[name]
        if not value:
            return None
        if not is_day(value):
            self.errors[name] = say("judging.error_day", self.language)
            return None
        return value

    def _links(self, name: str, kind: CandidateKind) -> tuple[str, ...]:
        known = {
            item.code.upper(): item.key for item in self.letter.candidates if item.kind is kind
        }
        codes = self.given[name].replace(",", " ").upper().split()
        strange = [code for code in codes if code not in known]
        if strange:
            self.errors[name] = say(
                "judging.error_codes", self.language, codes=" ".join(strange)[:60]
            )
        return tuple(dict.fromkeys(known[code] for code in codes if code in known))

    def _field_of(self, place: tuple[int | str, ...]) -> str:
        parts = [str(part) for part in place if str(part) not in {k.value for k in CandidateKind}]
        joined = "_".join(parts[:2])
        for name in (joined, parts[0] if parts else ""):
            if name in NAMES[self.kind]:
                return name
        return "quote"


def is_day(text: str) -> bool:
    """Return whether `text` is a day as 2023-07-01.

    >>> is_day("2023-07-01"), is_day("2023-02-30"), is_day("morgen")
    (True, False, False)
    """
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def same_entry(one: Fields, other: Fields) -> bool:
    """Return whether two entries say the same; places, which follow from spans, do not count."""
    hidden = {"place", "response_place", "is_own"}
    return one.model_dump(exclude=hidden) == other.model_dump(exclude=hidden)
