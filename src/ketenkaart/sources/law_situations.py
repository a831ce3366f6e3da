"""Read situations: facts about a firm, a day, and what a lawyer expects the law to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.kleene import Truth
from ketenkaart.core.governance.rules.types import LawStatus
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.core.provenance import Frozen, Identifier
from ketenkaart.sources.facts import facts_of
from ketenkaart.sources.reference.document import Document, read_document


class Expected(Frozen):
    """One situation as written; what is left out is not tested."""

    as_of: date
    given: dict[str, Any] = Field(default_factory=dict)
    in_scope: Truth
    status: LawStatus | None = None
    version: Identifier | None = None
    applies_now: Truth | None = None
    applies_from: date | None = None
    next_question: Identifier | None = None
    because: str = Field(min_length=1)


class SituationsFile(Frozen):
    """A law, facts that hold in every situation of the file, and the situations."""

    law: Identifier
    base: dict[str, Any] = Field(default_factory=dict)
    situations: tuple[Expected, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation ready to be tested, with the place where it is written."""

    law: str
    where: str
    facts: Facts
    expected: Expected


def read_situations(path: Path, book: LawBook) -> tuple[Situation, ...]:
    """Return the situations of one file. Raises `InputError` with file, line and key."""
    try:
        document = read_document(path, path.name)
        content = document.parse(SituationsFile)
        if book.find(content.law) is None:
            ids = [law.id for law in book.laws]
            document.require_known(("law",), content.law, ids, "law")
        return tuple(
            Situation(
                content.law,
                f"{path.name}:{document.line(('situations', index))}",
                _facts(document, index, {**content.base, **item.given}, book),
                item,
            )
            for index, item in enumerate(content.situations)
        )
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None


def _facts(document: Document, index: int, facts: dict[str, Any], book: LawBook) -> Facts:
    """Return the facts, with errors placed at the situation."""
    place = document.places.parts["situations"].parts[index]
    here = Document(document.name, {"facts": facts}, type(place)(place.line, {}))
    return facts_of(here, book)
