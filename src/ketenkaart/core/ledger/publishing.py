"""From what was agreed or resolved about a letter to its ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.folding import Folded, Group, GroupState
from ketenkaart.core.ledger.judgement import (
    Entry,
    JudgedCommitment,
    JudgedPassage,
    JudgedRecommendation,
    JudgedReference,
    coded,
)
from ketenkaart.core.ledger.reading.types import (
    DeadlineKind,
    Offsets,
    OriginalPlace,
    ReadDeadline,
    ReadSection,
)
from ketenkaart.core.ledger.types import (
    MAX_LOCATOR_WORDS,
    Commitment,
    DateType,
    Deadline,
    Ledger,
    Letter,
    Locator,
    Position,
    Recommendation,
    Reference,
    ResponseClass,
    Theme,
)
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Text

LONGEST_QUOTE = 200
TENSES: Mapping[str, Text] = {
    "promised": Text(nl="toegezegd", en="promised"),
    "under_way": Text(nl="in uitvoering", en="under way"),
    "done": Text(nl="gedaan", en="done"),
}
NOBODY_NAMED = Text(nl="niet genoemd", en="not named")
UNHEADED = Text(nl="Zonder kop", en="Under no heading")
HEADING = Text(nl="Een kop van de brief zelf.", en="A heading of the letter itself.")


class LetterFacts(Frozen):
    """What a letter is, as an editor confirms it before it is published.

    A title in one language stands for both.
    """

    id: Identifier
    title_nl: str | None = Field(default=None, min_length=1, max_length=500)
    title_en: str | None = Field(default=None, min_length=1, max_length=500)
    sender: str = Field(min_length=1, max_length=200)
    date: date
    dossier: str | None = Field(default=None, min_length=1, max_length=40)
    number: str | None = Field(default=None, min_length=1, max_length=40)


@dataclass(frozen=True)
class Original:
    """The letter as it was read: its hash and length, its sections, and the way to its places."""

    sha256: str
    characters: int
    sections: tuple[ReadSection, ...]
    text: str
    place: Callable[[Offsets], OriginalPlace]


def in_both(nl: str | None, en: str | None, otherwise: str) -> Text:
    """Return a text of which at most one language is known.

    What exists in one language stands in both, word for word: it is then shown as words of that
    language, and nothing is translated by a machine.

    >>> in_both("Volg dit", None, "x").en
    'Volg dit'
    """
    return Text(nl=nl or en or otherwise, en=en or nl or otherwise)


def require_settled(folded: Folded) -> None:
    """Return when nothing is left to judge or to resolve; raise `InputError` otherwise."""
    left = folded.count(GroupState.UNJUDGED)
    apart = folded.count(GroupState.DISAGREED)
    if left or apart:
        raise InputError(
            f"{left} proposals are not judged, and coders disagree on {apart}",
            where="letter",
            fix="Judge or reject the rest, and resolve the disagreements first.",
        )


def codes_for(folded: Folded, given: Mapping[str, str]) -> dict[str, str]:
    """Return a code for every entry: the one it was given before, else the next free one.

    Recommendations are R1, R2, ..., commitments K01, K02, ...; a paper is called by its dossier
    and number, or D1, D2, ... Papers that are named more than once have one code.
    """
    codes = dict(given)
    for kind, mark, digits in ((JudgedRecommendation, "R", 1), (JudgedCommitment, "K", 2)):
        for entry in folded.entries:
            if isinstance(entry.fields, kind) and entry.key not in codes:
                codes[entry.key] = _next(mark, digits, codes.values())
    for entry in folded.entries:
        key = paper_key(entry)
        if key is not None and key not in codes:
            own = coded(entry.fields)["paper"].replace(" ", "").lower()
            free = own and len(own) <= 20 and own not in codes.values()
            codes[key] = own if free else _next("D", 1, codes.values())
    return codes


def _next(mark: str, digits: int, taken: Iterable[str]) -> str:
    used = [int(code[1:]) for code in taken if code[:1] == mark and code[1:].isdigit()]
    return f"{mark}{max(used, default=0) + 1:0{digits}}"


def paper_key(entry: Entry) -> str | None:
    """Return the name under which mentions of one paper come together; `None` for no paper.

    The letter's own number is not a paper that it points to.
    """
    fields = entry.fields
    if not isinstance(fields, JudgedReference) or fields.is_own:
        return None
    words = coded(fields)
    if fields.number:
        return f"paper {words['paper']}"[:60]
    return f"paper {fields.reference_kind} {fields.label} {words['dated']}".strip()[:60]


def ledger_of(
    facts: LetterFacts, folded: Folded, codes: Mapping[str, str], original: Original
) -> Ledger:
    """Return the ledger of a letter whose judging is settled.

    Links that name a passage that was rejected lead nowhere and are left out.
    """
    groups = [(group, entry) for group in folded.groups for entry in group.entries]
    asked = [(g, e, e.fields) for g, e in groups if isinstance(e.fields, JudgedRecommendation)]
    promised = [(e, e.fields) for _, e in groups if isinstance(e.fields, JudgedCommitment)]
    cited = [(e, e.fields) for _, e in groups if isinstance(e.fields, JudgedReference)]
    by_origin: dict[str, list[str]] = {}
    for _, entry in groups:
        code = codes.get(paper_key(entry) or entry.key)
        for origin in (entry.key, *entry.origins):
            if code is not None and code not in by_origin.setdefault(origin, []):
                by_origin[origin].append(code)
    answers = _links(asked, promised, codes, by_origin)
    papers = {
        (codes[e.key], code)
        for _, e, fields in asked
        for key in fields.references
        for code in by_origin.get(key, ())
    }
    writer = _Writer(facts, original, codes, len(folded.coders))
    headings = writer.headings([fields for _, _, fields in asked])
    return Ledger(
        letter=writer.letter(),
        themes=tuple(writer.theme(number, headings[number]) for number in sorted(headings)),
        recommendations=tuple(
            writer.recommendation(group, entry, fields, answers, papers)
            for group, entry, fields in asked
        ),
        commitments=tuple(writer.commitment(entry, fields, answers) for entry, fields in promised),
        references=tuple(writer.references(cited, papers)),
    )


Links = set[tuple[str, str]]


def _links(
    asked: Sequence[tuple[Group, Entry, JudgedRecommendation]],
    promised: Sequence[tuple[Entry, JudgedCommitment]],
    codes: Mapping[str, str],
    by_origin: Mapping[str, Sequence[str]],
) -> Links:
    """Return pairs of a recommendation and a promise, whichever of the two names the other."""
    forward = {
        (codes[e.key], code)
        for _, e, fields in asked
        for key in fields.commitments
        for code in by_origin.get(key, ())
    }
    backward = {
        (code, codes[e.key])
        for e, fields in promised
        for key in fields.recommendations
        for code in by_origin.get(key, ())
    }
    known = {codes[e.key] for _, e, _ in asked}, {codes[e.key] for e, _ in promised}
    return {(r, k) for r, k in forward | backward if r in known[0] and k in known[1]}


def number_of(code: str) -> tuple[int, str]:
    """Return what codes are sorted by: their number, then their letters."""
    digits = "".join(sign for sign in code if sign.isdigit())
    return (int(digits[:9]) if digits else 0, code)


@dataclass(frozen=True)
class _Writer:
    facts: LetterFacts
    original: Original
    codes: Mapping[str, str]
    coders: int

    def letter(self) -> Letter:
        facts = self.facts
        return Letter(
            id=facts.id,
            title=in_both(facts.title_nl, facts.title_en, facts.id),
            dossier=facts.dossier,
            number=facts.number,
            date=facts.date,
            sender=facts.sender,
            characters=self.original.characters,
            sha256=self.original.sha256,
            citation=Citation(source=facts.id, grade=Grade.SURE),
        )

    def headings(self, asked: Iterable[JudgedRecommendation]) -> dict[int, ReadSection | None]:
        """Return the headings under which recommendations stand, by their order in the letter."""
        found: dict[int, ReadSection | None] = {}
        for fields in asked:
            number = self._section(fields.quote_span)
            section = self.original.sections[number - 1] if number else None
            found[number or len(self.original.sections) + 1] = section
        return found

    def _section(self, span: Offsets) -> int:
        """Return the number of the innermost section around a span, 0 when it is in none."""
        around = [
            (section.level, number)
            for number, section in enumerate(self.original.sections, start=1)
            if section.span[0] <= span[0] < section.span[1]
        ]
        return max(around)[1] if around else 0

    def theme(self, number: int, section: ReadSection | None) -> Theme:
        title = " ".join(section.title.split()) if section else ""
        place = self.original.place(section.span) if section else None
        return Theme(
            number=number,
            id=f"section-{number}",
            name=Text(nl=title, en=title) if title else UNHEADED,
            description=HEADING if title else UNHEADED,
            citation=self._citation(place),
        )

    def recommendation(
        self,
        group: Group,
        entry: Entry,
        fields: JudgedRecommendation,
        answers: Links,
        papers: Links,
    ) -> Recommendation:
        code = self.codes[entry.key]
        others = {
            made.fields.response_class
            for entries in group.by_coder.values()
            for made in entries or ()
            if isinstance(made.fields, JudgedRecommendation)
        }
        order = [fields.response_class, *(c for c in ResponseClass if c in others)]
        reason = group.resolution.note if group.resolution else None
        return Recommendation(
            id=code,
            theme=self._section(fields.quote_span) or len(self.original.sections) + 1,
            locator=self._locator(fields),
            summary=in_both(fields.summary_nl, fields.summary_en, fields.quote),
            sentence_group=f"G{fields.span[0]}",
            response_block=f"B{fields.response_span[0]}" if fields.response_span else "B0",
            response_class=fields.response_class,
            acceptable_classes=tuple(dict.fromkeys(order)),
            position=fields.position,
            follow_up=fields.follow_up,
            coding_note=Text(nl=reason, en=reason) if reason else None,
            coding_citation=Citation(
                source="own", locator=f"judged by {self.coders}", grade=Grade.ASSUMED
            ),
            response_explicit=fields.position is not Position.NONE_GIVEN,
            response_locator=self._answer(fields),
            ambiguous=group.state is GroupState.RESOLVED,
            commitments=tuple(sorted((k for r, k in answers if r == code), key=number_of)),
            references=tuple(sorted((d for r, d in papers if r == code), key=number_of)),
            citation=self._citation(fields.place),
        )

    def commitment(self, entry: Entry, fields: JudgedCommitment, answers: Links) -> Commitment:
        code = self.codes[entry.key]
        deadline = fields.deadline
        return Commitment(
            id=code,
            summary=in_both(fields.summary_nl, fields.summary_en, fields.quote),
            date_text=Text(nl=deadline.text, en=deadline.text) if deadline.text else None,
            date_type=date_type(deadline),
            date_type_note=None if deadline.kind is DeadlineKind.NONE else deadline.kind.value,
            deadline=self._deadline(deadline, fields.place),
            responsible=in_both(fields.responsible, None, "")
            if fields.responsible
            else NOBODY_NAMED,
            status_in_letter=TENSES[fields.tense],
            locator=self._locator(fields),
            recommendations=tuple(sorted((r for r, k in answers if k == code), key=number_of)),
            citation=self._citation(fields.place),
        )

    def _deadline(self, deadline: ReadDeadline, place: OriginalPlace) -> Deadline | None:
        if deadline.end is None:
            return None
        words = deadline.text or deadline.end.isoformat()
        return Deadline(
            due=deadline.end,
            reading=Text(
                nl=f"Gelezen uit ‘{words}’, beoordeeld door een mens.",
                en=f"Read from ‘{words}’, judged by a person.",
            ),
            citation=self._citation(place),
        )

    def references(
        self, cited: Sequence[tuple[Entry, JudgedReference]], papers: Links
    ) -> Iterable[Reference]:
        seen: set[str] = set()
        for entry, fields in cited:
            key = paper_key(entry)
            if key is None or self.codes[key] in seen:
                continue
            code = self.codes[key]
            seen.add(code)
            yield Reference(
                id=code,
                label=Text(nl=fields.label, en=fields.label),
                description=in_both(fields.summary_nl, fields.summary_en, fields.label),
                locator=self._locator(fields),
                cited_by=tuple(sorted((r for r, d in papers if d == code), key=number_of)),
                citation=self._citation(fields.place),
            )

    def _answer(self, fields: JudgedRecommendation) -> Locator | None:
        if fields.response_span is None:
            return None
        start, end = fields.response_span
        return self._first_words(self.original.text[start:end], (start, end), fields.response_place)

    def _locator(self, fields: JudgedPassage) -> Locator:
        return self._first_words(fields.quote, fields.quote_span, fields.place)

    def _first_words(self, quote: str, span: Offsets, known: OriginalPlace | None) -> Locator:
        """Return a locator of at most eight words, placed where these very words stand."""
        words = " ".join(quote.split(" ")[:MAX_LOCATOR_WORDS])[:LONGEST_QUOTE].strip()
        start = span[0]
        found = known or self.original.place(span)
        if self.original.text[start : start + len(words)] == words:
            found = self.original.place((start, start + len(words)))
        return Locator(quote=words, start=found.start, end=found.end, line=found.line)

    def _citation(self, place: OriginalPlace | None) -> Citation:
        where = None if place is None else f"line {place.line}"
        return Citation(source=self.facts.id, locator=where, grade=Grade.SURE)


def date_type(deadline: ReadDeadline) -> DateType:
    """Return the kind of date of a deadline that was read.

    >>> from datetime import date
    >>> date_type(ReadDeadline(start=date(2020, 1, 1), end=date(2020, 12, 31), kind="expected"))
    <DateType.YEAR: 'year'>
    """
    start, end = deadline.start, deadline.end
    if deadline.kind is DeadlineKind.NONE:
        return DateType.NONE
    if end is None:
        return DateType.RELATIVE
    if start is None or start == end:
        return DateType.DAY
    whole_years = (start.month, start.day) == (1, 1) and (end.month, end.day) == (12, 31)
    if whole_years:
        return DateType.YEAR if start.year == end.year else DateType.YEARS
    return DateType.PERIOD
