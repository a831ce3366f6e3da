"""Write a codebook as DDI-Codebook 2.5, the form in which data archives take it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from ketenkaart.services.microdata.describing import MISSING

SPACE = "ddi:codebook:2_5"
XML = "http://www.w3.org/XML/1998/namespace"


def ddi(record: dict[str, Any], variables: list[dict[str, Any]], files: list[str]) -> bytes:
    """Return the XML of a codebook; elements stand in the order that the schema asks.

    Dutch comes first in each pair, marked by xml:lang. Specification: DDI Alliance,
    DDI-Codebook 2.5 (2012, revised 2014).
    """
    spaces: Any = {None: SPACE}
    root = etree.Element(f"{{{SPACE}}}codeBook", nsmap=spaces)
    root.set("version", "2.5")
    _study(root, record)
    for name in files:
        _file(root, record, variables, name)
    data = _add(root, "dataDscr")
    for place, item in enumerate(variables, start=1):
        _variable(data, item, place)
    tree = etree.ElementTree(root)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(above: Any, tag: str, text: str | None = None, /, **attributes: str) -> Any:
    made = etree.SubElement(above, f"{{{SPACE}}}{tag}", attributes)
    if text is not None:
        made.text = _printable(text)
    return made


def _printable(text: str) -> str:
    """Return a text without the signs that XML 1.0 cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or _is_printable(ord(sign)))


def _is_printable(code: int) -> bool:
    return code >= 32 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF)


def _both(above: Any, tag: str, pair: dict[str, str]) -> None:
    for language in ("nl", "en"):
        made = _add(above, tag, pair[language])
        made.set(f"{{{XML}}}lang", language)


def _study(root: Any, record: dict[str, Any]) -> None:
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", record["title"]["nl"]).set(f"{{{XML}}}lang", "nl")
    _add(title, "parTitl", record["title"]["en"]).set(f"{{{XML}}}lang", "en")
    made = _add(citation, "prodStmt")
    _add(made, "producer", record["release"]["responsible"])
    _add(made, "prodDate", record["made_on"], date=record["made_on"])
    _add(made, "software", record["made_with"])
    about = _add(study, "stdyInfo")
    _both(about, "abstract", record["abstract"])
    description = _add(about, "sumDscr")
    _add(description, "anlyUnit", record["unit"])
    access = _add(study, "dataAccs")
    terms = _add(access, "useStmt")
    release = record["release"]
    for language, words in (("nl", DUTCH), ("en", ENGLISH)):
        text = words.format(
            purpose=release["purpose"][language], basis=release["legal_basis"],
            recipient=release["recipient"], agreement=release["agreement"],
            until=release["retain_until"],
        )  # fmt: skip
        _add(terms, "restrctn", text).set(f"{{{XML}}}lang", language)


DUTCH = (
    "Doel: {purpose}. Grondslag: {basis}. Ontvanger: {recipient}. Overeenkomst: {agreement}. "
    "Bewaren tot en met {until}. Herleiden of koppelen aan personen of bedrijven mag niet."
)
ENGLISH = (
    "Purpose: {purpose}. Legal basis: {basis}. Recipient: {recipient}. Agreement: {agreement}. "
    "To be kept until {until}. Finding persons or firms again, or linking to them, is not allowed."
)


def _file(root: Any, record: dict[str, Any], variables: list[Any], name: str) -> None:
    ident = "F_" + name.rsplit(".", 1)[-1]
    text = _add(_add(root, "fileDscr", ID=ident), "fileTxt")
    _add(text, "fileName", name)
    size = _add(text, "dimensns")
    _add(size, "caseQnty", str(record["rows"]))
    _add(size, "varQnty", str(len(variables)))
    _add(text, "fileType", "CSV (UTF-8)" if name.endswith(".csv") else "Apache Parquet")


def _variable(data: Any, item: dict[str, Any], place: int) -> None:
    is_number = item["range"] is not None or item["type"] in ("number", "money")
    made = _add(data, "var", ID=f"V{place}", name=item["name"],
                intrvl="contin" if is_number else "discrete")  # fmt: skip
    if item["role"] == "weight":
        made.set("wgt", "wgt")
    if item["unit"]:
        made.set("measUnit", _printable(item["unit"]))
    _both(made, "labl", item["label"])
    _bounds(made, item)
    _add(made, "TotlResp", str(item["known"] + sum(item["missing"].values())))
    _statistics(made, item)
    for language in ("nl", "en"):
        texts = [change[language] for change in item["changes"]]
        if texts:
            _add(made, "txt", "; ".join(texts)).set(f"{{{XML}}}lang", language)
    _categories(made, item)
    _add(made, "varFormat", type="numeric" if is_number else "character", schema="other")
    if item["source"]:
        _add(made, "notes", item["source"], subject="source")


def _bounds(made: Any, item: dict[str, Any]) -> None:
    spread = item["range"]
    if spread is not None:
        limits = _add(made, "valrng")
        _add(limits, "range", min=repr(spread["least"]), max=repr(spread["most"]))
    gone = [word for word, count in item["missing"].items() if count]
    if gone:
        invalid = _add(made, "invalrng")
        for word in gone:
            _add(invalid, "item", VALUE=word)


def _statistics(made: Any, item: dict[str, Any]) -> None:
    _add(made, "sumStat", str(item["known"]), type="vald")
    _add(made, "sumStat", str(sum(item["missing"].values())), type="invd")
    spread = item["range"]
    if spread is not None:
        for kind, key in (("min", "least"), ("max", "most"), ("mean", "mean")):
            _add(made, "sumStat", repr(spread[key]), type=kind)


def _categories(made: Any, item: dict[str, Any]) -> None:
    for code in item["codes"]:
        category = _add(made, "catgry")
        _add(category, "catValu", code["code"])
        if code["label"]:
            _both(category, "labl", code["label"])
        _add(category, "catStat", str(code["count"]), type="freq")
    for word, count in item["missing"].items():
        if count:
            category = _add(made, "catgry", missing="Y")
            _add(category, "catValu", word)
            _both(category, "labl", MISSING[word].model_dump())
            _add(category, "catStat", str(count), type="freq")
