"""The indicators on the command line: what is known is said, what is not is not made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from typer.testing import CliRunner

from ketenkaart.cli.indicator_freezing import indicator_app
from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.core.provenance import BaselineState
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.freezing import freeze_baseline, frozen_baselines
from ketenkaart.sources.reference.indicators import find_indicator, load_indicators

RUNNER = CliRunner()
REFERENCE = Path(__file__).parents[2] / "src/ketenkaart/reference/indicators"


def test_the_ninety_per_cent_target_reads_not_reached_and_no_forecast() -> None:
    shown = RUNNER.invoke(indicator_app, ["show", "endorsement", "--as-of", "2026-11-22"])
    assert shown.exit_code == 0
    assert "Target 90% by 2023-12-31: not reached." in shown.stdout
    assert "No forecast" in shown.stdout
    assert "Baseline: 30% on 2017-12-31." in shown.stdout
    found = json.loads(
        RUNNER.invoke(indicator_app, ["show", "endorsement", "--format", "json"]).stdout
    )
    (target,) = found["targets"]
    assert target["standing"] == "not_reached"
    assert target["cannot_forecast"] == "too_few_waves"
    assert target["forecast"] is None
    assert sum(wave["is_comparable"] for wave in found["waves"]) == 1


def test_a_file_of_ones_own_is_forecast_with_its_model(tmp_path: Path) -> None:
    text = (REFERENCE / "endorsement.yml").read_text(encoding="utf-8")
    head, tail = text.split("waves:\n")
    waves = "".join(
        f'  - {{"on": {year}-12-31, value: {value}, n: 300, coverage: sample, '
        "definition: endorsed, frame: large, citation: {source: own, grade: assumed}}\n"
        for year, value in ((2017, 0.3), (2018, 0.36), (2019, 0.4), (2020, 0.47))
    )
    target = "targets:\n" + tail.split("targets:\n")[1]
    mine = tmp_path / "mine.yml"
    mine.write_text(head + "waves:\n" + waves + target, encoding="utf-8")
    shown = RUNNER.invoke(indicator_app, ["show", str(mine), "--as-of", "2021-01-01"])
    assert shown.exit_code == 0, shown.stderr
    assert "chance of reaching it" in shown.stdout
    assert "Estimate. Model: a straight line" in shown.stdout
    assert "Back-test: 1 of 1" in shown.stdout
    mine.write_text(mine.read_text().replace("value: 0.36", "value: 36"), encoding="utf-8")
    wrong = RUNNER.invoke(indicator_app, ["show", str(mine)])
    assert isinstance(wrong.exception, InputError)
    assert "mine.yml" in str(wrong.exception)


def test_baselines_are_collected_and_their_absence_too() -> None:
    found = json.loads(
        RUNNER.invoke(indicator_app, ["baselines", "--format", "json"]).stdout
    )["baselines"]  # fmt: skip
    states = {row["state"] for row in found}
    assert {"measured", "unknown", "not_researched"} <= states
    assert {item.id for item in load_indicators()} <= {row["of"] for row in found}
    missing = json.loads(
        RUNNER.invoke(indicator_app, ["baselines", "--missing", "--format", "json"]).stdout
    )["baselines"]
    assert all(row["value"] is None for row in missing)
    assert 0 < len(missing) < len(found)


def test_the_list_and_a_coded_share() -> None:
    listed = RUNNER.invoke(indicator_app, ["list", "--format", "csv"]).stdout.splitlines()
    assert len(listed) == 1 + len(load_indicators())
    words = ["correct", "--share", "0.3", "--n", "200", "--hits", "45/50"]
    shown = RUNNER.invoke(indicator_app, [*words, "--rejections", "190/200", "--format", "json"])
    found = json.loads(shown.stdout)
    assert found["low"] < found["estimate"] < found["high"]
    assert found["se"] > found["se_sample"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "nothing"], "no indicator"),
        (["show", "nowhere.yml"], "no file"),
        (["show", "endorsement", "--prior", "much"], "--prior"),
        (["show", "endorsement", "--prior", "0.1,-1,0.1"], "--prior"),
        (["correct", "--share", "3", "--n", "9", "--hits", "1/2", "--rejections", "1/2"],
         "0 to 1"),
        (["correct", "--share", ".3", "--n", "9", "--hits", "1", "--rejections", "1/2"], "45/50"),
        (["correct", "--share", ".3", "--n", "9", "--hits", "1/2", "--rejections", "1/2"],
         "too little"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(words, says) -> None:
    shown = RUNNER.invoke(indicator_app, words)
    assert isinstance(shown.exception, InputError)
    assert says in str(shown.exception)


@pytest.fixture
def anna(db: None, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anna is an editor, and acts."""
    add_account(
        name="anna",
        password="een rustige middag in april",  # noqa: S106
        roles=[Role.ADMINISTRATOR, Role.EDITOR],
        actor=None,
        at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    )
    monkeypatch.setenv("KETENKAART_ACTOR", "anna")


@pytest.mark.django_db
def test_a_baseline_is_signed_once_and_never_changed(anna: None) -> None:
    assert "No baseline was signed yet" in RUNNER.invoke(indicator_app, ["frozen"]).stdout
    freeze = ["freeze", "endorsement", "--reason", "Start of the plan"]
    shown = RUNNER.invoke(indicator_app, freeze)
    assert shown.exit_code == 0, shown.exception
    again = RUNNER.invoke(indicator_app, freeze)
    assert isinstance(again.exception, ConflictError)
    row = rows.FrozenBaseline.objects.get()
    for change in (row.delete, lambda: setattr(row, "reason", "x") or row.save()):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()
    (found,) = json.loads(RUNNER.invoke(indicator_app, ["frozen", "--format", "json"]).stdout)[
        "frozen"
    ]
    assert (found["state"], found["by"], found["is_whole"], found["agrees"]) == (
        "measured", "anna", True, True,
    )  # fmt: skip
    assert found["sha256"] in shown.stdout
    assert rows.AuditEntry.objects.filter(action="freeze_baseline").count() == 1


@pytest.mark.django_db
def test_a_frozen_baseline_shows_what_was_changed_around_it(anna: None) -> None:
    indicator = find_indicator("endorsement")
    editor = Actor("anna", frozenset({Role.EDITOR}))
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    frozen = freeze_baseline(indicator=indicator, reason="now", actor=editor, at=at)
    assert frozen.agrees_with(indicator)
    more = indicator.model_copy(
        update={"frames": (*indicator.frames, indicator.frames[0].model_copy(update={"id": "z"}))}
    )
    assert frozen.agrees_with(more)
    other = indicator.model_copy(
        update={"baseline": indicator.baseline.model_copy(update={"state": BaselineState.UNKNOWN})}
    )
    assert not frozen.agrees_with(other)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER record_frozenbaseline_no_update")
        cursor.execute("UPDATE record_frozenbaseline SET reason = 'earlier'")
    assert not frozen_baselines()[0].is_whole


@pytest.mark.django_db
def test_what_is_not_known_cannot_be_signed(anna: None) -> None:
    shown = RUNNER.invoke(indicator_app, ["freeze", "spp_tenders", "--reason", "now"])
    assert "nothing to sign" in str(shown.exception)
    empty = RUNNER.invoke(indicator_app, ["freeze", "endorsement", "--reason", " "])
    assert "Nothing is written" in str(empty.exception)
    coder = Actor("bob", frozenset({Role.CODER}))
    with pytest.raises(RefusedError):
        freeze_baseline(
            indicator=find_indicator("endorsement"), reason="now", actor=coder,
            at=datetime(2026, 11, 22, tzinfo=UTC),
        )  # fmt: skip
    assert frozen_baselines() == ()
