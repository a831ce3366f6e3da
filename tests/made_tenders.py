"""Made tenders: OCDS releases, an eForms notice, frames. No buyer and no value in them is real."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def release(
    number: int,
    cpv: str = "72000000",
    value: float | None = 100_000,
    *,
    currency: str = "EUR",
    day: str = "2019-05-01",
    tag: str = "tender",
    award: float | None = None,
    status: str = "active",
    **more: Any,
) -> dict[str, Any]:
    """Return one OCDS release; `award` adds an active award of that value."""
    tender: dict[str, Any] = {
        "id": f"t{number}", "title": f"Tender {number}", "status": status,
        "classification": {"scheme": "CPV", "id": cpv},
        "contractPeriod": {"startDate": "2019-07-01T00:00:00Z", "endDate": "2021-06-30T00:00:00Z"},
    }  # fmt: skip
    if value is not None:
        tender["value"] = {"amount": value, "currency": currency}
    found: dict[str, Any] = {
        "ocid": f"ocds-made-{number:04d}", "id": f"{number}-{tag}-{day}",
        "date": f"{day}T00:00:00Z", "tag": [tag],
        "buyer": {"id": f"b{number % 7}", "name": f"Made municipality {number % 7}"},
        "tender": tender,
    }  # fmt: skip
    if award is not None:
        found["awards"] = [
            {"id": "1", "status": "active", "date": day, "value": {"amount": award,
             "currency": currency}}
        ]  # fmt: skip
    return {**found, **more}


def write_lines(path: Path, releases: Sequence[Any]) -> Path:
    """Write releases as JSON Lines."""
    path.write_text("".join(json.dumps(item) + "\n" for item in releases), encoding="utf-8")
    return path


def many_releases() -> list[dict[str, Any]]:
    """Return 46 tenders: 30 of ICT, 12 of furniture, one of roads, two without a value, one out."""
    ict = [release(k, "72000000", 40_000 * 1.2**k, tag="award", award=40_000 * 1.2**k,
                   status="complete") for k in range(30)]  # fmt: skip
    furniture = [release(100 + k, "39130000", 20_000 + 7_000 * k) for k in range(12)]
    return [
        *ict, *furniture, release(200, "45233000", 5_000_000), release(300, "72000000", None),
        release(301, "72000000", 0), release(400, "85000000", 9_000),
    ]  # fmt: skip


NOTICE = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<ContractAwardNotice xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1">
 <efac:NoticeResult>{privacy}
  <cbc:TotalAmount currencyID="EUR">{amount}</cbc:TotalAmount>
  <efac:LotResult><cbc:TenderResultCode>selec-w</cbc:TenderResultCode></efac:LotResult>
 </efac:NoticeResult>
 <efac:NoticeSubType><cbc:SubTypeCode>29</cbc:SubTypeCode></efac:NoticeSubType>
 <cbc:ID schemeName="notice-id">made-notice</cbc:ID>
 <cbc:ContractFolderID>{folder}</cbc:ContractFolderID>
 <cbc:IssueDate>2019-10-23+01:00</cbc:IssueDate>
 <cac:ProcurementProject><cbc:Name>Made chairs</cbc:Name>
  <cac:MainCommodityClassification>
   <cbc:ItemClassificationCode listName="cpv">39112000</cbc:ItemClassificationCode>
  </cac:MainCommodityClassification></cac:ProcurementProject>
</ContractAwardNotice>
"""


def notice(
    amount: str = "250000", folder: str = "made-folder", privacy: str = "", doctype: str = ""
) -> str:
    """Return one eForms award notice."""
    return NOTICE.format(amount=amount, folder=folder, privacy=privacy, doctype=doctype)


HIDDEN = (
    '<efac:FieldsPrivacy xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-'
    'components/1"><efbc:FieldIdentifierCode>not-val</efbc:FieldIdentifierCode>'
    "</efac:FieldsPrivacy>"
)
