"""Files of aid activities: versions 1 and 2, shares, payments, and what cannot be used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ketenkaart.core.chain.aid import AidPart, AidPayment
from ketenkaart.core.errors import InputError
from ketenkaart.sources.iati import read_aid

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "iati"
SECOND = """<iati-activities version="2.03"><iati-activity default-currency="EUR">
  <iati-identifier> XM-DAC-7-PPR-1 </iati-identifier>
  <reporting-org ref="XM-DAC-7"><narrative>Ministry of Tests</narrative></reporting-org>
  <title><narrative>Safe  sewing</narrative></title>
  <activity-status code="2"/>
  <activity-date type="1" iso-date="2018-01-01"/><activity-date type="2" iso-date="2018-03-01"/>
  <activity-date type="3" iso-date="2021-12-31"/>
  <recipient-country code="bd" percentage="60"/><recipient-country code="IN" percentage="40"/>
  <recipient-region code="689"/>
  <sector code="32163" percentage="75"/><sector code="16070" vocabulary="1" percentage="25"/>
  <sector code="7" vocabulary="99" percentage="100"/>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2019-05-01"/>
    <value value-date="2019-05-01">1,000</value></transaction>
  <transaction><transaction-type code="2"/><transaction-date iso-date="2018-03-01"/>
    <value>9000</value></transaction>
  <transaction><transaction-type code="4"/><transaction-date iso-date="2020-05-01"/>
    <value currency="usd">-50.5</value></transaction>
</iati-activity></iati-activities>"""
FIRST = """<iati-activities version="1.03"><iati-activity>
  <iati-identifier>GB-1-7</iati-identifier><reporting-org ref="GB-1">DFID</reporting-org>
  <title>Roads</title><activity-date type="start-planned" iso-date="2012-04-01"/>
  <recipient-country code="KE">Kenya</recipient-country>
  <sector vocabulary="DAC" code="21020">Road transport</sector>
  <transaction><transaction-type code="D"/><transaction-date iso-date="2013-01-01"/>
    <value currency="GBP" value-date="2013-01-01">12.5</value></transaction>
</iati-activity></iati-activities>"""


def written(folder: Path, text: str) -> Path:
    path = folder / "aid.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_version_two(tmp_path: Path) -> None:
    (found,), rejected = (one := read_aid(written(tmp_path, SECOND))).activities, one.rejected
    assert rejected == ()
    assert (found.id, found.donor, found.title) == (
        "XM-DAC-7-PPR-1", "Ministry of Tests", "Safe sewing",
    )  # fmt: skip
    # A region without a percentage takes nothing where the countries have theirs.
    assert found.countries == (AidPart("BD", 0.6), AidPart("IN", 0.4))
    assert found.purposes == (AidPart("32163", 0.75), AidPart("16070", 0.25))
    assert (found.start, found.end) == (date(2018, 3, 1), date(2021, 12, 31))
    assert found.is_going_on is True
    # A commitment is a promise, not a payment.
    assert found.payments == (
        AidPayment(date(2019, 5, 1), 1000.0, "EUR"),
        AidPayment(date(2020, 5, 1), -50.5, "USD"),
    )


def test_a_file_of_version_one(tmp_path: Path) -> None:
    (found,) = read_aid(written(tmp_path, FIRST)).activities
    assert (found.donor, found.title) == ("DFID", "Roads")
    assert found.countries == (AidPart("KE", 1.0),)
    assert (found.start, found.end, found.is_going_on) == (date(2012, 4, 1), None, None)
    assert found.payments == (AidPayment(date(2013, 1, 1), 12.5, "GBP"),)


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ('<recipient-country code="BD"/>', [1.0]),
        ('<recipient-country code="BD"/><recipient-country code="IN"/>', [None, None]),
        ('<recipient-country code="BD"/><recipient-region code="689"/>', [None]),
        ('<recipient-country code="BD" percentage="100"/>', [1.0]),
        (
            (
                '<recipient-country code="BD" percentage="30"/>'
                '<recipient-region code="689" percentage="70"/>'
            ),
            [0.3],
        ),
        (
            (
                '<recipient-country code="BD" percentage="150"/>'
                '<recipient-country code="IN" percentage="50"/>'
            ),
            [0.75, 0.25],
        ),
        ("", []),
    ],
)
def test_shares_are_those_of_the_file_or_unknown(
    tmp_path: Path, given: str, shares: list[float | None]
) -> None:
    text = f"<iati-activities><iati-activity><iati-identifier>a</iati-identifier>{given}"
    (found,) = read_aid(written(tmp_path, text + "</iati-activity></iati-activities>")).activities
    assert [part.share for part in found.countries] == shares


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<iati-identifier> XM-DAC-7-PPR-1 </iati-identifier>", "", "has no iati-identifier"),
        (">1,000<", ">a lot<", "'a lot' is no amount"),
        (">1,000<", ">inf<", "is no amount"),
        ("2019-05-01", "soon", "'soon' is no day"),
        ('percentage="60"', 'percentage="most"', "'most' is no percentage"),
        (' default-currency="EUR"', "", "has no currency"),
    ],
)
def test_an_activity_that_cannot_be_used_is_named_by_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SECOND
    found = read_aid(written(tmp_path, SECOND.replace(old, new)))
    assert found.activities == ()
    (line,) = found.rejected
    assert line.startswith("aid.xml, line 1: ")
    assert said in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<iati-organisations/>", "its root is iati-organisations"),
        ("no xml", "no well-formed XML"),
        (SECOND[:300], "no well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><iati-activities/>', "document type"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_aid(written(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        read_aid(tmp_path / "none.xml")


@pytest.mark.data
@pytest.mark.skipif(not REAL.exists(), reason="no aid files: real ones are not read")
def test_files_of_real_donors() -> None:
    spain = read_aid(REAL / "MAEC_IATI_INDONESIA.xml")
    assert (len(spain.activities), spain.rejected) == (83, ())
    assert sum(len(one.payments) for one in spain.activities) == 108
    assert all(part.share is not None for one in spain.activities for part in one.countries)
    britain = read_aid(REAL / "dfid_8_activities_201.xml")
    assert {part.code for one in britain.activities for part in one.countries} == {"AL"}
