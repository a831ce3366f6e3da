"""The ledger in the database: what goes in comes out, once, whole, and on the record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.ledger.types import Ledger, Verdict, VerdictValue
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.db.record import models as rows
from ketenkaart.services import ledger as service
from ketenkaart.services import ledger_writing
from ketenkaart.sources.reference import load_ledger

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LETTER = "kst-26485-319"

pytestmark = pytest.mark.django_db


def publish(ledger: Ledger | None = None) -> service.Published:
    return service.publish_ledger(ledger or load_ledger(), actor="test", at=AT)


def with_another_verdict(ledger: Ledger) -> Ledger:
    verdict = Verdict(
        commitment=ledger.commitments[0].id,
        value=VerdictValue.KEPT,
        found_on=date(2021, 1, 1),
        statement=Text(nl="nagekomen", en="kept"),
        citation=Citation(source="own", grade=Grade.ASSUMED),
    )
    return ledger.model_copy(update={"verdicts": (*ledger.verdicts, verdict)})


def test_what_is_read_equals_what_was_published() -> None:
    publish()
    assert service.read_ledger(LETTER) == load_ledger()
    assert service.current_ledger() == load_ledger()


def test_the_same_ledger_again_changes_nothing() -> None:
    first, second = publish(), publish()
    assert (first.is_changed, second.is_changed) == (True, False)
    assert rows.AuditEntry.objects.count() == 1
    assert (first.recommendations, first.commitments, first.references) == (55, 38, 14)


def test_another_edition_replaces_the_rows_and_leaves_a_trace() -> None:
    publish()
    changed = with_another_verdict(load_ledger())
    assert publish(changed).is_changed
    assert service.read_ledger(LETTER) == changed
    before, after = rows.AuditEntry.objects.all()
    assert after.before_sha256 == before.after_sha256 != after.after_sha256
    assert after.counts["verdicts"] == before.counts["verdicts"] + 1


def test_a_failure_halfway_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    publish()

    def fail(*_: object) -> None:
        raise RuntimeError("the power went off")

    monkeypatch.setattr(ledger_writing, "_insert_findings", fail)
    with pytest.raises(RuntimeError):
        publish(with_another_verdict(load_ledger()))
    monkeypatch.undo()
    assert service.read_ledger(LETTER) == load_ledger()
    assert rows.AuditEntry.objects.count() == 1


def test_a_link_on_one_side_only_is_refused() -> None:
    ledger = load_ledger()
    first = ledger.recommendations[0].model_copy(update={"commitments": ()})
    broken = ledger.model_copy(update={"recommendations": (first, *ledger.recommendations[1:])})
    with pytest.raises(ReferenceDataError, match="linked on one side only"):
        publish(broken)
    assert not rows.Letter.objects.exists()


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        service.publish_ledger(load_ledger(), actor="test", at=AT.replace(tzinfo=None))


def test_an_unknown_letter_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="kst-1"):
        service.read_ledger("kst-1")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (rows.Recommendation, {"response_class": "perhaps"}),
        (rows.Recommendation, {"government_position": "perhaps"}),
        (rows.Recommendation, {"follow_up": "perhaps"}),
        (rows.Recommendation, {"citation_grade": "certain"}),
        (rows.Recommendation, {"locator_end": 0}),
        (rows.Recommendation, {"code": "R2"}),
        (rows.Commitment, {"date_type": "someday"}),
        (rows.Commitment, {"due": date(2020, 1, 1), "due_reading_nl": None}),
        (rows.Theme, {"number": 0}),
        (rows.Verdict, {"value": "broken"}),
    ],
)
def test_the_database_itself_refuses(model: type, change: dict[str, object]) -> None:
    publish()
    first = model.objects.order_by("pk").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=first.pk).update(**change)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_audit_trail_only_grows(verb: str) -> None:
    publish()
    entries = rows.AuditEntry.objects.all()
    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        entries.update(actor="somebody else") if verb == "update" else entries.delete()
    assert entries.count() == 1


def test_models_hold_no_rules() -> None:
    from django.apps import apps
    from django.db.models import Model

    for model in apps.get_app_config("record").get_models():
        for name in ("save", "delete", "clean"):
            assert getattr(model, name) is getattr(Model, name), f"{model.__name__}.{name}"


def test_migrations_match_the_models() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
