"""Lists come into the record whole or not at all, once, and go on where they were cut short."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind, ListState
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities import importing
from ketenkaart.services.facilities.exporting import (
    Shape,
    export_columns,
    export_rows,
    facility_json,
    facility_row,
    shown_contributors,
)
from ketenkaart.services.facilities.importing import (
    ListFile,
    drop_unfinished,
    import_list,
    look_at_list,
    register_rest,
)
from ketenkaart.services.facilities.registry import (
    FacilityQuery,
    contributions_of,
    find_list,
    kept_lists,
    list_facilities,
    waiting_rows,
)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
BRAND = Contributor("merk", "Merk BV", ContributorKind.BRAND)
UNION = Contributor("bond", "Bond van Naaisters", ContributorKind.UNION, is_named=False)
HEADER = "name,address,country,sector,number_of_workers\n"

pytestmark = pytest.mark.django_db


class CutError(Exception):
    """Stands for a process that ends."""


def listed(tmp_path: Path, text: str, name: str = "list.csv") -> ListFile:
    path = tmp_path / name
    path.write_text(HEADER + text, encoding="utf-8")
    return ListFile(path)


def many(count: int) -> str:
    return "".join(f"Knit {number},{number} Road,BGD,Apparel,{number}\n" for number in range(count))


def keep(file: ListFile, by: Contributor = BRAND, actor: Actor = EDITOR, **options):
    return import_list(
        file, contributor=by, title="Lijst 2026", dated=date(2026, 1, 1), licence="CC0",
        actor=actor, at=AT, **options,
    )  # fmt: skip


def test_looking_stores_nothing(tmp_path) -> None:
    report = look_at_list(listed(tmp_path, many(3) + "X,,BGD,,\n"))
    assert (report.accepted, report.refused) == (3, 1)
    assert report.columns == {
        "name": "name", "address": "address", "country": "country", "sector": "sector",
        "number_of_workers": "number_of_workers",
    }  # fmt: skip
    assert rows.FacilityList.objects.count() == rows.FacilityContributor.objects.count() == 0


def test_a_list_is_kept_whole_with_its_rows_waiting_and_then_registered(tmp_path) -> None:
    found = keep(listed(tmp_path, many(5)))
    assert found.kept is not None
    assert (found.kept.rows, found.kept.waiting, found.joined, found.registered) == (5, 5, 0, 0)
    assert (found.kept.dated, found.kept.licence) == (date(2026, 1, 1), "CC0")
    (first, *_) = waiting_rows(found.kept.id)
    assert (first.line, first.said.workers.low, first.said.isic4) == (2, 0, ("14",))
    held = rows.FacilityRow.objects.get(line=3)
    assert held.given == {
        "name": "Knit 1", "address": "1 Road", "country": "BGD", "sector": "Apparel",
        "number_of_workers": "1",
    }  # fmt: skip
    assert register_rest(list_id=found.kept.id, reason="new", actor=EDITOR, at=AT) == (0, 5)
    assert find_list(found.kept.id).waiting == 0
    assert list_facilities().matching == 5


def test_a_list_with_refused_rows_is_kept_only_on_request(tmp_path) -> None:
    file = listed(tmp_path, many(2) + "X,,BGD,,\n")
    found = keep(file)
    assert found.kept is None
    assert found.report.refused == 1
    assert rows.FacilityList.objects.count() == 0
    found = keep(file, keep_good=True)
    assert found.kept is not None
    assert found.kept.rows == 2
    assert rows.FacilityList.objects.get().counts["refused"] == 1


def test_the_same_file_is_kept_once_and_equal_rows_are_one_facility(tmp_path) -> None:
    file = listed(tmp_path, many(3) + "KNIT 0,0 road.,Bangladesh,,\n")
    found = keep(file, register=True)
    assert (found.registered, list_facilities().matching) == (3, 3)
    again = keep(file, register=True)
    assert again.was_kept_before
    assert again.kept == found.kept
    assert rows.FacilityRow.objects.count() == 4
    other = keep(listed(tmp_path, many(4), "other.csv"), by=UNION, register=True)
    assert (other.joined, other.registered, list_facilities().matching) == (3, 1, 4)
    (knit, *_) = list_facilities(FacilityQuery(about="Knit 1")).facilities
    assert knit.contributors == ("bond", "merk")
    assert len({row.list_id for row in contributions_of(knit.id)}) == 2


def test_an_open_supply_hub_id_with_the_same_name_joins(tmp_path) -> None:
    top = "name,address,country,os_id\n"
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(f"{top}Knit A,1 Road,BGD,BD2019085AT4WB7\n")
    other.write_text(
        f"{top}Knit A,Road 1 Savar,BGD,BD2019085AT4WB7\nKnit B,2 Road,BGD,BD2019085AT4WB7\n"
    )
    keep(ListFile(one), register=True)
    found = keep(ListFile(other))
    assert found.kept is not None
    assert (found.joined, found.kept.waiting) == (1, 1)


@pytest.mark.parametrize("cut_at", [1, 2, 3, 4])
def test_an_import_that_is_cut_short_goes_on_and_is_seen_only_when_whole(
    tmp_path, monkeypatch, cut_at: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = listed(tmp_path, many(35))
    put, seen = importing._put, []

    def cut(source, batch):
        if len(seen) == cut_at - 1:
            raise CutError
        seen.append(len(batch))
        put(source, batch)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "_put", cut)
        with pytest.raises(CutError):
            keep(file)
    (half,) = kept_lists()
    assert (half.state, half.rows) == (ListState.RECEIVING, 10 * (cut_at - 1))
    assert list(waiting_rows()) == []
    resumed = []
    monkeypatch.setattr(
        importing, "_put", lambda source, batch: (resumed.append(len(batch)), put(source, batch))
    )
    found = keep(file)
    assert found.kept is not None
    assert (found.kept.state, found.kept.rows) == (ListState.KEPT, 35)
    assert sum(resumed) == 35 - 10 * (cut_at - 1)
    assert sorted(row.line for row in waiting_rows()) == list(range(2, 37))


def test_other_options_begin_again_and_an_unfinished_list_can_be_dropped(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = listed(tmp_path, many(25))
    with monkeypatch.context() as patched:
        put = importing._put
        calls = []

        def cut(source, batch):
            if calls:
                raise CutError
            calls.append(1)
            put(source, batch)

        patched.setattr(importing, "_put", cut)
        with pytest.raises(CutError):
            keep(file)
    found = keep(ListFile(file.path, mend_places=True))
    assert found.kept is not None
    assert found.kept.rows == 25
    with pytest.raises(InputError, match="is kept and stays"):
        drop_unfinished(list_id=found.kept.id, actor=EDITOR, at=AT)
    rows.FacilityList.objects.update(state=ListState.RECEIVING.value)
    drop_unfinished(list_id=found.kept.id, actor=EDITOR, at=AT)
    with pytest.raises(NotFoundError):
        find_list(found.kept.id)


def test_who_and_when_are_checked_first(tmp_path) -> None:
    file = listed(tmp_path, many(1))
    with pytest.raises(RefusedError):
        keep(file, actor=Actor("coder", frozenset({Role.CODER})))
    with pytest.raises(InputError, match="still to come"):
        import_list(file, contributor=BRAND, title="x", dated=date(2027, 1, 1), licence=None,
                    actor=EDITOR, at=AT)  # fmt: skip
    with pytest.raises(InputError, match="no country"):
        look_at_list(ListFile(file.path, country="XYZ"))
    keep(file)
    with pytest.raises(ConflictError, match="on record as"):
        keep(file, by=Contributor("merk", "Ander", ContributorKind.BRAND))
    for number in ("9", "x", "-1", "9" * 30):
        with pytest.raises(NotFoundError):
            find_list(number)


def test_what_goes_out_is_noted_and_hides_a_union(tmp_path) -> None:
    keep(listed(tmp_path, many(2)), register=True)
    keep(listed(tmp_path, many(2), "b.csv"), by=UNION, register=True)
    query = FacilityQuery()
    out = list(export_rows(query, Shape.REGISTRY, actor="anna", at=AT))
    assert [len(row) for row in out] == [len(export_columns(Shape.REGISTRY))] * 2
    assert {row[export_columns(Shape.REGISTRY).index("contributors")] for row in out} == {"Merk BV"}
    assert rows.Facility.objects.filter(is_given_out=True).count() == 2
    assert rows.AuditEntry.objects.get(action="export_facilities").counts["new"] == 2
    hub = list(export_rows(query, Shape.OS_HUB, actor="anna", at=AT))
    assert [row[0] for row in hub] == ["BD", "BD"]
    shown = shown_contributors()
    (one, *_) = list_facilities().facilities
    assert facility_json(one, shown)["contributors"] == ["Merk BV"]
    assert facility_row(one, shown)[5] is None
    assert list(export_rows(FacilityQuery(country="TUR"), Shape.OS_HUB, actor="a", at=AT)) == []


@pytest.mark.long
def test_twenty_thousand_rows_come_in(tmp_path) -> None:
    found = keep(listed(tmp_path, many(20_000)), register=True)
    assert found.registered == 20_000
    again = keep(listed(tmp_path, many(20_001), "b.csv"), register=True)
    assert (again.joined, again.registered) == (20_000, 1)
