"""A document as it was received, and its text made fit for reading, with the way back kept."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from ketenkaart.core.provenance import Frozen

Day = date
"""A calendar day; the name that a field called `date` needs for its own type."""


class Layout(StrEnum):
    """What the parts of an extract are: printed lines, or paragraphs that the file marks itself."""

    LINES = "lines"
    BLOCKS = "blocks"


class PartKind(StrEnum):
    """What a stretch of the original is, as far as its file says so."""

    PAGE = "page"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    FOOTNOTE = "footnote"
    STRONG = "strong"
    SIGNATURE = "signature"


class Part(Frozen):
    """A stretch of the original: characters `start` up to, not including, `end` of `raw`.

    `page` counts from 1; `element` names the element of a marked-up file, as in "al[12]"; `level`
    is the depth of a heading or list, 1 for the outermost.
    """

    kind: PartKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    page: int | None = Field(default=None, ge=1)
    element: str | None = None
    level: int | None = Field(default=None, ge=1)


class DocumentFacts(Frozen):
    """What the file says about itself; `None` where it says nothing.

    `dossier` is written without a space ("26485"), `suffix` is the budget chapter or the like
    ("XVII"), `session_year` is written "2019-2020", `language` is two letters, as "nl".
    """

    id: str | None = None
    dossier: str | None = None
    suffix: str | None = None
    number: str | None = None
    date: Day | None = None
    sender: str | None = None
    session_year: str | None = None
    title: str | None = None
    language: str | None = None


class Extract(Frozen):
    """The text of one file: `raw` as it stands there, its parts, and what it says of itself.

    Under `Layout.LINES` `raw` keeps line ends, page furniture and hyphens, and the only parts are
    pages; under `Layout.BLOCKS` the parts are headings, paragraphs and the like, with strong and
    footnote parts inside or between them. `sha256` is that of the file's bytes. A partial extract
    says in `notes` what is missing.
    """

    media_type: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    raw: str
    layout: Layout
    parts: tuple[Part, ...] = ()
    facts: DocumentFacts = DocumentFacts()
    is_partial: bool = False
    notes: tuple[str, ...] = ()


class Span(NamedTuple):
    """Characters `start` up to, not including, `end`; Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title, its depth (1 is outermost) and its place in the normalised text."""

    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the normalised text; its mark ("1.", "a)") when it is an item of a list."""

    span: Span
    mark: str | None = None
    is_footnote: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Normalised characters from `start` on come from the original from `origin` on, one by one."""

    start: int
    origin: int


@dataclass(frozen=True, slots=True)
class NormalText:
    """A letter's text without page furniture and line ends, and the way back to the original.

    Words broken at a line end are joined, white space is one space, paragraphs and headings are
    divided by one line feed, footnotes stand last. Headings, paragraphs and strong spans are in
    order and do not overlap within their kind.
    """

    text: str
    runs: tuple[Run, ...]
    headings: tuple[Heading, ...]
    paragraphs: tuple[Paragraph, ...]
    strong: tuple[Span, ...] = ()

    def origin(self, position: int) -> int:
        """Return where the character at `position` stands in the original's `raw`."""
        run = self.runs[bisect_right(self.runs, position, key=lambda run: run.start) - 1]
        return run.origin + position - run.start

    def original(self, span: Span) -> Span:
        """Return the stretch of `raw` that `span` was read from, line ends and hyphens included."""
        return Span(self.origin(span.start), self.origin(span.end - 1) + 1)
