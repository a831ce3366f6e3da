"""Matching from list to registry and back: rows placed, people asked, decisions fed back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ketenkaart.core.chain.facilities.proposals import PossibleMatch, ProposalKind, Ruling
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind, FacilityDraft
from ketenkaart.core.chain.matching.outcomes import Band
from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.facilities import queue
from ketenkaart.services.facilities.asking import propose_matches
from ketenkaart.services.facilities.pairs import decided_pairs
from ketenkaart.services.facilities.placing import join_rows
from ketenkaart.services.facilities.registry import (
    add_facilities,
    contributions_of,
    hold_by_hand,
    registry_records,
    waiting_rows,
)
from ketenkaart.services.matching.asking import match_file, refit_on
from ketenkaart.services.matching.lists import LabelledPair
from ketenkaart.services.matching.models import load_model

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
ANNA = Actor("anna", frozenset({Role.MODERATOR}))
KNOWN = (
    FacilityDraft("BGD", "Narola Garments Ltd.", "Plot 14, Sector 3, Kanchpur, Narayanganj 1430"),
    FacilityDraft("BGD", "Bluebird Textiles Ltd Unit 2", "118 Tongi, Gazipur 1710"),
)
GIVEN = (
    FacilityDraft("BGD", "NAROLA GARMENTS LIMITED", "14 Sector-3 Kanchpur, Narayanganj-1430"),
    FacilityDraft("BGD", "Bluebird Textiles Ltd Unit 3", "118 Tongi, Gazipur 1710"),
    FacilityDraft("BGD", "Zenobia Outfits Ltd", "Plot 92, Adamjee EPZ, Narayanganj"),
)

pytestmark = pytest.mark.django_db


def test_what_people_decide_comes_back_and_teaches(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path))
    brands = [Contributor(name, name, ContributorKind.BRAND) for name in ("merk", "zaak")]
    known = add_facilities(
        drafts=KNOWN, contributor=brands[0], title="one", reason="seen", actor=EDITOR, at=AT
    )
    hold_by_hand(drafts=GIVEN, contributor=brands[1], title="two", actor=EDITOR, at=AT)
    records = [row.record for row in waiting_rows()]
    found = match_file(records, tuple(registry_records())).results
    assert [result.band for result in found] == [Band.AUTOMATIC, Band.HUMAN, Band.NEW]
    assert found[0].matches[0].right == known[0].id
    assert found[1].matches[0].right == known[1].id

    # The sure row joins; the other goes to people, with the reasons.
    join_rows(joins={found[0].key: found[0].matches[0].right}, reason="sure", actor=EDITOR, at=AT)
    assert {row.said.name for row in contributions_of(known[0].id)} == {
        "Narola Garments Ltd.", "NAROLA GARMENTS LIMITED",
    }  # fmt: skip
    asked = found[1].matches[0]
    (number,) = propose_matches(
        pairs=[PossibleMatch(asked.left, asked.right, asked.probability, asked.reasons)],
        reason="human band",
        actor=EDITOR,
        at=AT,
    )
    waiting, _ = queue.list_proposals(kind=ProposalKind.POSSIBLE_MATCH)
    assert [item.id for item in waiting] == [number]
    queue.decide(proposal=number, ruling=Ruling.REJECT, reason="another unit", actor=ANNA, at=AT)

    # A decision comes back as a labelled pair, and the next model is more careful.
    pairs = [LabelledPair(pair.left, pair.right, pair.is_match) for pair in decided_pairs()]
    assert [pair.is_match for pair in pairs] == [False]
    before = load_model()
    after = refit_on(pairs, model=None, trained_on="decisions", out=tmp_path / "model.json")
    assert load_model(tmp_path / "model.json") == after
    assert after.automatic > before.automatic
    assert asked.probability < after.automatic
    again = match_file(
        [record for record in records if record.key == asked.left],
        tuple(known_record.record for known_record in known),
        model=tmp_path / "model.json",
    ).results
    assert [result.band for result in again] == [Band.HUMAN]


def test_without_decisions_there_is_nothing_to_learn(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="decided about no pair"):
        refit_on([], model=None, trained_on="nothing", out=tmp_path / "model.json")
    assert not (tmp_path / "model.json").exists()
