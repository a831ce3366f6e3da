"""One's own purchases on the site: the command's answers, findings in words, and nothing kept."""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from test_refusals import sentences
from typer.testing import CliRunner

import ketenkaart
from ketenkaart.cli.main import app
from ketenkaart.services import reading_places
from ketenkaart.services.chain import seen, seen_ends, seen_layers
from ketenkaart.services.chain.sent.files import SentFile
from ketenkaart.services.chain.sent.lists import list_sent, packed, usual_rate
from ketenkaart.services.chain.sent.template import example_list, template_csv, template_workbook
from ketenkaart.services.world_tables import add_table
from ketenkaart.web.chain.purchase_form import _SIGNER
from ketenkaart.web.refusals import in_dutch
from made_tables import made_table, write_plain
from made_workbooks import write_workbook

pytestmark = pytest.mark.django_db
PAGE = "/chain/purchases/"
LIST = (
    "Omschrijving;CPV-code;Bedrag (excl. BTW);Land;Leverancier\n"
    "Werkkleding;18100000;€ 250.000,50;Bangladesh;De Witte\n"
    "Laptops;30200000;900.000;China;Voorbeeld BV\n"
    "Catering;55500000;500.000,-;Nederland;\n"
    "Koffie;15860000;60 000;;\n"
)
MONEY = {"currency": "EUR", "rate": "EUR=1,392", "rate_source": "mean of 2011"}
WORDS = ["--currency", "EUR", "--rate", "EUR=1.392", "--rate-source", "mean of 2011",
         "--rate", "reference"]  # fmt: skip
SOURCE = Path(str(ketenkaart.__file__)).parent


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


def sent(content: str | bytes, name: str = "inkoop.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def asked(site: Client, content: str | bytes, name: str = "inkoop.csv", **given: str):
    language = given.pop("language", "nl")
    return site.post(f"/{language}{PAGE}", {"file": sent(content, name), **MONEY, **given})


def words_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def carried(answer) -> str:
    found = re.search(r'name="list" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def kept_by_the_page() -> str:
    """What a page about `LIST` carries, without working the answers out."""
    return _SIGNER.sign(packed(list_sent(SentFile("inkoop.csv", LIST.encode()))))


def printed(tmp_path: Path, *words: str) -> dict:
    file = tmp_path / "inkoop.csv"
    file.write_text(LIST, encoding="utf-8")
    found = CliRunner().invoke(
        app, ["chain", *(w.replace("FILE", str(file)) for w in words), *WORDS, "--format", "json"]
    )
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def handed(site: Client, part: str, text: str, **given: str) -> dict:
    data = {"list": text, **MONEY, **given}
    answer = site.post(f"/en{PAGE}data/{part}.json", data)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return json.loads(answer.content)


AT_ONCE = ["--uncertainty", "--draws", "0"]
STARTER = ["--edition", "starter"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_empty_page_says_what_a_list_is_and_hands_one_out(site: Client, language: str) -> None:
    answer = site.get(f"/{language}{PAGE}")
    assert answer.status_code == 200
    assert not answer.cookies
    text = answer.content.decode()
    assert 'role="alert"' not in text
    for form, made in (("csv", template_csv), ("xlsx", template_workbook)):
        address = f"/{language}{PAGE}template.{form}"
        assert address in text
        assert site.get(address).content == made(language)
    assert site.get(f"/{language}{PAGE}template.ods").status_code == 404


@pytest.mark.long
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_template_is_a_list_of_which_every_row_counts(site: Client, language: str) -> None:
    pages = [
        asked(site, template_csv(language), language=language),
        asked(site, template_workbook(language), "list.xlsx", language=language),
        site.post(f"/{language}{PAGE}", {"act": "example", **MONEY}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert {"nl": "Alle 6 rijen", "en": "All 6 rows"}[language] in words_of(page)
    figures = [re.findall(r'kk-number">([^<]+)<', page.content.decode()) for page in pages]
    assert figures[0] == figures[1] == figures[2]


def test_files_are_what_the_command_prints(site: Client, tmp_path: Path) -> None:
    text = kept_by_the_page()
    own = ["--purchases", "FILE", *STARTER]
    rows = printed(tmp_path, "purchases", "FILE", *STARTER)
    assert handed(site, "rows", text) == rows
    assert rows["placed_rows"] == 4
    assert handed(site, "footprint", text) == printed(
        tmp_path, "footprint", *own, "--by", "node", *AT_ONCE
    )
    tiers = ["--by", "country", "--layers", "5", "--outside", "NLD"]
    assert handed(site, "tiers", text) == printed(tmp_path, "tiers", *own, *tiers, *AT_ONCE)
    paths = ["--top", "15", "--outside", "NLD", *AT_ONCE]
    assert handed(site, "paths", text) == printed(tmp_path, "paths", *own, *paths)
    compared = printed(tmp_path, "compare", *own, "--by", "country", *AT_ONCE)
    assert handed(site, "compare", text) == compared


@pytest.mark.long
def test_a_risk_is_asked_as_the_command_asks_it(site: Client, tmp_path: Path) -> None:
    page = asked(site, LIST, extension="risk:child_labour")
    assert page.status_code == 200
    assert "Waar u afwijkt" not in words_of(page)
    own = ["--purchases", "FILE", *STARTER, "--extension", "risk:child_labour"]
    text = carried(page)
    found = handed(site, "footprint", text, extension="risk:child_labour")
    assert found == printed(tmp_path, "footprint", *own, "--by", "node")
    refused = site.post(
        f"/en{PAGE}data/compare.json", {"list": text, **MONEY, "extension": "risk:child_labour"}
    )
    assert refused.status_code == 400


def test_amounts_are_told_in_the_currency_of_the_list(site: Client, tmp_path: Path) -> None:
    text = words_of(asked(site, LIST))
    assert "samen 1.710.000 euro" in text
    total = printed(tmp_path, "footprint", "--purchases", "FILE", *STARTER, "--by", "country")
    china = next(row["value"] for row in total["rows"] if row["country"] == "CHN")
    said = f"{china / 1.392 * 1e6:.3g}"
    assert f"China {float(said):,.0f}".replace(",", ".") in text


@pytest.mark.long
def test_amounts_of_several_currencies_and_large_ones_are_told_otherwise(site: Client) -> None:
    both = words_of(asked(site, "cpv;amount;currency\n18100000;5;EUR\n18100000;5;USD\n"))
    assert "samen 12,0 dollar" in both
    whole = words_of(asked(site, "cpv;amount\n18100000;900000000\n"))
    assert "samen 900 miljoen euro" in whole


def test_a_list_as_a_bookkeeper_exports_it_leads_on(site: Client, tmp_path: Path) -> None:
    heads = ["Crediteur", "Omschrijving", "Grootboek", "Bedrag excl. BTW", "Land leverancier"]
    rows = [["De Witte BV", "Werkkleding", "kleding", 12850.5, "NL"],
            ["ICT Partner", "Laptops", "ICT", 89000, "NL"]]  # fmt: skip
    file = tmp_path / "export.xlsx"
    write_workbook(file, [heads, *rows])
    assert "De koppen zijn: Crediteur" in words_of(asked(site, file.read_bytes(), "export.xlsx"))
    write_workbook(file, [[*heads[:2], "sector", *heads[3:]], *rows])
    said = words_of(asked(site, file.read_bytes(), "export.xlsx"))
    assert "Er is geen bedrijfstak 'ICT' Kies een code of een naam" in said
    assert "30000000 Computers, laptops, printers" in said
    assert "De kolom Land leverancier is gelezen als het land waar het is gemaakt" in said


def test_without_a_rate_each_row_takes_that_of_its_year(site: Client) -> None:
    rows = ("5;EUR;2024", "5;EUR;2023", "5;GBP;2011", "5;GBP;2011", "5;EUR;")
    text = "cpv;bedrag;valuta;jaar\n" + "".join(f"18100000;{row}\n" for row in rows)
    said = words_of(asked(site, text, rate="", rate_source=""))
    assert "4 van de 5 rijen" in said
    assert "EUR 2024: 1,08; EUR 2023: 1,08; GBP 1,60" in said
    assert "ecb_reference_rates" in said
    assert "Geef de rij een jaar" in said


def test_the_page_carries_the_list_to_the_next_question(site: Client) -> None:
    given = {"list": kept_by_the_page(), **MONEY, "extension": "person_years"}
    answer = site.post(f"/nl{PAGE}", given)
    assert answer.status_code == 200
    assert "arbeidsjaren" in words_of(answer)
    assert "inkoop.csv bij zich (4 rijen)" in words_of(answer)
    assert carried(answer) == given["list"]
    # of one country alone
    narrowed = site.post(f"/nl{PAGE}", {**given, "country": "CHN", "sector": "electronics"})
    paths = re.findall(r'kk-route__step">([^<]+)<', narrowed.content.decode())
    assert paths
    assert paths[0].startswith("Elektronica")


@pytest.mark.long
def test_the_longest_list_that_is_taken_still_goes_along(site: Client) -> None:
    rows = "".join(
        f"Factuur {k * 7919 % 10**6} van {k % 500};{18 + k % 7}100000;{k * 31 % 90000},50;"
        f"{('China', 'Nederland', 'Polen', '')[k % 4]}\n"
        for k in range(20_000)
    )
    first = asked(site, f"omschrijving;cpv;bedrag;land\n{rows}")
    assert first.status_code == 200
    again = site.post(f"/nl{PAGE}", {"list": carried(first), **MONEY})
    assert again.status_code == 200
    odd = "".join(f"{k**9:x}{k**11:x}{k**13:x};18100000;5\n" for k in range(20_000))
    wordy = f"omschrijving;cpv;bedrag\n{odd}"
    assert "meer tekst dan een pagina kan dragen" in words_of(asked(site, wordy))


def test_what_came_with_the_page_and_was_altered_is_refused(site: Client) -> None:
    text = kept_by_the_page()
    for altered in (f"A{text[1:]}", text[:-3], packed(example_list("nl")), "x" * 2000):
        answer = site.post(f"/nl{PAGE}", {"list": altered, **MONEY})
        assert answer.status_code == 400
        assert "niet meer geldig" in words_of(answer)
    data = site.post(f"/nl{PAGE}data/rows.csv", {"list": f"A{text[1:]}", **MONEY})
    assert data.status_code == 400


def test_nothing_of_a_list_stays_here(
    site: Client, data_folder: Path, tmp_path: Path, monkeypatch
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    path = write_plain(made_table(), tmp_path / "made")
    edition = add_table("table", path, name="made-2020", data_folder=data_folder).manifest.id
    text = "sector;value\nT;2\n"
    caches = (seen._chain, seen._paths, seen_ends._place_ends, seen_layers._layers)

    def state() -> tuple:
        return (
            sorted(passing.iterdir()),
            sorted(p for p in data_folder.rglob("*") if p.is_file() and "sqlite" not in p.name),
            [cache.cache_info().currsize for cache in caches],
        )

    # What extensions ask is kept beside the table; a list changes nothing after that.
    assert asked(site, text, edition=edition).status_code == 200
    before = state()
    answer = asked(site, text.replace("2", "3"), edition=edition)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert state() == before


def test_rows_without_a_place_are_told_with_what_to_do(site: Client) -> None:
    text = LIST + (
        "Meubels;3910000;10;Polen;\n"
        "Papier;30197630;10;Atlantis;\n"
        "Stoelen;99999999;10;Polen;\n"
        "Tafels;;10;Polen;\n"
        "Lampen;31500000;veel;Polen;\n"
        "Terug;31500000;-5;Polen;\n"
    )
    dutch = words_of(asked(site, text))
    assert "4 van de 10 rijen" in dutch
    for said in (
        "'3910000' is geen code van CPV: er lijkt een nul vooraan te missen",
        "Er is geen land of regio 'Atlantis'",
        "De rij zegt niet wat er is gekocht",
        "'veel' is geen bedrag",
        "'-5' is kleiner dan nul",
    ):
        assert said in dutch, said
    bad = "".join(line for line in text.splitlines(keepends=True) if line[:4] not in LIST)
    english = words_of(asked(site, text.splitlines(keepends=True)[0] + bad, language="en"))
    assert "There is no region 'Atlantis'" in english
    assert "--" not in re.sub(r"[‒–—]", "", english)


GOOD = "cpv;bedrag\n18100000;5\n"
WIDE = "cpv;bedrag\n" + "18100000;5\n" * 20_001


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b"0" * 3_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "given", "said"),
    [
        ("", "l.csv", {}, "is leeg"),
        ("\n\n", "l.csv", {}, "geen kolom die zegt wat er is gekocht"),
        ("cpv;bedrag\n", "l.csv", {}, "bevat geen inkopen"),
        ("naam;prijs\nx;1\n", "l.csv", {}, "De koppen zijn: naam, prijs, in rij 1"),
        ("cpv;naam\n18100000;x\n", "l.csv", {}, "geen kolom met bedragen"),
        ("cpv;bedrag;bedrag excl. btw\n1;2;3\n", "l.csv", {}, "twee kolommen voor amount"),
        (GOOD, "l.ods", {}, "van een soort die hier niet wordt gelezen"),
        (GOOD, "l.xlsx", {}, "niet als rekenblad te lezen"),
        (b"cpv;bedrag\n\x81\x8d\xff;5\n", "l.csv", {}, "geen UTF-8"),
        (WIDE, "l.csv", {}, "meer dan 20,000 rijen"),
        ("x" * (5 * 2**20 + 1), "l.csv", {}, "groter dan 5 MB"),
        (GOOD, "l.csv", {"currency": "euro's"}, "drie letters"),
        (GOOD, "l.csv", {"rate": "veel"}, "'veel' is geen koers"),
        (GOOD, "l.csv", {"rate_source": ""}, "De koersen hebben geen bron"),
        (GOOD, "l.csv", {"rate": ""}, "Er is geen koers voor EUR"),
        (GOOD.replace("5", "9" * 15), "l.csv", {}, "meer dan de wereld in een jaar maakt"),
        ("bedrag;cpv\n18100000;5\n", "l.csv", {}, "Geen enkele rij heeft een plaats"),
        (GOOD, "l.csv", {"edition": "nowhere"}, "staat niet in de lijst"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(
    site: Client, content: str | bytes, name: str, given: dict, said: str
) -> None:
    answer = asked(site, content, name, **given)
    assert answer.status_code == 400
    text = words_of(answer)
    assert said in text
    assert tempfile.gettempdir() not in text
    assert "kk-chainhead" not in answer.content.decode()


def test_hostile_workbooks_are_refused(site: Client, tmp_path: Path) -> None:
    assert "uitgepakt veel groter" in words_of(asked(site, bomb(), "l.xlsx"))
    formula = tmp_path / "f.xlsx"
    write_workbook(formula, [["cpv", "bedrag"], ["18100000", 5]])
    plain = formula.read_bytes()
    assert asked(site, plain, "f.xlsx").status_code == 200
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, data.replace(b"<v>5</v>", b"<f>2+3</f>"))
    assert "formule zonder bewaarde uitkomst" in words_of(asked(site, stream.getvalue(), "f.xlsx"))


def test_a_file_of_fifty_megabytes_is_answered_before_it_is_taken_in(site: Client) -> None:
    answer = asked(site, b"x" * (50 << 20), "l.csv")
    assert answer.status_code == 413
    assert "te groot" in words_of(answer)


def test_markup_in_a_list_stays_text(site: Client) -> None:
    evil = "<script>alert(1)</script>"
    text = f"cpv;bedrag;omschrijving\n18100000;5;{evil}\n1;{evil};{evil}\n"
    page = asked(site, text, f"{evil}.csv").content.decode()
    assert evil not in page
    assert "&lt;script&gt;" in page
    rows = site.post(
        f"/nl{PAGE}data/rows.csv",
        {"file": sent('cpv;bedrag;omschrijving\n18100000;5;"=1+1"\n'), **MONEY},
    )
    cells = list(csv.DictReader(io.StringIO(rows.content.decode("utf-8-sig"))))
    assert cells[0]["description"] == "'=1+1"


def test_no_file_and_a_full_house_are_said(site: Client) -> None:
    assert "Kies eerst een bestand" in words_of(site.post(f"/nl{PAGE}", MONEY))
    text = kept_by_the_page()
    places = [reading_places._PLACES.acquire() for _ in range(reading_places.MOST_AT_ONCE)]
    try:
        answers = [
            site.post(f"/nl{PAGE}", {"list": text, **MONEY}),
            site.post(f"/nl{PAGE}data/rows.csv", {"list": text, **MONEY}),
        ]
    finally:
        for _ in places:
            reading_places._PLACES.release()
    for answer in answers:
        assert answer.status_code == 503
        assert answer["Retry-After"]
        assert "al zoveel tegelijk" in words_of(answer)
        assert carried(answer) == text


def usual(year: int) -> str:
    rate = usual_rate("MUSD", year)
    return "" if rate is None else f"EUR={rate:.4g}".replace(".", ",")


def test_another_table_brings_its_own_rate_unless_one_was_given(
    site: Client, data_folder: Path, tmp_path: Path
) -> None:
    path = write_plain(made_table(), tmp_path / "made")
    edition = add_table("table", path, name="made-2020", data_folder=data_folder).manifest.id
    page = site.post(f"/nl{PAGE}", {"act": "example"}).content.decode()
    assert f'name="rate" type="text" value="{usual(2011)}"' in page
    kept = re.search(r'name="usual_rate" value="([^"]+)"', page)
    assert kept
    rate, source = html.unescape(kept[1]).split("|")
    given = {"list": re.search(r'name="list" value="([^"]+)"', page)[1], "currency": "EUR",  # type: ignore[index]
             "rate": rate, "rate_source": source, "usual_rate": html.unescape(kept[1]),
             "edition": edition}  # fmt: skip
    other = site.post(f"/nl{PAGE}", given).content.decode()
    assert f'name="rate" type="text" value="{usual(2020)}"' in other
    own = site.post(f"/nl{PAGE}", given | {"rate": "EUR=1,1"}).content.decode()
    assert 'value="EUR=1,1"' in own


def test_every_refusal_of_a_list_has_a_dutch_sentence() -> None:
    chain = SOURCE / "services" / "chain"
    files = [
        *(chain / f"purchase_{name}.py" for name in ("files", "places", "reading", "amounts")),
        *(chain / "sent").glob("*.py"),
        SOURCE / "core" / "chain" / "money.py",
        SOURCE / "sources" / "workbooks" / "reader.py",
        SOURCE / "sources" / "iati.py",
    ]
    names = {"sign": ["comma", "point"], "column": ["amount", "value", "rate"],
             "what": ["The files are", "Q1 is"], "when": ["", " of Q1"]}  # fmt: skip
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_error = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not is_error or node.func.id != "InputError":  # type: ignore[attr-defined]
                continue
            spoken = [*node.args, *(k.value for k in node.keywords if k.arg == "fix")]  # type: ignore[attr-defined]
            found |= {words for part in spoken for words in sentences(part, names)}
    assert len(found) > 60
    spoken_in_parts = {"Q1 Q1", "Q1"}
    missing = [words for words in sorted(found - spoken_in_parts) if in_dutch(words) is None]
    assert not missing
