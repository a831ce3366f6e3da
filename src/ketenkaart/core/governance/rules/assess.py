"""Put one firm's facts to one law on one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ketenkaart.core.governance.rules.answering import (
    Decider,
    DutyAnswer,
    LawAnswer,
    Unresolved,
)
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.evaluate import evaluate, smallest_proof
from ketenkaart.core.governance.rules.kleene import NO, UNKNOWN, WORDS, YES
from ketenkaart.core.governance.rules.question import Question, next_question
from ketenkaart.core.governance.rules.show import asked, line_label, shown
from ketenkaart.core.governance.rules.tree import (
    YEAR_END,
    Leaf,
    Node,
    Setting,
    begin_of,
    leaves_of,
    prepare,
)
from ketenkaart.core.governance.rules.types import (
    Application,
    Law,
    LawStatus,
    LawVersion,
    Statement,
)
from ketenkaart.core.governance.rules.values import Cell, Facts
from ketenkaart.core.provenance import Citation, Grade, State, Text

GRADES = (Grade.SURE, Grade.LIKELY, Grade.CHECK, Grade.ASSUMED)
IDLE = (LawStatus.PROPOSED, LawStatus.ADOPTED_NOT_IN_FORCE)
GONE = (LawStatus.NOT_YET, LawStatus.REPEALED)
Days = tuple[date, date] | None


def assess(law: Law, facts: Facts, book: LawBook, day: date) -> LawAnswer:
    """Return what `law` says on `day` to the firm with these facts.

    A law that does not exist yet, or no longer, has nobody in scope, and the day decides it. Where
    the file knows of no test for the text of that day, nobody's answer is known.
    """
    dated = law.status_on(day)
    status = dated.value if dated else LawStatus.NOT_YET
    version = law.version_on(day)
    if status in GONE:
        return _gone(law, day, status, dated.citation if dated else law.citation)
    years = facts.years()
    setting = Setting(book.vocabulary, book.tables, day, years[0] if years else None)
    checks = law.open_checks + (version.open_checks if version else ())
    assert dated is not None  # noqa: S101 - a law without a status has not begun
    if version is None or version.scope is None:
        return LawAnswer(
            law=law.id,
            name=law.name,
            version=version.id if version else None,
            version_name=version.name if version else None,
            status=status,
            in_scope="unknown",
            applies_now="no" if status in IDLE else "unknown",
            citations=_once([dated.citation, version.citation if version else law.citation]),
            status_grade=dated.citation.grade,
            grade=weakest([version.citation if version else law.citation]),
            open_checks=checks,
            assumptions=(_NO_TEST,),
            **_consequences(law, version),
        )
    node = prepare(version.scope, version.rules, setting)
    value = evaluate(node, facts)
    proof = smallest_proof(node, facts)
    used = proof.leaves if proof else ()
    days, dates_cited, open_when = _application(law, version, facts, setting)
    now = NO if status in IDLE else min(value, _reached(days, day))
    cited = [dated.citation, version.citation]
    cited += [leaf.citation for leaf in used if leaf.citation is not None]
    cited += _memberships(used, facts, book, day)
    together = book.vocabulary.asked_together
    question = next_question(node, facts, together) if value == UNKNOWN else None
    later = _question_of(open_when, facts, together) if value != NO and status not in IDLE else None
    return LawAnswer(
        law=law.id,
        name=law.name,
        version=version.id,
        version_name=version.name,
        status=status,
        in_scope=WORDS[value],
        applies_now=WORDS[now],
        applies_from=days[0] if days and value != NO and status not in IDLE else None,
        applies_from_at_latest=(
            days[1] if days and days[0] != days[1] and value != NO and status not in IDLE else None
        ),
        decided_by=tuple(dict.fromkeys(decider(leaf, facts, book) for leaf in used)),
        citations=_once([*cited, *(dates_cited if value != NO else ())]),
        status_grade=dated.citation.grade,
        grade=weakest(cited[1:]),
        duties=_duties(law, version, facts, setting, value),
        next_question=asked(question, book) if question else None,
        application_question=asked(later, book) if later else None,
        unresolved=_unresolved(node, facts) if value == UNKNOWN else (),
        open_checks=checks,
        assumptions=_assumptions(law, version, used, facts, book),
        **_consequences(law, version),
    )


_NO_TEST = Text(
    nl="Dit bestand kent voor deze dag geen toets die op gegevens van een bedrijf past.",
    en="For this day the file knows of no test that facts about a firm can be put to.",
)


def _memberships(leaves: Sequence[Leaf], facts: Facts, book: LawBook, day: date) -> list[Citation]:
    """Return what the membership of a group, such as the Union, rests on for the firm's codes."""
    found: list[Citation] = []
    for leaf in leaves:
        definition = book.vocabulary.find(leaf.cell.fact)
        span = facts.span(leaf.cell)
        if leaf.names and definition is not None and span is not None and span[0] == span[1]:
            code = definition.choices[int(span[0])]
            member = book.vocabulary.membership(leaf.names, code, day)
            found += [member.citation] if member is not None else []
    return found


def weakest(citations: Sequence[Citation]) -> Grade:
    """Return the weakest grade among citations; an assumption is weaker than an open check."""
    return max((citation.grade for citation in citations), key=GRADES.index)


def _once(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citations))


def _gone(law: Law, day: date, status: LawStatus, citation: Citation) -> LawAnswer:
    first = law.status[0].start
    last = next((s.start for s in law.status if s.value is LawStatus.REPEALED), first)
    is_early = status is LawStatus.NOT_YET
    version = law.version_on(day)
    return LawAnswer(
        law=law.id,
        name=law.name,
        version=version.id if version else None,
        version_name=version.name if version else None,
        status=status,
        in_scope="no",
        applies_now="no",
        decided_by=(
            Decider(
                fact="as_of",
                label=Text(nl="de dag waarnaar is gevraagd", en="the day asked about"),
                value=day.isoformat(),
                test="before" if is_early else "on_or_after",
                threshold=(first if is_early else last).isoformat(),
                holds="yes",
            ),
        ),
        citations=(citation,),
        status_grade=citation.grade,
        grade=citation.grade,
        open_checks=law.open_checks,
    )


def decider(leaf: Leaf, facts: Facts, book: LawBook) -> Decider:
    """Return a comparison with the firm's value and the law's threshold, for people to read."""
    definition = book.vocabulary.find(leaf.cell.fact)
    assert definition is not None  # noqa: S101 - prepared conditions name known facts
    span = facts.span(leaf.cell)
    value, threshold = shown(definition, leaf, span)
    holds = span is not None and leaf.holds(span[0])
    return Decider(
        fact=leaf.cell.fact,
        label=definition.label,
        year=facts.effective(leaf.cell).year or None,
        unit=leaf.cell.unit or None,
        unit_label=line_label(definition, leaf.cell.unit, book),
        value=value,
        test=leaf.test,
        threshold=threshold,
        threshold_id=leaf.threshold,
        article=leaf.article,
        holds="yes" if holds else "no",
    )


def _reached(days: Days, day: date) -> int:
    if days is None:
        return UNKNOWN
    return YES if day >= days[1] else NO if day < days[0] else UNKNOWN


def _application(
    law: Law, version: LawVersion, facts: Facts, setting: Setting
) -> tuple[Days, list[Citation], list[Node]]:
    """Return the first and last day from which the law may apply, citations, and open tests."""
    if not version.application:
        begins = [item for item in law.status if item.value is LawStatus.IN_FORCE]
        if not begins:
            return None, [], []
        return (begins[0].start, begins[0].start), [begins[0].citation], []
    found: list[tuple[date, date]] = []
    cited: list[Citation] = []
    open_tests: list[Node] = []
    for item in version.application:
        node = prepare(item.when, version.rules, setting) if item.when else None
        value = YES if node is None else evaluate(node, facts)
        if value == NO:
            continue
        found.append(_days(item, facts))
        cited.append(item.citation)
        if value == YES:
            break
        if node is not None:
            open_tests.append(node)
    else:
        if not open_tests:
            return None, [], []
    days = min(first for first, _ in found), max(last for _, last in found)
    return days, cited, open_tests if days[0] != days[1] else []


def _days(item: Application, facts: Facts) -> tuple[date, date]:
    span = facts.span(Cell(YEAR_END))
    return begin_of(item, int(span[0]) if span is not None and span[0] == span[1] else None)


def _question_of(
    open_when: Sequence[Node], facts: Facts, together: frozenset[str]
) -> Question | None:
    for node in open_when:
        question = next_question(node, facts, together)
        if question is not None:
            return question
    return None


def _duties(
    law: Law, version: LawVersion, facts: Facts, setting: Setting, scope: int
) -> tuple[DutyAnswer, ...]:
    found: list[DutyAnswer] = []
    for duty in law.duties_of(version):
        value = scope
        if duty.when is not None:
            value = min(value, evaluate(prepare(duty.when, version.rules, setting), facts))
        if value != NO:
            found.append(
                DutyAnswer(
                    step=duty.step,
                    level=duty.level,
                    article=duty.article,
                    text=duty.text,
                    applies="yes" if value == YES else "unknown",
                    citation=duty.citation,
                )
            )
    return tuple(found)


def _unresolved(node: Node, facts: Facts) -> tuple[Unresolved, ...]:
    found = {
        (leaf.cell.fact, leaf.cell.year or None): facts.state(leaf.cell)
        for leaf in leaves_of(node)
        if facts.state(leaf.cell) is not State.KNOWN
    }
    return tuple(Unresolved(fact=f, year=y, state=state) for (f, y), state in found.items())


def _assumptions(
    law: Law, version: LawVersion, used: Sequence[Leaf], facts: Facts, book: LawBook
) -> tuple[Text, ...]:
    texts = [item.text for item in (*law.assumptions, *version.assumptions)]
    always = dict.fromkeys(
        leaf.cell.fact for leaf in used if leaf.cell.year and leaf.cell not in facts.known
    )
    for fact in always:
        definition = book.vocabulary.find(fact)
        label = definition.label if definition else Text(nl=fact, en=fact)
        texts.append(
            Text(
                nl=f"{label.nl}: zonder jaar gegeven, dus in elk jaar gelijk genomen.",
                en=f"{label.en}: given without a year, so taken as the same in every year.",
            )
        )
    return tuple(texts)


def _consequences(law: Law, version: LawVersion | None) -> dict[str, Statement | None]:
    found = law.consequences_of(version) if version else law.consequences
    return {
        name: getattr(found, name) for name in ("supervisor", "enforcement", "liability", "remedy")
    }
