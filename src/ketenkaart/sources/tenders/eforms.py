"""Read eForms notices (Regulation (EU) 2019/1780): UBL XML with the eForms extension."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

from lxml import etree

from ketenkaart.core.monitor.effect.groups import cpv_digits
from ketenkaart.core.monitor.effect.tenders import (
    UNKNOWN_MONEY,
    WITHHELD,
    BuyerKind,
    Money,
    Notice,
    NoticeKind,
    Outcome,
    ValueKind,
)
from ketenkaart.sources.documents.inside.safe_xml import Element, parse
from ketenkaart.sources.documents.limits import DEFAULT
from ketenkaart.sources.documents.reasons import Reason, Refusal
from ketenkaart.sources.tenders.ocds import DAYS_A_YEAR, add_all
from ketenkaart.sources.tenders.reject import Reject

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}
_ROOTS = {
    "PriorInformationNotice", "ContractNotice", "ContractAwardNotice",
    "BusinessRegistrationInformationNotice",
}  # fmt: skip
_WHY = {
    Reason.TOO_LARGE: "The file is too large for a notice",
    Reason.HAS_DOCTYPE: "The XML has a document type, which is refused",
    Reason.TOO_DEEP: "The XML is nested too deeply, or too large, for a notice",
    Reason.UNKNOWN_ENCODING: "The encoding of the XML is not known",
}
_BUYERS = {
    "cga": BuyerKind.CENTRAL, "ra": BuyerKind.LOCAL, "la": BuyerKind.LOCAL,
    "pub-undert": BuyerKind.UTILITY, "spec-rights-entity": BuyerKind.UTILITY,
    "body-pl": BuyerKind.PUBLIC_BODY, "eu-ins-bod-ag": BuyerKind.OTHER,
    "int-org": BuyerKind.OTHER, "def-cont": BuyerKind.OTHER, "org-sub": BuyerKind.OTHER,
    "grp-p-aut": BuyerKind.OTHER, "rl-aut": BuyerKind.LOCAL,
}  # fmt: skip
_CALLS_AMONG_PLANS = {"10", "11", "12", "13", "14", "CEI"}
_MODIFICATIONS = {"38", "39", "40", "E5", "E6"}
_BEFORE_RESULT = {"25", "26", "27", "28"}
_UNITS = {"YEAR": 1.0, "MONTH": 1 / 12, "WEEK": 7 / DAYS_A_YEAR, "DAY": 1 / DAYS_A_YEAR}
RESULT = ".//efac:NoticeResult"


def read_eforms(path: Path) -> Notice | Reject:
    """Return the notice of a file, or why it is none; the place of a notice is its file."""
    try:
        if path.stat().st_size > DEFAULT.max_bytes:
            raise Refusal(Reason.TOO_LARGE)
        raw = path.read_bytes()
        root = parse(raw, DEFAULT)
    except Refusal as refusal:
        return Reject(path.name, _WHY.get(refusal.reason, "This is no well-formed XML"))
    kind = etree.QName(root).localname
    if kind not in _ROOTS:
        return Reject(path.name, f"This is no eForms notice: its root is {kind[:60]}")
    notice = _text(root, "cbc:ID[@schemeName='notice-id']") or _text(root, "cbc:ID")
    procedure = _text(root, "cbc:ContractFolderID")
    if notice is None and procedure is None:
        return Reject(path.name, "The notice has no identifier of its own or of its procedure")
    return _notice(root, kind, path.name, sha256(raw).hexdigest()[:16])


def _notice(root: Element, kind: str, place: str, digest: str) -> Notice:
    name = _text(root, "cbc:ID[@schemeName='notice-id']") or _text(root, "cbc:ID") or ""
    buyer, buyer_name = _buyer(root)
    start, end, years = _term(root)
    codes = _codes(root)
    awarded, awarded_kind = _awarded(root)
    subtype = _text(root, ".//efac:NoticeSubType/cbc:SubTypeCode") or ""
    lots = len(_lots(root))
    return Notice(
        tender=_text(root, "cbc:ContractFolderID") or name,
        notice=name,
        place=place,
        kind=_kind(kind, subtype),
        digest=digest,
        published=_published(root),
        version=_text(root, "cbc:VersionID") or "",
        title=_text(root, "cac:ProcurementProject/cbc:Name"),
        buyer=buyer,
        buyer_name=buyer_name,
        buyer_kind=_buyer_kind(root),
        cpv=codes[0] if codes else None,
        more_cpv=tuple(codes[1:]),
        procedure=_text(root, "cac:TenderingProcess/cbc:ProcedureCode"),
        lots=lots or None,
        estimated=_estimated(root),
        awarded=awarded,
        awarded_kind=awarded_kind,
        awarded_on=_awarded_on(root),
        starts=start,
        ends=end,
        term_years=years,
        outcome=_outcome(root, kind, subtype),
    )


def _kind(root: str, subtype: str) -> NoticeKind:
    if root == "BusinessRegistrationInformationNotice":
        return NoticeKind.OTHER
    if root == "PriorInformationNotice":
        return NoticeKind.CALL if subtype in _CALLS_AMONG_PLANS else NoticeKind.PLAN
    if root == "ContractNotice":
        return NoticeKind.CALL
    if subtype in _MODIFICATIONS:
        return NoticeKind.MODIFICATION
    return NoticeKind.CALL if subtype in _BEFORE_RESULT else NoticeKind.RESULT


def _published(root: Element) -> date | None:
    """Return the day of publication where the notice has one, else the day it was sent."""
    return _day(root, ".//efac:Publication/efbc:PublicationDate") or _day(root, "cbc:IssueDate")


def _buyer(root: Element) -> tuple[str | None, str | None]:
    """Return the identifier and the name of the first buyer, as the notice lists organisations."""
    party = _text(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
    for company in root.iterfind(".//efac:Organization/efac:Company", NAMES):
        if _text(company, "cac:PartyIdentification/cbc:ID") == party:
            number = _text(company, "cac:PartyLegalEntity/cbc:CompanyID")
            name = _text(company, "cac:PartyName/cbc:Name")
            return (number if number and any(c.isdigit() for c in number) else None), name
    return None, None


def _buyer_kind(root: Element) -> BuyerKind:
    code = _text(
        root,
        "cac:ContractingParty/cac:ContractingPartyType/"
        "cbc:PartyTypeCode[@listName='buyer-legal-type']",
    )
    if code is None:
        return BuyerKind.UNKNOWN
    best = [
        kind for start, kind in _BUYERS.items() if code == start or code.startswith(f"{start}-")
    ]
    return best[0] if best else BuyerKind.OTHER


def _codes(root: Element) -> list[str]:
    places = (
        "cac:ProcurementProject/cac:MainCommodityClassification",
        "cac:ProcurementProject/cac:AdditionalCommodityClassification",
        "cac:ProcurementProjectLot/cac:ProcurementProject/cac:MainCommodityClassification",
        "cac:ProcurementProjectLot/cac:ProcurementProject/cac:AdditionalCommodityClassification",
    )
    found: list[str] = []
    for place in places:
        for item in root.iterfind(f"{place}/cbc:ItemClassificationCode", NAMES):
            code = cpv_digits(item.text)
            if code is not None and (item.get("listName") or "cpv") == "cpv":
                found.append(code)
    return list(dict.fromkeys(found))


def _estimated(root: Element) -> Money:
    inside = "cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount"
    whole = _money(root, inside)
    if whole.is_known:
        return whole
    return add_all([_money(lot, inside) for lot in _lots(root)])


def _lots(root: Element) -> list[Element]:
    """Return the lots of a notice; parts and groups of lots are none."""
    return [
        item
        for item in root.iterfind("cac:ProcurementProjectLot", NAMES)
        if item.find("cbc:ID[@schemeName='Lot']", NAMES) is not None
    ]


def _awarded(root: Element) -> tuple[Money, ValueKind]:
    """Return what was awarded: the total of the notice, else its tenders, else the most of it."""
    result = root.find(RESULT, NAMES)
    if result is None:
        return UNKNOWN_MONEY, ValueKind.AWARDED
    hidden = result.xpath(
        "efac:FieldsPrivacy/efbc:FieldIdentifierCode[.='not-val']", namespaces=NAMES
    )
    if hidden:
        return WITHHELD, ValueKind.AWARDED
    total = _money(result, "cbc:TotalAmount")
    if total.is_known:
        return total, ValueKind.AWARDED
    won = _won(result)
    tenders = [
        _money(item, "cac:LegalMonetaryTotal/cbc:PayableAmount")
        for item in result.iterfind("efac:LotTender", NAMES)
        if _text(item, "cbc:ID") in won or not won
    ]
    paid = add_all(tenders)
    if paid.is_known:
        return paid, ValueKind.AWARDED
    most = _money(result, "cbc:OverallMaximumFrameworkContractsAmount")
    if not most.is_known:
        inside = "efac:FrameworkAgreementValues/cbc:MaximumValueAmount"
        parts = [_money(item, inside) for item in result.iterfind("efac:LotResult", NAMES)]
        most = add_all(parts)
    return most, ValueKind.MAXIMUM


def _won(result: Element) -> set[str | None]:
    """Return the tenders that became a contract."""
    inside = "efac:SettledContract/efac:LotTender/cbc:ID"
    return {item.text for item in result.iterfind(inside, NAMES)}


def _awarded_on(root: Element) -> date | None:
    days = [
        _iso(item.text)
        for item in root.iterfind(f"{RESULT}/efac:SettledContract/cbc:IssueDate", NAMES)
    ]
    known = [day for day in days if day is not None]
    return max(known) if known else _past(_day(root, "cac:TenderResult/cbc:AwardDate"))


def _past(day: date | None) -> date | None:
    """Return a day, but for 1 January 2000: notices write that where the schema wants some day."""
    return None if day == date(2000, 1, 1) else day


def _outcome(root: Element, kind: str, subtype: str) -> Outcome:
    reasons = {item.text for item in root.iterfind(".//efac:ChangeReason/cbc:ReasonCode", NAMES)}
    if "cancel" in reasons:
        return Outcome.CANCELLED
    codes = {
        item.text for item in root.iterfind(f"{RESULT}/efac:LotResult/cbc:TenderResultCode", NAMES)
    }
    if "selec-w" in codes or (kind == "ContractAwardNotice" and subtype in _MODIFICATIONS):
        return Outcome.AWARDED
    if codes and codes <= {"clos-nw"}:
        return Outcome.NOT_AWARDED
    return Outcome.OPEN if kind == "ContractNotice" or "open-nw" in codes else Outcome.UNKNOWN


def _term(root: Element) -> tuple[date | None, date | None, float | None]:
    """Return start, end and length in years; over lots the first, the last and the longest."""
    holders = [root, *_lots(root)]
    periods = [
        period
        for holder in holders
        for period in holder.iterfind("cac:ProcurementProject/cac:PlannedPeriod", NAMES)
    ]
    starts = [d for d in (_day(p, "cbc:StartDate") for p in periods) if d]
    ends = [d for d in (_day(p, "cbc:EndDate") for p in periods) if d]
    start, end = min(starts, default=None), max(ends, default=None)
    if start and end and end >= start:
        return start, end, ((end - start).days + 1) / DAYS_A_YEAR
    lengths = list(_lengths(periods))
    return start, end, max(lengths, default=None)


def _lengths(periods: Iterable[Element]) -> Iterable[float]:
    for period in periods:
        for item in period.iterfind("cbc:DurationMeasure", NAMES):
            unit = _UNITS.get(item.get("unitCode") or "")
            number = _number(item.text)
            if unit is not None and number is not None and number > 0:
                yield number * unit


def _money(holder: Element, place: str) -> Money:
    item = holder.find(place, NAMES)
    amount = None if item is None else _number(item.text)
    if item is None or amount is None:
        return UNKNOWN_MONEY
    return Money.of(amount, item.get("currencyID"))


def _number(text: str | None) -> float | None:
    try:
        found = float(text) if text else None
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None


def _text(holder: Element, place: str) -> str | None:
    item = holder.find(place, NAMES)
    return " ".join((item.text or "").split())[:2_000] or None if item is not None else None


def _day(holder: Element, place: str) -> date | None:
    item = holder.find(place, NAMES)
    return None if item is None else _iso(item.text)


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
