"""Parliamentary papers: what they are, how they are numbered, and where a text names one.

A paper is named by dossier, suffix and number, joined by hyphens: "26485-308",
"35000-XVII-34", "21501-20-2254".
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from ketenkaart.core.provenance import Frozen

# Numbers of these dossiers mean nothing without the suffix that names the council.
_ALWAYS_SUFFIXED = frozenset({"21501"})
_SUFFIX = r"R\d{3,4}|[IVX]{1,6}|[A-Z]|\d{2}"
_ID = re.compile(rf"(?:kst-)?(\d{{5}})(?:-?({_SUFFIX}|\(R\d{{1,4}}\)))?-(\d{{1,4}})\Z")
_DOSSIER = re.compile(rf"(\d{{2}})[  .]?(\d{{3}})(?:[  -]?({_SUFFIX}|\(R\d{{1,4}}\)))?\Z")
_NUMBERS = r"\d{1,4}(?:(?:, ?| en )\d{1,4}){0,12}"
_MENTION = re.compile(
    rf"(?<![\d-])(\d{{2}})[  .]?(\d{{3}})(?:[  ]?-?[  ]?({_SUFFIX})(?![\w-]))?"
    rf"(?:,)?[  ]?(?:nrs?\.?|no\.)[  ]?({_NUMBERS})(?![\d-])",
    re.IGNORECASE,
)
_HYPHENED = re.compile(rf"(?<![\d-])(?:kst-)?(\d{{5}})(?:-?({_SUFFIX}))?-(\d{{1,4}})(?![\w-])")
_NUMBER = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d{3}")


Day = date
PARLIAMENT_LEDGER = "tk-toezegging"
"""What stands before the slash in the key of a commitment that parliament keeps."""


class PaperKind(StrEnum):
    """What a parliamentary paper is."""

    LETTER = "letter"
    MOTION = "motion"
    AMENDMENT = "amendment"
    QUESTIONS = "questions"
    REPORT = "report"
    OTHER = "other"


class Paper(Frozen):
    """One paper as a source of parliament's data describes it.

    `key` is how that source calls it: a case number ("2019Z23073"), a document number
    ("2019D47123"), or else the paper's own id. `id` is `None` where the dossier is not known;
    `number` is the number within the dossier. `replaces` are the papers whose place it takes. A
    paper that its publisher took back stays, marked `is_removed`. `uid` is the publisher's own id
    of the case or document.
    """

    key: str = Field(min_length=1, max_length=80)
    uid: str | None = None
    id: str | None = None
    kind: PaperKind
    kind_words: str = ""
    dossier_title: str = ""
    subject: str = ""
    number: int | None = Field(default=None, ge=1)
    dated: Day | None = None
    session_year: str | None = None
    case: str | None = None
    document: str | None = None
    replaces: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    is_removed: bool = False


class Dossier(Frozen):
    """A numbered series of papers: "26485" on responsible business, "35000-XVII" a budget."""

    id: str = Field(min_length=5, max_length=20)
    title: str


class ParliamentCommitment(Frozen):
    """A commitment that a minister made in parliament, as parliament keeps it.

    `status_words` are the publisher's. `due` is the day that it gives for fulfilment, `None` where
    its field holds no day.
    """

    number: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")
    uid: str | None = None
    text: str = ""
    status_words: str | None = None
    made_on: Day | None = None
    due: Day | None = None
    ministry: str | None = None
    minister: str | None = None
    office: str | None = None
    activity: str | None = None
    fulfilled_in: str | None = None
    is_removed: bool = False

    @property
    def item(self) -> str:
        """The key under which it is followed."""
        return f"{PARLIAMENT_LEDGER}/{self.number}"


class Mention(NamedTuple):
    """A paper named in a text, and the characters that name it: `end` is not included."""

    paper: str
    start: int
    end: int


def paper_id(text: str) -> str | None:
    """Return the id of the one paper that `text` names, in any usual notation, or `None`.

    >>> paper_id("26 485, nr. 308"), paper_id("kst-35000-XVII-34"), paper_id("35 000 XVII, nr. 34")
    ('26485-308', '35000-XVII-34', '35000-XVII-34')
    >>> paper_id("21501-20"), paper_id("nrs. 7 en 8")
    (None, None)
    """
    words = text.strip()
    exact = _ID.match(words)
    if exact:
        return joined(exact[1], exact[2], exact[3])
    found = papers_in(words)
    return found[0].paper if len(found) == 1 else None


def dossier_id(text: str) -> str | None:
    """Return a dossier's id from its usual notations, or `None`.

    >>> dossier_id("26 485"), dossier_id("36600XVII"), dossier_id("21501-20"), dossier_id("x")
    ('26485', '36600-XVII', '21501-20', None)
    """
    found = _DOSSIER.match(text.strip())
    if found is None:
        return None
    suffix = f"-{found[3].strip('()')}" if found[3] else ""
    return f"{found[1]}{found[2]}{suffix}"


def joined(dossier: str, suffix: str | None, number: str | int) -> str | None:
    """Return the id of a paper from its parts; `None` where the dossier needs a suffix.

    >>> joined("35000", "XVII", 34), joined("26485", None, "0308"), joined("21501", None, 20)
    ('35000-XVII-34', '26485-308', None)
    """
    if not suffix and dossier in _ALWAYS_SUFFIXED:
        return None
    middle = f"-{suffix.strip('()').upper()}" if suffix else ""
    return f"{dossier}{middle}-{int(number)}"


def papers_in(text: str) -> tuple[Mention, ...]:
    """Return every paper that `text` names with dossier and number, in order; each place once.

    >>> [m.paper for m in papers_in("zie 26 485, nrs. 7 en 17, en 36410-XII-67 (t.v.v. 35334-336)")]
    ['26485-7', '26485-17', '36410-XII-67', '35334-336']
    """
    found: list[Mention] = []
    if not _DIGITS.search(text):  # most titles name nothing: this looks at them once
        return ()
    for match in _MENTION.finditer(text):
        for number in _NUMBER.finditer(match[4]):
            paper = joined(match[1] + match[2], match[3], number[0])
            if paper is not None:
                found.append(Mention(paper, match.start(), match.end()))
    for match in _HYPHENED.finditer(text):
        paper = joined(match[1], match[2], match[3])
        if paper is not None:
            found.append(Mention(paper, match.start(), match.end()))
    return tuple(sorted(found, key=lambda mention: mention.start))


def paper_name(paper: str, language: str) -> str:
    """Return a paper's id as people write it; anything else stays as it is.

    >>> paper_name("35000-XVII-34", "nl"), paper_name("21501-20-2254", "en")
    ('35 000 XVII, nr. 34', '21 501-20, no. 2254')
    >>> paper_name("PwC", "nl")
    'PwC'
    """
    parts = _ID.match(paper)
    if parts is None:
        return paper
    suffix = parts[2] or ""
    joint = "-" if suffix.isdigit() else " "
    dossier = f"{parts[1][:2]} {parts[1][2:]}{joint + suffix if suffix else ''}"
    return f"{dossier}, {'nr.' if language == 'nl' else 'no.'} {parts[3]}"
