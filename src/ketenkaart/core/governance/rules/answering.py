"""What is answered about a law and a firm: the shapes that every face shares."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ketenkaart.core.governance.rules.kleene import Truth
from ketenkaart.core.governance.rules.types import LawStatus, Statement, Step
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, State, Text

Shown = str | int | float | tuple[int | float, int | float | None] | None


class Decider(Frozen):
    """One comparison that settles an answer: the firm's value, the test and the law's threshold.

    `value` has two ends where the firm gave a range, the second null where that is open. `unit` is
    a currency, a choice or a line of goods, and `unit_label` says which goods. `holds` says how the
    comparison came out.
    """

    fact: str
    label: Text
    year: int | None = None
    unit: str | None = None
    unit_label: Text | None = None
    value: Shown
    test: str
    threshold: Shown | tuple[str, ...]
    threshold_id: str | None = None
    article: str | None = None
    holds: Literal["yes", "no"]


class NextQuestion(Frozen):
    """The one missing fact that is expected to say most, as a question to the firm.

    `bits` is how much of the uncertainty it is expected to take away: an order, not a measurement.
    """

    fact: Identifier
    year: int | None = None
    unit: str | None = None
    kind: str
    question: Text
    bits: float


class DutyAnswer(Frozen):
    """A duty and whether it falls on this firm, as far as is known."""

    step: Step
    level: Literal["duty", "partial"]
    article: str | None
    text: Text
    applies: Literal["yes", "unknown"]
    citation: Citation


class Unresolved(Frozen):
    """A fact that the answer could not use, and the stated reason."""

    fact: str
    year: int | None
    state: State


class LawAnswer(Frozen):
    """One law on one day for one firm.

    `status` belongs to the law and the day; `in_scope` to the firm under the version of that day;
    `applies_now` joins both with the day from which the law applies to such a firm, which lies
    from `applies_from` to `applies_from_at_latest` where it is not settled. `status_grade` is that
    of the status; `grade` the weakest of what `in_scope` rests on.
    """

    law: Identifier
    name: Text
    version: Identifier | None
    version_name: Text | None
    status: LawStatus
    status_grade: Grade
    in_scope: Truth
    applies_now: Truth
    applies_from: date | None = None
    applies_from_at_latest: date | None = None
    decided_by: tuple[Decider, ...] = ()
    citations: tuple[Citation, ...] = ()
    grade: Grade
    duties: tuple[DutyAnswer, ...] = ()
    next_question: NextQuestion | None = None
    application_question: NextQuestion | None = None
    unresolved: tuple[Unresolved, ...] = ()
    supervisor: Statement | None = None
    enforcement: Statement | None = None
    liability: Statement | None = None
    remedy: Statement | None = None
    open_checks: tuple[Statement, ...] = ()
    assumptions: tuple[Text, ...] = ()


class Answers(Frozen):
    """What every law asked for says on one day."""

    as_of: date
    vocabulary: int
    results: tuple[LawAnswer, ...]
