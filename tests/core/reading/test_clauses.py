"""How one sentence of advice is divided into advised actions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.clauses import Form, actions
from ketenkaart.core.ledger.reading.source import Span

CASES = [
    (Form.INFINITIVE, "om kennis te delen en | fouten te melden", 2),
    (Form.INFINITIVE, "om kennis te delen, | fouten te melden en | scholing te geven", 3),
    (Form.INFINITIVE, "om een plan op te stellen en te publiceren", 1),
    (Form.INFINITIVE, "om kosten te drukken door samen te werken en kennis te delen", 1),
    (Form.INFINITIVE, "om een fonds te vormen om dorpen te helpen en wegen te herstellen", 1),
    (Form.INFINITIVE, "om posten te vragen om cijfers te leveren en | te bepalen wat ontbreekt", 2),
    (Form.INFINITIVE, "om regels door te lichten en | overbodige eisen te schrappen", 2),
    (Form.INFINITIVE, "om meer te doen aan export- en importrisico’s", 1),
    (Form.CLAUSE, "dat de eis vervalt en dat | de termijn korter wordt", 2),
    (Form.CLAUSE, "dat de eis wordt geschrapt en | de termijn wordt verkort", 2),
    (Form.CLAUSE, "dat een loket opent dat klachten bundelt en zaken afhandelt", 1),
    (Form.MAIN, "Het Rijk moet de inkoop bundelen en de regels vereenvoudigen", 2),
    (Form.MAIN, "Het Rijk moet zorgen voor rust en regelmaat", 1),
    (Form.MAIN, "Ook moet er geld komen en moeten scholen worden betrokken", 2),
    (Form.NOUN, "een register en een meldpunt", 1),
]


@pytest.mark.parametrize(("form", "words", "count"), [case for case in CASES if case[2]])
def test_a_verb_with_its_own_object_is_an_action(form: Form, words: str, count: int) -> None:
    words = words.replace("| ", "")
    assert len(actions(words, Span(0, len(words)), form)) == count


def test_commands_are_divided_where_another_command_begins() -> None:
    words = "Maak een lijst van alle eisen en schrap de helft daarvan"
    found = actions(
        words, Span(0, len(words)), Form.COMMAND, lambda rest: rest.startswith("schrap")
    )
    assert [words[a:b] for a, b in found] == [
        "Maak een lijst van alle eisen",
        "schrap de helft daarvan",
    ]


WORDS = ["om", "dat", "en", "of", "te", "geven", "maken", "worden", ",", ";", "door", "is", "(1)"]


@given(
    words=st.lists(
        st.sampled_from(
            [
                "om",
                "dat",
                "en",
                "of",
                "de",
                "het",
                "te",
                "geven",
                "maken",
                "worden",
                ",",
                ";",
                "door",
                "zorg",
                "regels",
                "is",
                "(1)",
            ]
        ),
        min_size=1,
        max_size=40,
    ),
    form=st.sampled_from(list(Form)),
)
def test_actions_are_in_order_and_lie_within_the_sentence(words: list[str], form: Form) -> None:
    text = " ".join(words)
    found = actions(text, Span(0, len(text)), form)
    assert found
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
