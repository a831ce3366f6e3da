"""The Union on a day: its member states as law counts them, on both sides of every change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ketenkaart.core.governance.rules.tree import Leaf, Setting, prepare
from ketenkaart.core.governance.rules.types import Condition
from ketenkaart.core.governance.rules.vocabulary import GroupMember, Vocabulary
from ketenkaart.core.provenance import Citation, Grade
from ketenkaart.services.laws import law_book

BOOK = law_book()
ACCESSIONS = [
    (date(1973, 1, 1), {"GBR", "IRL", "DNK"}, 9),
    (date(1981, 1, 1), {"GRC"}, 10),
    (date(1986, 1, 1), {"ESP", "PRT"}, 12),
    (date(1995, 1, 1), {"AUT", "FIN", "SWE"}, 15),
    (date(2004, 5, 1), {"CYP", "CZE", "EST", "HUN", "LVA", "LTU", "MLT", "POL", "SVK", "SVN"}, 25),
    (date(2007, 1, 1), {"BGR", "ROU"}, 27),
    (date(2013, 7, 1), {"HRV"}, 28),
]


@pytest.mark.parametrize(("day", "new", "size"), ACCESSIONS)
def test_a_country_counts_from_the_day_of_its_accession(day, new, size) -> None:
    before = set(BOOK.vocabulary.members("EU", day - timedelta(days=1)))
    after = set(BOOK.vocabulary.members("EU", day))
    assert after - before == new
    assert before <= after
    assert len(after) == size


def test_the_united_kingdom_counts_until_the_transition_ended() -> None:
    days = [date(2020, 1, 31), date(2020, 2, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert ["GBR" in BOOK.vocabulary.members("EU", day) for day in days] == [
        True,
        True,
        True,
        False,
    ]
    left = BOOK.vocabulary.membership(["EU"], "GBR", date(2020, 6, 1))
    assert left is not None
    assert "127(6)" in (left.citation.locator or "")
    assert len(BOOK.vocabulary.members("EU", date(2021, 1, 1))) == 27


def test_a_condition_is_made_ready_with_the_members_of_its_own_day() -> None:
    condition = Condition(fact="seat", in_any_of=("EU", "NOR"))
    seats = BOOK.vocabulary.find("seat")
    assert seats is not None

    def codes(day: date) -> set[str]:
        node = prepare(condition, {}, Setting(BOOK.vocabulary, BOOK.tables, day))
        assert isinstance(node, Leaf)
        return {seats.choices[int(limit)] for limit in node.limits}

    assert codes(date(2013, 7, 1)) - codes(date(2013, 6, 30)) == {"HRV"}
    assert codes(date(2020, 12, 31)) - codes(date(2021, 1, 1)) == {"GBR"}
    assert "NOR" in codes(date(2021, 1, 1))


def test_a_membership_that_has_ended_is_none() -> None:
    citation = Citation(source="own", locator="made up", grade=Grade.ASSUMED)
    club = GroupMember(code="AAA", start=date(2001, 1, 1), end=date(2001, 1, 1), citation=citation)
    made = Vocabulary(
        version=1, as_of=date(2001, 1, 1), citation=citation, facts=BOOK.vocabulary.facts,
        groups={"CLUB": (club,)},
    )  # fmt: skip
    found = [made.members("CLUB", date(2000, 12, 31) + timedelta(days=n)) for n in range(3)]
    assert found == [(), ("AAA",), ()]
    assert made.membership(["CLUB"], "AAA", date(2001, 1, 2)) is None
    assert made.members("AAA", date(1900, 1, 1)) == ("AAA",)
