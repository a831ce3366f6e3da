"""Judging what a machine read: roles, what only grows, drawing, two coders, exchange, scores."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.monitor.judged import JudgedLevel, TruthState
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.endorsement_judging.exchange import (
    COLUMNS,
    export_rows,
    import_judgements,
    read_rows,
)
from ketenkaart.services.endorsement_judging.judge import (
    judge_document,
    resolve_document,
    withdraw_document,
)
from ketenkaart.services.endorsement_judging.keeping import (
    Allocation,
    DrawnSample,
    allocate,
    draw_sample,
    keep_run,
)
from ketenkaart.services.endorsement_judging.samples import OpenSample, open_sample
from ketenkaart.services.endorsement_judging.scoring import score_data, score_sample
from made_reports import made_row, made_rows

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Actor("anna", frozenset({Role.CODER}))
BRAM = Actor("bram", frozenset({Role.CODER}))
ED = Actor("ed", frozenset({Role.EDITOR}))
LEVELS: list[int | None] = [0] * 40 + [1] * 20 + [2] * 15 + [3] * 5 + [None] * 4

pytestmark = pytest.mark.django_db


def keep(name: str = "r24", levels: list[int | None] = LEVELS):
    return keep_run(name=name, documents=made_rows(levels), actor=ED, at=AT)


def drawn(size: int = 24, seed: int = 7, name: str = "check", **more: Allocation) -> DrawnSample:
    keep()
    return draw_sample(run="r24", name=name, size=size, seed=seed, actor=ED, at=AT, **more)


def judge(number: int, level: str, actor: Actor = ANNA, **more: object):
    return judge_document(
        sample="check", number=number, level=JudgedLevel(level), actor=actor, at=AT, **more
    )


def sample() -> OpenSample:
    return open_sample("check")


def judge_all(actor: Actor, wrong: int = 0) -> None:
    """Judge as the machine did, but for the first so many, which are given level 0 or 3."""
    for item in sample().items:
        level = JudgedLevel.NONE if item.document.level else JudgedLevel.ENDORSEMENT
        if item.number > wrong:
            level = JudgedLevel(str(item.document.level_name))
        judge(item.number, level.value, actor)


# Keeping and drawing


def test_the_same_rows_are_kept_once_and_a_name_stands_for_one_run() -> None:
    first, again = keep(), keep("other-name")
    assert (first.is_new, again.is_new, again.name) == (True, False, "r24")
    assert rows.EndorsementReading.objects.count() == len(LEVELS)
    with pytest.raises(ConflictError, match="Other results"):
        keep("r24", [0, 1])
    for name in ("", "With Space", "../up", "x" * 81):
        with pytest.raises(InputError, match="cannot be a name"):
            keep(name)
    assert rows.AuditEntry.objects.get().action == "keep_endorsement_run"


def test_rows_of_two_readers_are_not_one_run() -> None:
    mixed = [made_row(0, 1), made_row(1, 2, reader="other")]
    with pytest.raises(InputError, match="several readers"):
        keep_run(name="mixed", documents=mixed, actor=ED, at=AT)
    with pytest.raises(InputError, match="nothing to keep"):
        keep_run(name="void", documents=[], actor=ED, at=AT)
    with pytest.raises(RefusedError):
        keep_run(name="r24", documents=made_rows(LEVELS), actor=ANNA, at=AT)


def test_a_draw_is_random_within_levels_and_the_same_for_one_seed() -> None:
    found = drawn()
    assert found.strata == ((0, 40, 7), (1, 20, 6), (2, 15, 6), (3, 5, 5))
    first = [item.document.file for item in sample().items]
    again = draw_sample(run="r24", name="again", size=24, seed=7, actor=ED, at=AT)
    other = draw_sample(run="r24", name="other", size=24, seed=8, actor=ED, at=AT)
    assert again.strata == other.strata == found.strata
    assert [item.document.file for item in open_sample("again").items] == first
    assert {item.document.file for item in open_sample("other").items} != set(first)
    counts = Counter(item.document.level for item in sample().items)
    assert counts == {0: 7, 1: 6, 2: 6, 3: 5}
    # The order tells nothing of the level: no level stands together.
    levels = [item.document.level for item in sample().items]
    assert levels not in (sorted(levels), sorted(levels, reverse=True))


def test_each_document_has_the_same_chance_within_its_level() -> None:
    keep()
    hits: Counter[str] = Counter()
    for seed in range(60):
        draw_sample(run="r24", name=f"s{seed}", size=20, seed=seed, actor=ED, at=AT)
        hits.update(item.document.file for item in open_sample(f"s{seed}").items)
    zero = [hits[made_row(number, 0).file] for number in range(40)]
    # 5 of 40 in each of 60 draws: 7.5 on average, standard deviation 2.6.
    assert sum(zero) == 300
    assert max(zero) < 7.5 + 4.5 * 2.6
    assert sum(count == 0 for count in zero) <= 2


@pytest.mark.parametrize(
    ("how", "size", "wanted"),
    [
        ("equal", 8, {0: 2, 1: 2, 2: 2, 3: 2}),
        ("equal", 1000, {0: 40, 1: 20, 2: 15, 3: 5}),
        ("equal", 2, {0: 1, 1: 1, 2: 1, 3: 1}),
        ("proportional", 40, {0: 20, 1: 10, 2: 8, 3: 2}),
    ],
)
def test_documents_to_judge_are_spread_over_levels(
    how: str, size: int, wanted: dict[int, int]
) -> None:
    found = allocate({0: 40, 1: 20, 2: 15, 3: 5}, size, Allocation(how))
    assert found == wanted


def test_a_sample_cannot_be_drawn_from_nothing() -> None:
    with pytest.raises(NotFoundError, match="No results are kept"):
        draw_sample(run="r24", name="x", size=5, seed=1, actor=ED, at=AT)
    keep("only-broken", [None, None])
    with pytest.raises(InputError, match="Nothing was read"):
        draw_sample(run="only-broken", name="x", size=5, seed=1, actor=ED, at=AT)
    drawn()
    with pytest.raises(ConflictError, match="already a sample"):
        draw_sample(run="r24", name="check", size=5, seed=1, actor=ED, at=AT)
    for size in (0, -1, 5001):
        with pytest.raises(InputError, match="no size"):
            draw_sample(run="r24", name="x", size=size, seed=1, actor=ED, at=AT)
    with pytest.raises(RefusedError):
        draw_sample(run="r24", name="x", size=5, seed=1, actor=ANNA, at=AT)


# Judging


def test_judgements_of_two_coders_stand_beside_each_other_and_a_resolution_settles() -> None:
    drawn()
    judge(1, "mention")
    assert sample().item(1).truth.state is TruthState.ONE
    judge(1, "mention", BRAM)
    assert sample().item(1).truth.state is TruthState.AGREED
    judge(1, "endorsement", BRAM)
    truth = sample().item(1).truth
    assert (truth.state, truth.level) == (TruthState.DISAGREED, None)
    assert truth.by_coder == {"anna": JudgedLevel.MENTION, "bram": JudgedLevel.ENDORSEMENT}
    level = JudgedLevel.REFERENCE_FRAMEWORK
    resolve_document(sample="check", number=1, level=level, reason="Page 9", actor=ED, at=AT)
    truth = sample().item(1).truth
    assert (truth.state, truth.level) == (TruthState.RESOLVED, level)
    assert len(truth.by_coder) == 2
    withdraw_document(sample="check", actor=ED, at=AT)
    assert sample().item(1).truth.state is TruthState.DISAGREED
    actions = rows.AuditEntry.objects.filter(action__startswith="endorsement_")
    assert Counter(actions.values_list("action", flat=True)) == {
        "endorsement_judge": 3, "endorsement_resolve": 1, "endorsement_withdraw": 1,
    }  # fmt: skip


def test_taking_back_lets_the_judgement_before_it_stand_again() -> None:
    drawn()
    judge(2, "none")
    judge(2, "mention")
    withdraw_document(sample="check", actor=ANNA, at=AT)
    assert sample().item(2).own("anna") is JudgedLevel.NONE
    withdraw_document(sample="check", actor=ANNA, at=AT, number=2)
    assert sample().item(2).own("anna") is None
    with pytest.raises(NotFoundError, match="nothing of yours"):
        withdraw_document(sample="check", actor=ANNA, at=AT)
    judge(2, "none", BRAM)
    with pytest.raises(NotFoundError, match="nothing of yours"):
        withdraw_document(sample="check", actor=ANNA, at=AT, number=2)


def test_the_next_document_is_one_that_oneself_has_not_judged() -> None:
    drawn(size=4)
    judge(1, "none", BRAM)
    found = sample().next_open("anna")
    assert found is not None
    assert found.number == 1
    judge(1, "none")
    judge(3, "none")
    numbers = [getattr(sample().next_open("anna", after=k), "number", None) for k in (0, 3, 4)]
    assert numbers == [2, 4, 2]
    judge(2, "none")
    judge(4, "cannot_tell")
    assert sample().next_open("anna") is None


def test_what_may_not_be_is_refused() -> None:
    drawn()
    with pytest.raises(RefusedError):
        judge(1, "none", ED)
    with pytest.raises(RefusedError):
        resolve_document(
            sample="check", number=1, level=JudgedLevel.NONE, reason="x", actor=ANNA, at=AT
        )
    with pytest.raises(InputError, match="Nobody disagrees"):
        resolve_document(
            sample="check", number=1, level=JudgedLevel.NONE, reason="x", actor=ED, at=AT
        )
    with pytest.raises(NotFoundError, match="no document 99"):
        judge(99, "none")
    with pytest.raises(NotFoundError, match="no sample"):
        open_sample("nothing")
    with pytest.raises(InputError, match="time zone"):
        judge_document(
            sample="check", number=1, level=JudgedLevel.NONE, actor=ANNA,
            at=datetime(2026, 11, 23),  # noqa: DTZ001 - that is the point
        )  # fmt: skip
    first = judge(1, "none", seen=0)
    with pytest.raises(ConflictError, match="another window"):
        judge(1, "mention", seen=0)
    judge(1, "mention", seen=first.id)


@pytest.mark.parametrize("table", ["Run", "Reading", "Sample", "Item", "Judgement"])
def test_the_tables_only_grow(table: str) -> None:
    drawn()
    judge(1, "none")
    model = getattr(rows, f"Endorsement{table}")
    column = {"Run": "name", "Reading": "file", "Sample": "name", "Judgement": "coder"}
    change = {column[table]: "x"} if table in column else {"number": 77}
    for act in (
        lambda: model.objects.filter(pk=model.objects.first().pk).update(**change),
        lambda: model.objects.filter(pk=model.objects.first().pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
            act()


# Exchange and scores


def test_a_filled_export_comes_back_once_and_shows_the_coder_nothing_of_the_machine() -> None:
    drawn()
    judge(1, "none", BRAM)
    given = export_rows(sample(), "anna")
    assert [set(row) for row in given] == [set(COLUMNS)] * 24
    assert {row["machine_level"] for row in given} == {None}
    assert {row["truth"] for row in given} == {None}
    filled = [
        {k: "" if v is None else str(v) for k, v in row.items()} | {"level": "2", "note": "seen"}
        for row in given[:5]
    ] + [{"number": "6", "level": ""}]
    done = import_judgements(sample="check", rows=filled, actor=ANNA, at=AT)
    assert (done.added, done.unchanged) == (5, 0)
    again = import_judgements(sample="check", rows=filled, actor=ANNA, at=AT)
    assert (again.added, again.unchanged) == (0, 5)
    all_rows = export_rows(sample())
    assert len(all_rows) == 25
    assert all_rows[0]["truth_state"] == "disagreed"
    assert all_rows[2]["population"] in {40, 20, 15, 5}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"number": "99", "level": "1"}, "row 3, NUMBER"),
        ({"number": "one", "level": "1"}, "row 3, number"),
        ({"number": "2", "level": "5"}, "row 3, level"),
        ({"number": "1", "level": "1"}, "stands in row 2 too"),
        ({"number": "2", "level": "1", "note": "\x07"}, "control characters"),
    ],
)
def test_an_import_is_all_or_nothing_and_names_the_row(row: dict[str, str], said: str) -> None:
    drawn()
    with pytest.raises(InputError, match=said):
        import_judgements(
            sample="check", rows=[{"number": "1", "level": "0"}, row], actor=ANNA, at=AT
        )
    assert not rows.EndorsementJudgement.objects.exists()


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a,b\r\n1\r\n", b"number\r\n1\r\n"])
def test_a_file_that_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_rows(data, "x.csv")
    with pytest.raises(InputError):
        read_rows(b"{}", "x.json")


def test_scores_tell_the_error_per_level_and_how_far_coders_agree() -> None:
    drawn()
    judge_all(ANNA)
    judge_all(BRAM, wrong=3)
    found = score_sample(sample())
    assert found.states[TruthState.DISAGREED] == 3
    assert found.states[TruthState.AGREED] == 21
    assert found.kappas[0].variable == "anna and bram"
    assert (found.kappas[0].items, found.kappas[0].equal) == (24, 21)
    assert all(item.wrong == 0 for item in found.levels)
    assert sum(item.judged for item in found.levels) == 21
    assert all(item.high is not None and item.high > 0 for item in found.levels)
    line = found.lines[0]
    assert line.error is not None
    assert (line.error.sensitivity, line.error.specificity) == (1.0, 1.0)
    assert line.error.variance_sensitivity > 0
    judge(1, "cannot_tell")
    judge(1, "cannot_tell", BRAM)
    assert score_sample(sample()).cannot_tell == 1
    data = score_data(found)
    assert data["lines"][0]["machine"]["sensitivity"]["high"] <= 1
    assert data["agreement"][0]["equal"] == 21


def test_an_unjudged_sample_says_that_too_few_were_judged() -> None:
    drawn()
    found = score_sample(sample())
    assert all(item.error is None for item in found.levels)
    assert all(line.reason and "0 were judged" in line.reason for line in found.lines)
    assert found.kappas == ()
