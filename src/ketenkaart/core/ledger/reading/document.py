"""What a letter is, as far as its own lines say: number, day, sender, subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from ketenkaart.core.ledger.reading.calendar import MONTH_NUMBERS, month_number, nth_weekday
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.references import label_of, paper_id, parse_code
from ketenkaart.core.ledger.reading.source import DocumentFacts, Extract, Span
from ketenkaart.core.ledger.reading.types import ReadReference, ReferenceKind

_MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_DAY = (
    rf"(?P<day>[0-3]?[0-9])(?:e|st|nd|rd|th)? (?P<month>{_MONTH})\.? (?P<year>(?:19|20)[0-9]{{2}})"
)
_FIGURES = r"(?P<figures>[0-3]?[0-9][-/.][01]?[0-9][-/.](?:19|20)[0-9]{2})"
_PLACE = r"(?:Den Haag|The Hague|['’‘]s-Gravenhage|Amsterdam|Utrecht|Rotterdam|Zoetermeer)"
_DATED = (
    re.compile(rf"(?:Datum|Date|Dagtekening)\b:? {{0,4}}(?:{_DAY}|{_FIGURES})", re.IGNORECASE),
    re.compile(rf"{_PLACE},? {{0,2}}(?:de )?{_DAY}\b", re.IGNORECASE),
    re.compile(rf"(?:Brief|Letter) van {_DAY}\Z", re.IGNORECASE),
    re.compile(rf"{_DAY}\Z", re.IGNORECASE),
    re.compile(rf"Ontvangen ter griffie .{{0,60}}?op {_DAY}", re.IGNORECASE),
)
_CODE = re.compile(r"kst-[0-9A-Z-]{5,30}")
_RUNNING = re.compile(
    r"(?:Tweede|Eerste) Kamer(?: der Staten-Generaal)?, vergaderjaar "
    r"(?P<first>(?:19|20)[0-9]{2}) ?[-–/] ?(?P<last>(?:19|20)?[0-9]{2}), "
    r"(?P<dossier>[1-3][0-9][ .]?[0-9]{3})(?:[ -](?P<suffix>[IVXLC]{1,6}[AB]?|[0-9]{2}))?,? "
    r"(?:nr\.? )?(?P<number>[0-9]{1,4}|[A-Z]{1,2})\b"
)
_YEAR_LINE = re.compile(
    r"\bvergaderjaar (?P<first>(?:19|20)[0-9]{2}) ?[-–/] ?(?P<last>(?:19|20)?[0-9]{2})",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:Betreft|Onderwerp|Subject|Re)\b:? {0,4}(?P<title>\S.{3,200})\Z")
_SUBJECT_ALONE = re.compile(r"(?:Betreft|Onderwerp|Subject):?\Z")
_OFFICE = re.compile(
    r"(?:(?:De|de|The|the) )?(?P<office>(?:Minister|minister|Staatssecretaris|staatssecretaris"
    r"|State Secretary|Minister-President|minister-president|Prime Minister)"
    r"(?: (?:van|voor|of|for) [^.;:()]{3,140})?),?\Z"
)
_NAME = re.compile(
    r"(?:(?:drs|dr|mr|ir|ing|prof)\. ?){0,3}(?:[A-Z][a-z]?\. ?){1,6}"
    r"(?:[a-z]{1,4} ?){0,3}[A-Z]\S.{0,40}\Z"
)
_FULL_NAME = re.compile(r"[A-Z][a-zà-ÿ]{1,20}(?: (?:van|de|den|der|ten|ter|[A-Z]\S{1,25})){1,4}\Z")
_RUNS_ON = (" en", " voor", " van", " and", " for", " of")
_STARTS_OFFICE = ("de minister", "de staatssecretaris", "the minister", "the state secretary")
_CAPITAL_OFFICES = (*_STARTS_OFFICE, "minister", "staatssecretaris", "state secretary")
_SMALL_WORDS = ("van", "voor", "en", "of", "for", "and", "the")
_CLOSES = (".", ",", ";", ":", "!", "?")
_MOST_WORDS_OF_A_HEADING = 6
_HEAD_LINES = 60
_TAIL_LINES = 40
_LONGEST_LINE = 400


def document_facts(extract: Extract, *, day: date | None = None) -> DocumentFacts:
    """Return what the file and its text say of the letter; `day` is what the caller knows.

    What the file declares goes before what its lines say; nothing is guessed: a letter without a
    line that dates it has no date.

    >>> from ketenkaart.core.ledger.reading.source import Layout
    >>> raw = "Den Haag, 3 maart 2021\\n\\nGeachte voorzitter,\\n\\nHierbij mijn reactie.\\n"
    >>> document_facts(Extract(media_type="text/plain", sha256="0" * 64, raw=raw,
    ...                        layout=Layout.LINES)).date
    datetime.date(2021, 3, 3)
    """
    lines = [" ".join(line.split()) for line in extract.raw.splitlines()]
    lines = [line for line in lines if line and len(line) <= _LONGEST_LINE]
    declared = extract.facts
    dossier, suffix, number = _own_number(lines, declared)
    code = paper_id(dossier, suffix, number)
    return DocumentFacts(
        id=declared.id or (f"kst-{code}" if dossier and number else None),
        dossier=dossier,
        suffix=suffix,
        number=number,
        date=day or declared.date or _date(lines),
        sender=declared.sender or _sender(lines),
        session_year=declared.session_year or _session(lines),
        title=declared.title or _subject(lines),
        language=declared.language,
    )


def earliest_day(facts: DocumentFacts) -> date | None:
    """Return the first day on which the letter can have been written, by its session year.

    Parliament's year opens on the third Tuesday of September.

    >>> earliest_day(DocumentFacts(session_year="2019-2020"))
    datetime.date(2019, 9, 17)
    """
    if facts.date or facts.session_year is None:
        return facts.date
    return nth_weekday(int(facts.session_year[:4]), 9, 1, 3)


def office_of(sender: str | None) -> str | None:
    """Return the office in a sender's line, without the name.

    >>> office_of("Minister van Financiën, W.B. Hoekstra")
    'Minister van Financiën'
    """
    if sender is None:
        return None
    office, _, name = sender.rpartition(", ")
    return office if office and (_NAME.match(name) or _FULL_NAME.match(name)) else sender


def own_reference(extract: Extract, facts: DocumentFacts, places: Places) -> ReadReference | None:
    """Return the place where the letter's own number stands in the original, `None` without one.

    Page furniture is no part of the normalised text: the span there is empty, at its start.
    """
    if facts.dossier is None or facts.number is None:
        return None
    code = paper_id(facts.dossier, facts.suffix, facts.number)
    start = extract.raw.find(f"kst-{code}")
    words = f"kst-{code}"
    if start < 0:
        found = next((run for run in _RUNNING.finditer(extract.raw) if _id_of(run) == code), None)
        if found is None:
            return None
        start, words = found.start("dossier"), extract.raw[found.start("dossier") : found.end()]
    return ReadReference(
        id=code,
        kind=ReferenceKind.KAMERSTUK,
        dossier=facts.dossier,
        suffix=facts.suffix,
        number=facts.number,
        label=label_of(facts.dossier, facts.suffix, facts.number),
        date=facts.date,
        text=words,
        span=(0, 0),
        locator=places.raw(Span(start, start + len(words))),
        is_own=True,
    )


def _id_of(found: re.Match[str]) -> str:
    return paper_id(re.sub(r"\D", "", found["dossier"]), found["suffix"], found["number"])


def _own_number(
    lines: list[str], declared: DocumentFacts
) -> tuple[str | None, str | None, str | None]:
    if declared.dossier:
        return declared.dossier, declared.suffix, declared.number
    found: Counter[tuple[str, str | None, str | None]] = Counter()
    for line in lines:
        # a line of its own is furniture; within a sentence the code names another paper
        if _CODE.fullmatch(line) and (parsed := parse_code(line.removeprefix("kst-"))):
            found[parsed] += 1
        elif running := _RUNNING.match(line):
            found[re.sub(r"\D", "", running["dossier"]), running["suffix"], running["number"]] += 1
    return found.most_common(1)[0][0] if found else (None, declared.suffix, declared.number)


def _date(lines: list[str]) -> date | None:
    for pattern in _DATED:
        for line in lines[:_HEAD_LINES]:
            found = pattern.match(line)
            day = _day_of(found) if found else None
            if day:
                return day
    return next((day for line in lines[-_TAIL_LINES:] if (day := _placed(line))), None)


def _placed(line: str) -> date | None:
    found = _DATED[1].fullmatch(line)
    return _day_of(found) if found else None


def _day_of(found: re.Match[str]) -> date | None:
    groups = found.groupdict()
    try:
        if groups.get("figures"):
            day, month, year = (int(part) for part in re.split(r"[-/.]", groups["figures"]))
            return date(year, month, day)
        return date(int(found["year"]), month_number(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _session(lines: list[str]) -> str | None:
    for line in lines:
        found = _RUNNING.match(line) or (_YEAR_LINE.search(line) if len(line) < 80 else None)
        if found:
            return _session_year(found["first"], found["last"])
    return None


def _session_year(first: str, last: str) -> str:
    return f"{first}-{last if len(last) == 4 else first[:2] + last}"


def _subject(lines: list[str]) -> str | None:
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if found := _SUBJECT.match(line):
            return found["title"].strip()
        if _SUBJECT_ALONE.match(line) and index + 1 < len(lines):
            return lines[index + 1]
    return None


def _sender(lines: list[str]) -> str | None:
    """Return the first office that signs, with its name: "Minister van X, A.B. Naam".

    A line within a sentence signs nothing. The name stands below the office, or above it.
    """
    tail = [_in_small_letters(line) for line in lines[-_TAIL_LINES:]]
    for office, above, below in _offices(tail):
        if above is not None and not _may_close(above):
            continue
        near = [*below, *([] if above is None else [above])]
        name = next((line for line in near if _NAME.match(line) or _FULL_NAME.match(line)), "")
        title = office[0].upper() + office[1:]
        return f"{title}, {name}" if name else title
    return None


def _may_close(line: str) -> bool:
    """Say whether a signature may follow a line: it ends a sentence, a greeting or a name."""
    is_short = len(line.split()) <= _MOST_WORDS_OF_A_HEADING
    return line.endswith(_CLOSES) or is_short


def _in_small_letters(line: str) -> str:
    """Return an office set in capitals as it is written elsewhere.

    >>> _in_small_letters("DE MINISTER VAN INFRASTRUCTUUR EN WATERSTAAT,")
    'De Minister van Infrastructuur en Waterstaat,'
    """
    if not (line.isupper() and line.lower().startswith(_CAPITAL_OFFICES)):
        return line
    words = [w if w in _SMALL_WORDS else w.capitalize() for w in line.lower().split()]
    return " ".join([words[0].capitalize(), *words[1:]])


def _offices(tail: list[str]) -> Iterator[tuple[str, str | None, list[str]]]:
    """Yield each office with the line above and those below; it may run over two lines."""
    for index, line in enumerate(tail):
        found = _OFFICE.match(line)
        used = 1
        is_cut = found is None or line.endswith(_RUNS_ON)
        if is_cut and index + 1 < len(tail) and line.lower().startswith(_STARTS_OFFICE):
            found = _OFFICE.match(f"{line} {tail[index + 1]}") or found
            used = 2
        if found:
            above = tail[index - 1] if index else None
            yield found["office"].rstrip(","), above, tail[index + used : index + used + 3]
