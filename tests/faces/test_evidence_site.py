"""The pages of evidence: the map with its gaps, one study, initiatives with advice."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ketenkaart.core.monitor.evidence.types import Choice
from ketenkaart.services.evidence.advising import decide, initiatives
from ketenkaart.services.evidence.reading import evidence_base
from ketenkaart.web.text import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client):
    """Return a visitor of the site."""
    return client


def cell(page: str, kind: str, step: str) -> str:
    """Return the text of one cell of the map."""
    row = page.split(f'scope="row">{kind}</th>')[1].split("</tr>", maxsplit=1)[0]
    found = re.search(rf'<td[^>]*data-label="{step}"[^>]*>(.*?)</td>', row, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s+", " ", found[1])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_map_keeps_empty_cells_apart(site, language) -> None:
    page = site.get(f"/{language}/evidence/").content.decode()
    law, covenant = (say(f"instruments.kind_{kind}", language) for kind in ("law", "covenant"))
    step = {name: say(f"evidence.step_{name}", language) for name in ("impact", "remedy")}
    assert say("evidence.way_negative", language) in cell(page, law, step["impact"])
    assert say("evidence.state_nothing_found", language) in cell(page, law, step["remedy"])
    assert say("evidence.first_hits", language) in cell(page, law, step["remedy"])
    assert say("evidence.state_not_searched", language) in cell(page, covenant, step["remedy"])
    assert say("evidence.state_not_measured", language) in cell(page, covenant, step["impact"])
    for study in evidence_base().studies:
        assert f'href="/{language}/evidence/{study}/"' in page


def test_a_cell_leads_to_its_findings(site) -> None:
    page = site.get("/en/evidence/?kind=law&step=impact").content.decode()
    assert "44% more battles" in page
    assert "−44 % of the level before, without an interval" in page
    assert "KIT" not in page.split('id="found"')[1].split('id="mean"')[0]
    assert "There is no mean: no size has an interval." in page
    empty = site.get("/en/evidence/?kind=standard").content.decode()
    assert "No finding is known for this." in empty


def test_a_choice_that_is_none_is_named_and_left_out(site) -> None:
    answer = site.get("/nl/evidence/?kind=wet<b>&level=9&sector=textiles")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "wet&lt;b&gt;" in page
    assert "‘9’ is geen keuze" in page
    assert page.count('aria-invalid="true"') == 2
    assert "Jaarverslag 2020 van het textielconvenant" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_study_has_a_page_with_its_limits(site, language) -> None:
    base = evidence_base()
    for study in base.studies.values():
        answer = site.get(f"/{language}/evidence/{study.id}/")
        assert answer.status_code == 200
        page = answer.content.decode()
        assert say("evidence.limits", language) in page
        assert page.count("<tr>") == 1 + len(base.of(study.id))


def test_theory_and_study_lead_to_each_other(site) -> None:
    study = site.get("/en/evidence/kit_2020/").content.decode()
    assert "/en/theory/covenant/#membership" in study
    assert "/en/instruments/agt/" in study
    assert "/en/evidence/kit_2020/" in site.get("/en/theory/covenant/").content.decode()
    assert "/en/evidence/fmo_report_2020/" in site.get("/en/instruments/fmo/").content.decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_initiative_has_advice_that_is_called_advice(site, language) -> None:
    listed = site.get(f"/{language}/evidence/initiatives/").content.decode()
    for answer in initiatives():
        name = answer.initiative.id
        assert f'href="/{language}/evidence/initiatives/{name}/"' in listed
        page = site.get(f"/{language}/evidence/initiatives/{name}/").content.decode()
        assert say("evidence.is_advice", language) in page
        assert say("evidence.responses_none", language) in page


def test_a_study_and_a_decision_of_ones_own_are_shown(site, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "evidence"
    (folder / "studies").mkdir(parents=True)
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path))
    text = (
        'id: mine\ntitle: {nl: "Eigen", en: "My own"}\nby: "Us <b>"\npublished: 2025-01-01\n'
        'question: {nl: "?", en: "?"}\ndesign: randomised_trial\npopulation: {nl: "x", en: "x"}\n'
        'n_state: unknown\nindependence: own\nlimits:\n  - {nl: "x", en: "x"}\nfindings:\n'
        '  - id: a\n    about: {nl: "Meer loon", en: "Higher wages"}\n    step: impact\n'
        "    kinds: [initiative]\n    instruments: [idh]\n    way: positive\n"
        "    effect: {measures: wages, measure: log_ratio, value: 0.2, low: 0.1, high: 0.3}\n"
        "    citation: {source: report, grade: sure}\ncitation: {source: report, grade: sure}\n"
    )
    (folder / "studies" / "mine.yml").write_text(text, encoding="utf-8")
    (folder / "sources.yml").write_text(
        'sources:\n  - {id: report, title: {nl: "Verslag", en: "Report"}, publisher: "Us"}\n',
        encoding="utf-8",
    )
    decide(
        initiative="idh", choice=Choice.KEEP, reason="Works <i>", actor="Anna",
        at=datetime(2026, 1, 2, tzinfo=UTC), folder=folder,
    )  # fmt: skip
    study = site.get("/en/evidence/mine/").content.decode()
    assert "Us &lt;b&gt;" in study
    assert "+0.20 log ratio (+0.10 to +0.30)" in study
    page = site.get("/nl/evidence/initiatives/idh/").content.decode()
    assert "<strong>houden</strong>" in page
    assert "houden, door Anna op 2 januari 2026" in page
    assert "Works &lt;i&gt;" in page
    assert "Zonder de studie mine: niet genoeg bewijs." in page


@pytest.mark.parametrize(
    "address",
    [
        "evidence/data", "evidence/map", "evidence/kit_2020/data", "evidence/initiatives/data",
    ],
)  # fmt: skip
def test_the_same_is_handed_out_as_files(site, address) -> None:
    rows = list(csv.reader(io.StringIO(site.get(f"/en/{address}.csv").content.decode())))
    assert len(rows) > 5
    assert len({len(row) for row in rows}) == 1
    assert json.loads(site.get(f"/en/{address}.json").content)
    assert site.get(f"/en/{address}.exe").status_code == 404


@pytest.mark.parametrize("address", ["evidence/nothing/", "evidence/initiatives/nothing/"])
def test_what_is_not_there_is_not_found(site, address) -> None:
    assert site.get(f"/nl/{address}").status_code == 404
