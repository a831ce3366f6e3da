"""Questions about instruments: compare, history, checklist, crosswalk, export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.beside import Row, Seen, compare
from ketenkaart.core.governance.dossier import (
    Criterion,
    CriterionScore,
    Crosswalk,
    StudyDesign,
    Unit,
    Verdict,
)
from ketenkaart.core.governance.types import Instrument, Kind
from ketenkaart.core.provenance import Citation, State, Text
from ketenkaart.services.instruments.in_use import folder_over, instruments_in_use
from ketenkaart.services.register import find_instrument
from ketenkaart.sources.reference import load_issues, load_sectors
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.governance import read_instrument
from ketenkaart.sources.reference.instrument_codes import (
    load_covenant_criteria,
    load_study_designs,
    load_units,
)

MOST_COMPARED = 6
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which instruments to list; `None` is no condition."""

    kind: Kind | None = None
    theme: int | None = None
    issue: str | None = None
    sector: str | None = None
    is_worked_out: bool | None = None
    is_in_force_on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedCriterion:
    """A criterion of the published list with the verdict on it; not researched where none is."""

    criterion: Criterion
    score: CriterionScore | None

    @property
    def verdict(self) -> Verdict:
        """The verdict, or `not_researched` where nobody gave one."""
        return Verdict.NOT_RESEARCHED if self.score is None else self.score.verdict


@dataclass(frozen=True, slots=True)
class Checklist:
    """A covenant beside everything that government expects of one."""

    instrument: Instrument
    rows: tuple[CheckedCriterion, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many criteria have this verdict."""
        return sum(row.verdict is verdict for row in self.rows)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something dated about an instrument, for its history; `value` is a code, words or figure."""

    day: date
    what: str
    label: Text | None
    state: State
    value: Text | str | float | None
    unit: str | None
    note: Text | None
    citation: Citation


def choose(choice: Choice) -> tuple[Instrument, ...]:
    """Return the instruments that meet every condition; those worked out stand first.

    An instrument for all issues or all sectors is in for each one. Raises `NotFoundError` for an
    unknown issue or sector.
    """
    _require_known("issue", choice.issue, [item.id for item in load_issues()])
    _require_known("sector", choice.sector, [item.id for item in load_sectors()])
    return tuple(item for item in instruments_in_use() if _is_chosen(item, choice))


def _require_known(what: str, given: str | None, known: list[str]) -> None:
    if given is not None and given not in known:
        raise NotFoundError(
            f"Unknown {what} {given[:60]!r}", where=what, fix=f"Known: {', '.join(known)}."
        )


def _is_chosen(item: Instrument, choice: Choice) -> bool:
    if choice.kind not in (None, item.kind) or choice.theme not in (None, item.theme):
        return False
    if choice.is_worked_out not in (None, item.worked_out):
        return False
    if choice.is_in_force_on is not None:
        status = item.status_on(choice.is_in_force_on)
        if status is None or status.value.value != "in_force":
            return False
    return _covers(item, "issues", choice.issue) and _covers(item, "sectors", choice.sector)


def _covers(item: Instrument, name: str, wanted: str | None) -> bool:
    if wanted is None:
        return True
    if item.scope is None:
        return False
    found = getattr(item.scope, name)
    return found is None or wanted in found


def compare_instruments(ids: tuple[str, ...], days: tuple[date, ...]) -> tuple[Row, ...]:
    """Return two or more instruments beside each other on a day, or one on two or more days.

    Raises `NotFoundError` for an unknown id and `InputError` where there is nothing to compare.
    """
    if len(ids) > 1 and len(days) == 1:
        seen = [Seen(find_instrument(name), days[0]) for name in ids]
    elif len(ids) == 1 and len(days) > 1:
        found = find_instrument(ids[0])
        seen = [Seen(found, day) for day in days]
    else:
        raise InputError(
            "Nothing to compare",
            where="compare",
            fix="Name two instruments and one day, or one instrument and two days.",
        )
    if len(seen) > MOST_COMPARED:
        raise InputError(
            f"More than {MOST_COMPARED} beside each other cannot be read",
            where="compare",
            fix="Name fewer.",
        )
    return compare(seen)


def checklist(instrument_id: str) -> Checklist:
    """Return every criterion of the published list with the verdict on this covenant.

    Raises `NotFoundError` for an unknown id and `InputError` for an instrument that is no covenant.
    """
    found = find_instrument(instrument_id)
    if found.kind is not Kind.COVENANT:
        raise InputError(
            f"The checklist is for covenants; {found.id} is a {found.kind.value}",
            where="instrument",
            fix="`ketenkaart instruments list --kind covenant` names them.",
        )
    scores = {score.criterion: score for score in found.checklist}
    rows = tuple(
        CheckedCriterion(criterion, scores.get(criterion.id))
        for criterion in load_covenant_criteria()
    )
    return Checklist(found, rows)


def crosswalks(instrument_id: str) -> tuple[Instrument, tuple[Crosswalk, ...]]:
    """Return an instrument with the commitments of the initiatives that it builds on.

    Raises `NotFoundError` for an unknown id and `InputError` where it builds on none.
    """
    found = find_instrument(instrument_id)
    if not found.crosswalks:
        known = ", ".join(item.id for item in instruments_in_use() if item.crosswalks)
        raise InputError(
            f"No initiative is recorded that {found.id} builds on",
            where="instrument",
            fix=f"With a crosswalk: {known}.",
        )
    return found, found.crosswalks


def history(instrument_id: str) -> tuple[Happening, ...]:
    """Return everything dated about an instrument, the oldest first.

    Raises `NotFoundError` for an unknown id.
    """
    found = find_instrument(instrument_id)
    events = [*_terms(found), *_traits(found), *_parties(found), *_figures(found)]
    return tuple(sorted(events, key=lambda event: event.day))


def _terms(item: Instrument) -> Iterator[Happening]:
    for status in item.status:
        yield Happening(
            status.start, "status", None, State.KNOWN, status.value.value, None,
            status.citation.note, status.citation,
        )  # fmt: skip
    term = item.term
    if term is not None:
        yield Happening(
            term.start, "term_start", None, State.KNOWN, None, None, term.note, term.citation
        )
        if term.end is not None:
            yield Happening(
                term.end, "term_end", None, State.KNOWN, None, None, term.note, term.citation
            )
    for uptake in item.uptake:
        note = uptake.measure if uptake.state is State.KNOWN else uptake.missing
        unit = "share" if uptake.value is not None else None
        yield Happening(
            uptake.start, "uptake", None, uptake.state, uptake.value, unit, note, uptake.citation
        )


def _traits(item: Instrument) -> Iterator[Happening]:
    for secretariat in item.secretariat:
        yield Happening(
            secretariat.start, "secretariat", None, secretariat.state, secretariat.name, None,
            secretariat.note, secretariat.citation,
        )  # fmt: skip
    for name in ("bindingness", "enforcement", "remedy"):
        for trait in getattr(item, name):
            value = None if trait.value is None else trait.value.value
            yield Happening(
                trait.start, name, None, trait.state, value, None, trait.note, trait.citation
            )


def _parties(item: Instrument) -> Iterator[Happening]:
    for party in item.parties:
        for day, what in ((party.joined, "joined"), (party.left, "left")):
            if day is not None:
                yield Happening(
                    day, what, party.name, State.KNOWN, party.count, None, None, party.citation
                )


def _figures(item: Instrument) -> Iterator[Happening]:
    for measure in item.measures:
        for point in measure.points:
            yield Happening(
                point.on, "measure", measure.label, point.state, point.value, measure.unit,
                point.note, point.citation,
            )  # fmt: skip
    for fact in item.facts:
        yield Happening(
            fact.start, "fact", fact.label, fact.state, fact.value, fact.unit, fact.note,
            fact.citation,
        )  # fmt: skip
    for study in item.evidence:
        yield Happening(
            study.on, "evidence", study.title, State.KNOWN, study.finding.value, None,
            study.about, study.citation,
        )  # fmt: skip


def units() -> dict[str, Unit]:
    """Return every unit by id."""
    return {unit.id: unit for unit in load_units()}


def study_designs() -> dict[str, StudyDesign]:
    """Return every study design by id, the strongest first."""
    return {design.id: design for design in load_study_designs()}


def text_of(instrument_id: str) -> str:
    """Return the file of a worked-out instrument, as in use.

    Raises `NotFoundError` for an unknown id and `InputError` for one without a file.
    """
    found = find_instrument(instrument_id)
    if not found.worked_out:
        raise InputError(
            f"{found.id} is not worked out: it has no file",
            where="instrument",
            fix="Work it out first; docs/methods/instruments.md tells how.",
        )
    return text_in_use(found.id)


def text_in_use(instrument_id: str) -> str:
    """Return the text of an instrument as in use; empty for one that has no file yet."""
    over = folder_over()
    own = None if over is None else over / f"{instrument_id}.yml"
    if own is not None and own.is_file():
        return own.read_text(encoding="utf-8")
    return shipped_text(instrument_id)


def shipped_text(instrument_id: str) -> str:
    """Return the text that came with the package; empty for an instrument without a file there."""
    file = reference_root(None) / "instruments" / f"{instrument_id}.yml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def check_file(file: Path) -> Instrument:
    """Return the instrument that a file describes, checked by the rules of the package.

    Raises `InputError` for a file that cannot be read and `ReferenceDataError`, with line and key,
    for the first thing that is wrong in it.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        text = raw[:MAX_BYTES].decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror or error}",
            where=str(file),
            fix="Name a file that exists.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "The file is not UTF-8", where=str(file), fix="Save it as UTF-8."
        ) from error
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB",
            where=str(file),
            fix="One instrument never takes that much.",
        )
    return read_instrument(text, file.name)
