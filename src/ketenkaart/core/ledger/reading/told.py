"""All that a letter tells of itself: what it is, which papers it names, what it promises."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.ledger.reading.document import (
    document_facts,
    earliest_day,
    office_of,
    own_reference,
)
from ketenkaart.core.ledger.reading.lexicon import Lexicon
from ketenkaart.core.ledger.reading.mentions import Kinds
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.promises import read_commitments, times_of
from ketenkaart.core.ledger.reading.references import read_references
from ketenkaart.core.ledger.reading.scan import Scanner
from ketenkaart.core.ledger.reading.source import DocumentFacts, Extract, NormalText, Span
from ketenkaart.core.ledger.reading.types import (
    ReadCommitment,
    ReadReference,
    ReadSection,
    Reject,
)

REFERENCE_KINDS = (
    "reference", "no_reference", "paper_prefix", "paper_noun", "paper_day", "titled",
    "named_plan", "named_advice", "advice_given",
)  # fmt: skip
TIME_KINDS = ("time", "bound", "firmness")
PROMISE_KINDS = (
    "deed", "auxiliary", "first_person", "promise", "advised", "refused", "adopts", "already",
    "presents", "prediction", "still_to_come", "duty", "subordinate", "agreed",
    "done_mark", "revised",
    "hedge", "actor", "agent", "other_agent", "points_back",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter is, the papers it names, its promises, and what only looked like one."""

    facts: DocumentFacts
    references: tuple[ReadReference, ...]
    commitments: tuple[ReadCommitment, ...]
    rejects: tuple[Reject, ...]


class Teller:
    """Reads facts, references and commitments; build it once from a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        wanted = {*REFERENCE_KINDS, *TIME_KINDS, *PROMISE_KINDS}
        self._scanner = Scanner([cue for cue in lexicon.cues if cue.kind in wanted])
        self._recesses = lexicon.recesses

    def read(
        self,
        extract: Extract,
        text: NormalText,
        sentences: Sequence[Span],
        *,
        day: date | None = None,
        advice: Collection[Span] = (),
        sections: Sequence[ReadSection] = (),
    ) -> Told:
        """Return what the letter tells; `day` is its date where the caller knows it.

        `advice` are the sentences that hold recommendations: what an adviser asks is no promise.
        """
        facts = document_facts(extract, day=day)
        kinds = Kinds(self._scanner.hits(text.text))
        places = Places(extract, text)
        references = read_references(text, kinds, sentences, places, facts)
        times = times_of(
            text,
            kinds,
            letter_date=facts.date,
            not_before=earliest_day(facts),
            recesses=self._recesses,
        )
        commitments, rejects = read_commitments(
            text,
            kinds,
            sentences,
            places,
            times,
            sender=office_of(facts.sender),
            references=references,
            advice=advice,
            sections=sections,
        )
        own = own_reference(extract, facts, places)
        if own is not None and not any(reference.is_own for reference in references):
            references = (own, *references)
        return Told(facts, references, commitments, rejects)
