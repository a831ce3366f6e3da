"""Read norms, criteria of alignment, score sheets and agreements; the package's and one's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.norms.types import (
    Agreement,
    AlignmentCriterion,
    AlignmentScore,
    Element,
    Norm,
    PolicySector,
    ScoreSheet,
)
from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import check_citations, known_sources, reference_root
from ketenkaart.sources.reference.governance import load_instruments

FOLDER = "norms"
SHEET_COLUMNS = ("criterion", "alignment", "evidence", "source", "locator", "grade")
MAX_BYTES = 5_000_000


class _Norms(Frozen):
    norms: tuple[Norm, ...]


class _Criteria(Frozen):
    criteria: tuple[AlignmentCriterion, ...]


class _Template(Frozen):
    name: Text
    elements: tuple[Element, ...]
    citation: Citation


class _Sectors(Frozen):
    sectors: tuple[PolicySector, ...]


@dataclass(frozen=True, slots=True)
class NormsReference:
    """Everything about norms that ships with the package."""

    norms: tuple[Norm, ...]
    criteria: tuple[AlignmentCriterion, ...]
    template: Agreement
    elements: tuple[Element, ...]
    sectors: tuple[PolicySector, ...]
    sheets: tuple[ScoreSheet, ...]
    agreements: tuple[Agreement, ...]


def load_norms(root: Path | None = None) -> NormsReference:
    """Return the norms, criteria, template, sectors, score sheets and agreements.

    Raises `ReferenceDataError`, with file, line and key, for the first thing that is wrong.
    """
    return _norms(reference_root(root))


def read_sheet(path: Path, root: Path | None = None) -> ScoreSheet:
    """Return somebody's own score sheet from YAML, or from CSV with the columns of a sheet.

    A CSV has no heading of its own, so its name is that of the file. Raises `ReferenceDataError`
    with file, line and key or column.
    """
    found = load_norms(root)
    if path.suffix.lower() == ".csv":
        return _sheet_of_csv(path, {item.id for item in found.criteria})
    document = read_document(path, path.name)
    sheet = document.parse(ScoreSheet)
    _check_sheet(document, sheet, {item.id for item in found.criteria}, None)
    return sheet


def read_agreement(path: Path, root: Path | None = None) -> Agreement:
    """Return somebody's own agreement from YAML; it may cite sources of its own."""
    found = load_norms(root)
    document = read_document(path, path.name)
    agreement = document.parse(Agreement)
    known = ({item.id for item in found.norms}, {item.id for item in found.elements})
    _check_agreement(document, agreement, *known, None)
    return agreement


@lru_cache(maxsize=8)
def _norms(root: Path) -> NormsReference:
    sources = known_sources(root)
    instruments = {item.id for item in load_instruments(root)}
    norms_file, norms = _one(root, "norms.yml", _Norms, sources)
    norms_file.require_unique(("norms",), [item.id for item in norms.norms])
    known = {item.id for item in norms.norms}
    criteria_file, criteria = _one(root, "criteria.yml", _Criteria, sources)
    criteria_file.require_unique(("criteria",), [item.id for item in criteria.criteria])
    for index, item in enumerate(criteria.criteria):
        if item.norm is not None:
            criteria_file.require_known(("criteria", index, "norm"), item.norm, known, "norm")
    template_file, template = _one(root, "template.yml", _Template, sources)
    template_file.require_unique(("elements",), [item.id for item in template.elements])
    for index, element in enumerate(template.elements):
        _all_known(template_file, ("elements", index, "norms"), element.norms, known, "norm")
    elements = {item.id for item in template.elements}
    asked = {item.id for item in criteria.criteria}
    sheets = []
    for document, sheet in _each(root, "standards", ScoreSheet, sources):
        _check_sheet(document, sheet, asked, instruments)
        sheets.append(sheet)
    agreements = []
    for document, agreement in _each(root, "agreements", Agreement, sources):
        _check_agreement(document, agreement, known, elements, instruments)
        agreements.append(agreement)
    sectors_file, sectors = _one(root, "sectors.yml", _Sectors, sources)
    names = {item.id for item in sheets}
    for index, sector in enumerate(sectors.sectors):
        place = ("sectors", index)
        _all_known(sectors_file, (*place, "covenants"), sector.covenants, instruments, "instrument")
        _all_known(sectors_file, (*place, "standards"), sector.standards, names, "standard")
    return NormsReference(
        norms.norms,
        criteria.criteria,
        Agreement(id="template", name=template.name, is_read=True, citation=template.citation),
        template.elements,
        sectors.sectors,
        tuple(sheets),
        tuple(agreements),
    )


def _one(root: Path, name: str, model: type[Any], sources: frozenset[str]) -> tuple[Document, Any]:
    document = read_document(root / FOLDER / name, f"{FOLDER}/{name}")
    value = document.parse(model)
    check_citations(document, sources)
    return document, value


def _each(
    root: Path, folder: str, model: type[Any], sources: frozenset[str]
) -> Iterable[tuple[Document, Any]]:
    for path in sorted((root / FOLDER / folder).glob("*.yml")):
        document, value = _one(root, f"{folder}/{path.name}", model, sources)
        if value.id != path.stem:
            document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
        yield document, value


def _all_known(
    document: Document, place: Trail, values: Iterable[str], known: set[str], noun: str
) -> None:
    for index, value in enumerate(values):
        document.require_known((*place, index), value, known, noun)


def _check_sheet(
    document: Document, sheet: ScoreSheet, criteria: set[str], instruments: set[str] | None
) -> None:
    document.require_unique(("scores",), [item.criterion for item in sheet.scores], "criterion")
    for index, item in enumerate(sheet.scores):
        place = ("scores", index, "criterion")
        document.require_known(place, item.criterion, criteria, "criterion")
    if instruments is not None and sheet.instrument is not None:
        document.require_known(("instrument",), sheet.instrument, instruments, "instrument")


def _check_agreement(
    document: Document,
    agreement: Agreement,
    norms: set[str],
    elements: set[str],
    instruments: set[str] | None,
) -> None:
    document.require_unique(("clauses",), [item.id for item in agreement.clauses])
    for index, clause in enumerate(agreement.clauses):
        place: Trail = ("clauses", index)
        document.require_known((*place, "element"), clause.element, elements, "element")
        for number, meets in enumerate(clause.meets):
            document.require_known((*place, "meets", number, "norm"), meets.norm, norms, "norm")
    for index, absence in enumerate(agreement.absent):
        place = ("absent", index)
        document.require_known((*place, "element"), absence.element, elements, "element")
        _all_known(document, (*place, "norms"), absence.norms, norms, "norm")
        if any(clause.element == absence.element for clause in agreement.clauses):
            document.fail(
                (*place, "element"),
                f"'{absence.element}' stands under clauses and under absent",
                "Keep one of the two.",
            )
    for index, deviation in enumerate(agreement.deviations):
        place = ("deviations", index, "element")
        document.require_known(place, deviation.element, elements, "element")
    if instruments is not None and agreement.instrument is not None:
        document.require_known(("instrument",), agreement.instrument, instruments, "instrument")


def _sheet_of_csv(path: Path, criteria: set[str]) -> ScoreSheet:
    rows = list(csv.reader(io.StringIO(_text(path), newline="")))
    if not rows or tuple(rows[0]) != SHEET_COLUMNS:
        raise ReferenceDataError(
            "The first row does not name the columns of a sheet",
            where=f"{path.name}:1",
            fix=f"Use {','.join(SHEET_COLUMNS)}; `ketenkaart norms sheet` writes an empty one.",
        )
    scores: list[AlignmentScore] = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        scores.append(_score(row, f"{path.name}:{line}", criteria, scores))
    name = path.stem
    return ScoreSheet.model_validate(
        {
            "id": "own",
            "name": {"nl": name, "en": name},
            "initiative_of": "many_parties",
            "scores": scores,
            "citation": {"source": "own", "grade": "assumed"},
        }
    )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReferenceDataError(
            f"The file cannot be read ({reason})", where=path.name, fix="Name another file."
        ) from None
    if len(raw) > MAX_BYTES:
        raise ReferenceDataError(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB",
            where=path.name,
            fix="A sheet has one row per criterion.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReferenceDataError(
            "The file is not UTF-8", where=f"{path.name}:{line}", fix="Save it as UTF-8."
        ) from None


def _score(
    row: list[str], where: str, criteria: set[str], before: list[AlignmentScore]
) -> AlignmentScore:
    if len(row) != len(SHEET_COLUMNS):
        raise ReferenceDataError(
            f"The row has {len(row)} cells, not {len(SHEET_COLUMNS)}",
            where=where,
            fix="Put quotes around cells that hold a comma.",
        )
    cells = dict(zip(SHEET_COLUMNS, (cell.strip() for cell in row), strict=True))
    if cells["criterion"] not in criteria:
        raise ReferenceDataError(
            f"Unknown criterion {cells['criterion']!r}",
            where=f"{where}, column criterion",
            fix="`ketenkaart norms criteria` lists them.",
        )
    if any(item.criterion == cells["criterion"] for item in before):
        raise ReferenceDataError(
            f"'{cells['criterion']}' stands here twice",
            where=f"{where}, column criterion",
            fix="Give each one once.",
        )
    content: dict[str, object] = {
        "criterion": cells["criterion"],
        "alignment": cells["alignment"] or "not_researched",
        "evidence": cells["evidence"] or None,
    }
    if cells["source"]:
        content["citation"] = {
            "source": cells["source"],
            "locator": cells["locator"] or None,
            "grade": cells["grade"],
        }
    try:
        return AlignmentScore.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = next((str(k) for k in reversed(first["loc"]) if k in SHEET_COLUMNS), "alignment")
        raise ReferenceDataError(
            f"Not valid: {first['msg'].removeprefix('Value error, ')}",
            where=f"{where}, column {place}",
            fix="Correct the cell.",
        ) from None
