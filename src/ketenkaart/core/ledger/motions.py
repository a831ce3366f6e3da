"""Motions: who asks what of whom, and what government said of it before the vote.

That advice ("left to parliament", "taken over") says nothing about execution; for what came of a
motion see `ketenkaart.core.ledger.execution`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from ketenkaart.core.ledger.papers import Paper, PaperKind, joined, papers_in
from ketenkaart.core.ledger.reading.source import Extract, PartKind
from ketenkaart.core.provenance import Frozen


class Appreciation(StrEnum):
    """What government said about a motion before the vote.

    `none_explicit`: it gave no opinion in so many words. `not_available`: parliament's data hold
    none, as for changed motions. `awaited`: still to come. `other`: words that are none of these.
    """

    LEFT_TO_PARLIAMENT = "left_to_parliament"
    ADVISED_AGAINST = "advised_against"
    ADVISED_AGAINST_UNLESS_CHANGED = "advised_against_unless_changed"
    PREMATURE = "premature"
    REDUNDANT = "redundant"
    TAKEN_OVER = "taken_over"
    ASKED_TO_HOLD = "asked_to_hold"
    NONE_EXPLICIT = "none_explicit"
    NOT_AVAILABLE = "not_available"
    AWAITED = "awaited"
    OTHER = "other"


class VoteResult(StrEnum):
    """How a motion ended in parliament."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HELD_OVER = "held_over"
    LAPSED = "lapsed"


class RequestKind(StrEnum):
    """What a motion does with its operative words."""

    REQUESTS = "requests"
    CALLS_ON = "calls_on"
    INSTRUCTS = "instructs"
    STATES = "states"
    DECIDES = "decides"
    NO_CONFIDENCE = "no_confidence"


class Addressee(StrEnum):
    """Whom the operative words are for; `parliament` includes its committees and presidium."""

    GOVERNMENT = "government"
    PARLIAMENT = "parliament"
    NOBODY = "nobody"
    OTHER = "other"


class Request(Frozen):
    """One thing that a motion asks or states; `parts` are the items of a list that follows it."""

    kind: RequestKind
    addressee: Addressee
    text: str
    parts: tuple[str, ...] = ()


class Motion(Frozen):
    """One motion as parliament's data and its printed text give it.

    `movers` stand in the title, `and_others` for its "c.s.", `signatories` below the text.
    `paragraphs` is empty where only the case is known and not the text. `appreciation` is `None`
    where the data say nothing at all; `vote` is `None` where the result was not looked up.
    """

    paper: Paper
    movers: tuple[str, ...] = ()
    and_others: bool = False
    signatories: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    paragraphs: tuple[str, ...] = ()
    appreciation: Appreciation | None = None
    appreciation_words: str | None = None
    vote: VoteResult | None = None
    voted_on: date | None = None


_APPRECIATIONS = {
    "oordeel kamer": Appreciation.LEFT_TO_PARLIAMENT,
    "ontraden": Appreciation.ADVISED_AGAINST,
    "ontraden, tenzij gewijzigd": Appreciation.ADVISED_AGAINST_UNLESS_CHANGED,
    "ontijdig": Appreciation.PREMATURE,
    "overbodig": Appreciation.REDUNDANT,
    "overgenomen": Appreciation.TAKEN_OVER,
    "verzocht motie aan te houden": Appreciation.ASKED_TO_HOLD,
    "geen (expliciete) appreciatie": Appreciation.NONE_EXPLICIT,
    "nog te ontvangen": Appreciation.AWAITED,
    "nog niet bekend": Appreciation.AWAITED,
}
_VOTES = (
    ("aangenomen", VoteResult.ADOPTED),
    ("verworpen", VoteResult.REJECTED),
    ("ingetrokken", VoteResult.WITHDRAWN),
    ("vervallen", VoteResult.LAPSED),
    ("aangehouden", VoteResult.HELD_OVER),
)


def appreciation_of(words: str | None) -> Appreciation | None:
    """Return the kind of government's advice; `None` where no words were given.

    >>> str(appreciation_of("Ontraden, tenzij gewijzigd")), appreciation_of(" ")
    ('advised_against_unless_changed', None)
    """
    plain = " ".join((words or "").casefold().split())
    if not plain:
        return None
    if plain.startswith("niet beschikbaar"):
        return Appreciation.NOT_AVAILABLE
    return _APPRECIATIONS.get(plain, Appreciation.OTHER)


def vote_result(words: str | None) -> VoteResult | None:
    """Return the result that a decision's words name, or `None`.

    >>> str(vote_result("Stemmen - aangenomen")), vote_result("Ingediend")
    ('adopted', None)
    """
    plain = (words or "").casefold()
    return next((result for word, result in _VOTES if word in plain), None)


_TITLE = re.compile(
    r"motie van (?:het lid|de leden|de kamerleden) (?P<names>.{2,200}?)"
    r"(?P<others>,? c\.s\.?)?(?= over | ter vervanging| waarin|$| inzake | \()",
    re.IGNORECASE,
)
# "een" for "en" is a misprint that parliament's own titles hold.
_AND = re.compile(r", ?| [eE][nN] | [eE][eE][nN] (?=[A-Z])")
_START = re.compile(r"de kamer[,;:]?\Z", re.IGNORECASE)
_END = re.compile(r"(?:en )?gaat (?:over|weer over|verder) (?:tot|met) ", re.IGNORECASE)
_REPLACED = re.compile(r"ter vervanging van (?:die|nr|de motie)\D{0,40}?(\d{1,4})\b", re.IGNORECASE)
_T_V_V = re.compile(r"\(t\.? ?v\.? ?v\.? ?([^()]{3,40}(?:\(R\d+\)[^()]{1,10})?)\)", re.IGNORECASE)
_VERBS: tuple[tuple[re.Pattern[str], RequestKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"(?:en )?(?:tevens )?verzoek(?:t|en)?\b", RequestKind.REQUESTS),
        (r"(?:en )?vraagt\b", RequestKind.REQUESTS),
        (r"(?:en )?dringt\b.{0,200}\baan\b", RequestKind.CALLS_ON),
        (r"(?:en )?roep(?:t|en)\b", RequestKind.CALLS_ON),
        (r"(?:en )?draagt\b.{0,200}\bop\b", RequestKind.INSTRUCTS),
        (r"(?:en )?nodigt\b", RequestKind.REQUESTS),
        (r"zegt\b.{0,120}\bvertrouwen\b", RequestKind.NO_CONFIDENCE),
        (r"(?:en )?(?:spreekt|spreken)\b", RequestKind.STATES),
        (
            r"(?:en )?(?:verklaart|erkent|onderstreept|keurt|betreurt|veroordeelt)\b",
            RequestKind.STATES,
        ),
        (r"(?:en )?(?:besluit|wijst|neemt|benoemt|stelt|machtigt)\b", RequestKind.DECIDES),
    )
)
_GOVERNMENT = re.compile(
    r"\b(?:regering|kabinet\w*|minister\w*|staatssecretaris\w*|bewindsperso\w+|demissionair\w*)\b",
    re.IGNORECASE,
)
_PARLIAMENT = re.compile(
    r"\b(?:presidium|kamer|commissie\w*|voorzitter|kamervoorzitter|rapporteur\w*|fracties?"
    r"|griffie\w*|informateur\w*|formateur\w*|verkenner\w*)\b",
    re.IGNORECASE,
)
_TO_NOBODY = frozenset({RequestKind.STATES, RequestKind.DECIDES, RequestKind.NO_CONFIDENCE})
_PREAMBLE = re.compile(
    r"(?:gehoord|overwegende|constaterende|gelet|gezien|van mening|van oordeel|kennisgenomen"
    r"|kennis genomen|wetende|erkennende|voorts|tevens (?:overwegende|constaterende)|verder|"
    r"signalerende|concluderende|vaststellende|opmerkende|indachtig|in aanmerking|bezorgd|"
    r"memorerende|wijzende|onderschrijvende|beseffende|herinnerende)\b",
    re.IGNORECASE,
)
_ADDRESSEE_WORDS = 8


def requests_in(paragraphs: Sequence[str]) -> tuple[Request, ...]:
    """Return the operative paragraphs of a motion, in order.

    A paragraph that opens neither a consideration nor a request belongs to the list of the
    request before it.

    >>> found = requests_in(["De Kamer,", "overwegende dat het kan;", "verzoekt de regering dit:",
    ...     "een plan te maken;", "en gaat over tot de orde van de dag."])
    >>> str(found[0].kind), str(found[0].addressee), found[0].parts
    ('requests', 'government', ('een plan te maken;',))
    """
    found: list[Request] = []
    is_list = False
    for text in _operative(paragraphs):
        kind = next((kind for verb, kind in _VERBS if verb.match(text)), None)
        if kind is not None:
            found.append(Request(kind=kind, addressee=_addressee(kind, text), text=text))
            is_list = True
        elif _PREAMBLE.match(text):
            is_list = False
        elif is_list and found:
            last = found[-1]
            found[-1] = last.model_copy(update={"parts": (*last.parts, text)})
    return tuple(found)


def _operative(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs between "De Kamer," and the order of the day."""
    body: list[str] = []
    for paragraph in paragraphs:
        text = " ".join(paragraph.split())
        if _END.match(text):
            break
        if text and not _START.match(text):
            body.append(text)
    return body


def _addressee(kind: RequestKind, text: str) -> Addressee:
    if kind in _TO_NOBODY:
        return Addressee.NOBODY
    opening = " ".join(text.split()[:_ADDRESSEE_WORDS])
    sides = [
        (found.start(), side)
        for pattern, side in (
            (_GOVERNMENT, Addressee.GOVERNMENT),
            (_PARLIAMENT, Addressee.PARLIAMENT),
        )
        if (found := pattern.search(opening))
    ]
    return min(sides)[1] if sides else Addressee.OTHER


def signatories_in(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return the names below the text: what follows the order of the day.

    >>> signatories_in(["De Kamer,", "en gaat over tot de orde van de dag.", "Diks", "Van den Hul"])
    ('Diks', 'Van den Hul')
    """
    ends = [n for n, text in enumerate(paragraphs) if _END.match(" ".join(text.split()))]
    if not ends:
        return ()
    return tuple(name for text in paragraphs[ends[-1] + 1 :] if (name := " ".join(text.split())))


def movers_in(title: str) -> tuple[tuple[str, ...], bool]:
    """Return the names in a motion's title, and whether others moved it too ("c.s.").

    >>> movers_in("Gewijzigde motie van de leden Diks en Van den Hul c.s. over ambassades")
    (('Diks', 'Van den Hul'), True)
    """
    found = _TITLE.search(" ".join(title.split()))
    if found is None:
        return (), False
    names = tuple(name.strip(" ,") for name in _AND.split(found["names"]) if name.strip(" ,"))
    return names, found["others"] is not None


def replaced_by(title: str, subject: str, own: str | None) -> tuple[str, ...]:
    """Return the papers that a changed motion replaces, by its title or its subject.

    >>> replaced_by("", "Gewijzigde motie over x (t.v.v. 36410-XII-67)", None)
    ('36410-XII-67',)
    >>> replaced_by("MOTIE TER VERVANGING VAN DIE GEDRUKT ONDER NR. 41", "", "29665-62")
    ('29665-41',)
    """
    named = _T_V_V.search(subject)
    if named:
        papers = tuple(mention.paper for mention in papers_in(named[1]))
        if papers:
            return papers
    number = _REPLACED.search(title)
    if number and own:
        return (f"{own.rpartition('-')[0]}-{int(number[1])}",)
    return ()


def read_motion(paper: Paper, title: str, paragraphs: Sequence[str], **facts: object) -> Motion:
    """Return a motion from what it is, its title and the paragraphs of its text.

    Names are taken from the subject where it has them, in their own case, else from the printed
    title. `facts` are further fields of `Motion`, as `appreciation`.
    """
    movers, and_others = movers_in(paper.subject)
    if not movers:
        movers, and_others = movers_in(title)
    signed = signatories_in(paragraphs)
    if movers and all(name.isupper() for name in movers):
        own_case = {_plain(name): name for name in signed}
        movers = tuple(own_case.get(_plain(name), name.title()) for name in movers)
    replaces = paper.replaces or replaced_by(title, paper.subject, paper.id)
    return Motion.model_validate(
        {
            "paper": paper.model_copy(update={"replaces": replaces}),
            "movers": movers,
            "and_others": and_others,
            "signatories": signed,
            "requests": requests_in(paragraphs),
            "paragraphs": tuple(paragraphs),
            **facts,
        }
    )


def _plain(name: str) -> str:
    """Return a name without case and accents, which printed titles lose."""
    marked = unicodedata.normalize("NFKD", name)
    return "".join(char for char in marked if not unicodedata.combining(char)).casefold()


def motion_of(extract: Extract) -> Motion | None:
    """Return the motion that an official publication holds, or `None` where it holds none.

    What a motion is stands in its text: it opens with parliament speaking ("De Kamer,").
    """
    texts = [
        " ".join(extract.raw[part.start : part.end].split())
        for part in extract.parts
        if part.kind in {PartKind.PARAGRAPH, PartKind.LIST_ITEM, PartKind.SIGNATURE}
    ]
    opening = next((n for n, text in enumerate(texts) if _START.match(text)), None)
    facts = extract.facts
    if opening is None or facts.dossier is None or facts.number is None:
        return None
    own = joined(facts.dossier, facts.suffix, facts.number)
    headings = [
        " ".join(extract.raw[part.start : part.end].split())
        for part in extract.parts
        if part.kind is PartKind.HEADING
    ]
    title = next((text for text in headings if movers_in(text)[0]), facts.title or "")
    paper = Paper(
        key=own or f"{facts.dossier}-{facts.number}",
        id=own,
        kind=PaperKind.MOTION,
        subject=facts.title or title,
        number=int(facts.number),
        dated=facts.date,
        session_year=facts.session_year,
    )
    return read_motion(paper, title, texts[opening:])
