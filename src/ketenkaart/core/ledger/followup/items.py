"""The items of a ledger, each with what the letter and later sources already say about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.followup.types import (
    Claim,
    ClaimValue,
    DeadlineChange,
    Evidence,
    EvidenceKind,
    History,
    IndependentValue,
    IndependentVerdict,
    Item,
    ItemKind,
)
from ketenkaart.core.ledger.types import (
    Commitment,
    DateType,
    FollowUp,
    Ledger,
    Position,
    Recommendation,
    ResponseClass,
    Verdict,
)
from ketenkaart.core.provenance import Text

_CLAIMED_IN_LETTER = {
    DateType.PAST: ClaimValue.DONE,
    DateType.ANNOUNCEMENT: ClaimValue.DONE,
    DateType.ONGOING: ClaimValue.UNDER_WAY,
    DateType.RULE: ClaimValue.UNDER_WAY,
}
_CLAIMED_IN_ANSWER = {
    FollowUp.REVISION_DONE: ClaimValue.DONE,
    FollowUp.STANDING_POLICY: ClaimValue.DONE,
}


def item_key(letter: str, code: str) -> str:
    """Return how an item is named for good.

    >>> item_key("kst-26485-319", "K22")
    'kst-26485-319/K22'
    """
    return f"{letter}/{code}"


def split_key(key: str) -> tuple[str, str]:
    """Return the letter and the code that a key names.

    Raises `InputError` when the text is no key.

    >>> split_key("kst-26485-319/K22")
    ('kst-26485-319', 'K22')
    """
    letter, slash, code = key.partition("/")
    if not (slash and letter and code) or "/" in code:
        raise InputError(
            f"{key[:60]!r} names no item",
            where="item",
            fix="Write the letter, a slash and the code, as in kst-26485-319/K22.",
        )
    return letter, code


def items_of(ledger: Ledger) -> tuple[Item, ...]:
    """Return the recommendations of `ledger`, then its promises.

    The letter's own status is the first claim, its deadline the first date; later findings are
    evidence, later verdicts of outside sources are verdicts.
    """
    themes = {item.id: item.theme for item in ledger.recommendations}
    promised = (_promise(ledger, item, themes) for item in ledger.commitments)
    return (*(_advice(ledger, item) for item in ledger.recommendations), *promised)


def _advice(ledger: Ledger, item: Recommendation) -> Item:
    letter = ledger.letter
    claimed = _CLAIMED_IN_ANSWER.get(item.follow_up)
    claim = Claim(
        day=letter.date,
        value=claimed,
        text=_ANSWERS[item.response_class],
        by=letter.sender,
    )
    return Item(
        key=item_key(letter.id, item.id),
        letter=letter.id,
        code=item.id,
        kind=ItemKind.RECOMMENDATION,
        summary=item.summary,
        themes=(item.theme,),
        responsible=None,
        letter_day=letter.date,
        is_refused=item.response_class is ResponseClass.NOT_ADOPTED
        or item.position is Position.NOT_ADOPTED,
        is_outside_scope=item.response_class is ResponseClass.OUTSIDE_SCOPE,
        reason=item.reason_if_refused,
        project=item.project,
        is_deferred=item.follow_up is FollowUp.DEFERRED
        or item.response_class is ResponseClass.TO_BE_CONSIDERED,
        promises=tuple(item_key(letter.id, code) for code in item.commitments),
        citation=item.citation,
        said=History(claims=(claim,)),
    )


def _promise(ledger: Ledger, item: Commitment, themes: dict[str, int]) -> Item:
    letter = ledger.letter
    claim = Claim(
        day=letter.date,
        value=_CLAIMED_IN_LETTER.get(item.date_type),
        text=item.status_in_letter,
        by=letter.sender,
    )
    deadlines: tuple[DeadlineChange, ...] = ()
    if item.deadline is not None:
        deadlines = (
            DeadlineChange(
                due=item.deadline.due,
                day=letter.date,
                by=letter.sender,
                reason=item.deadline.reading,
                is_from_letter=True,
            ),
        )
    found = (finding for finding in ledger.findings if item.id in finding.commitments)
    return Item(
        key=item_key(letter.id, item.id),
        letter=letter.id,
        code=item.id,
        kind=ItemKind.COMMITMENT,
        summary=item.summary,
        themes=tuple(sorted({themes[code] for code in item.recommendations if code in themes})),
        responsible=item.responsible,
        letter_day=letter.date,
        citation=item.citation,
        said=History(
            claims=(claim,),
            evidence=tuple(
                Evidence(
                    kind=EvidenceKind.CITED,
                    title=finding.statement,
                    day=finding.found_on,
                    by=_OUTSIDE,
                    citation=finding.citation,
                )
                for finding in found
            ),
            verdicts=_verdicts(item, ledger.verdicts, letter.date),
            deadlines=deadlines,
        ),
    )


def _verdicts(
    item: Commitment, verdicts: Iterable[Verdict], letter_day: date
) -> tuple[IndependentVerdict, ...]:
    """Return the verdicts of outside sources; one without a day counts once the deadline passed."""
    after_due = item.deadline.due + timedelta(days=1) if item.deadline else letter_day
    kept = {IndependentValue.KEPT, IndependentValue.KEPT_LATE}
    found = [
        IndependentVerdict(
            day=verdict.found_on or after_due,
            value=(value := IndependentValue(verdict.value.value)),
            kept_on=verdict.found_on if value in kept else None,
            statement=verdict.statement,
            by=_OUTSIDE,
            citation=verdict.citation,
        )
        for verdict in verdicts
        if verdict.commitment == item.id
    ]
    return tuple(sorted(found, key=lambda verdict: verdict.day))


_OUTSIDE = Text(nl="een bron buiten de brief", en="a source outside the letter")
_ANSWERS = {
    ResponseClass.ADOPTED: Text(
        nl="De brief neemt de aanbeveling over.", en="The letter adopts the recommendation."
    ),
    ResponseClass.ADOPTED_IN_PART: Text(
        nl="De brief neemt de aanbeveling deels over.",
        en="The letter adopts the recommendation in part.",
    ),
    ResponseClass.STANDING_POLICY: Text(
        nl="De brief noemt dit staand beleid.", en="The letter calls this standing policy."
    ),
    ResponseClass.TO_BE_CONSIDERED: Text(
        nl="De brief neemt dit mee in later beleid of onderzoek.",
        en="The letter leaves this to later policy or research.",
    ),
    ResponseClass.NOT_ADOPTED: Text(
        nl="De brief neemt de aanbeveling niet over.", en="The letter does not adopt it."
    ),
    ResponseClass.OUTSIDE_SCOPE: Text(
        nl="De brief plaatst dit buiten de opzet van het onderzoek.",
        en="The letter places this outside the scope of the study.",
    ),
}
