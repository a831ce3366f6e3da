"""Parse XML that may be an attack: no document type, no entities, no depth, no outside."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from ketenkaart.sources.documents.limits import Limits
from ketenkaart.sources.documents.reasons import Reason, Refusal

Element = etree._Element

_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_HEADER = re.compile(r"\s*<\?xml\b[^>]{0,500}?\?>")
_PROLOG_STEP = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def parse(data: bytes, limits: Limits) -> Element:
    """Return the root of an XML document.

    Raises `Refusal`: `HAS_DOCTYPE` before anything is parsed, `UNKNOWN_ENCODING`, `TOO_DEEP` for
    nesting or a number of nodes that no letter has, `BROKEN` for the rest.
    """
    text = _decoded(data)
    _refuse_doctype(text)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(_reason(error)) from None
    except ValueError:
        raise Refusal(Reason.BROKEN) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal(Reason.HAS_DOCTYPE)
    _count(root, limits)
    return root


def _reason(error: etree.XMLSyntaxError) -> Reason:
    code = getattr(error, "code", None)
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        return Reason.MEMORY
    is_deep = code == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "depth" in str(error.msg).lower()
    return Reason.TOO_DEEP if is_deep else Reason.BROKEN


def _decoded(data: bytes) -> str:
    """Return the text, decoded here, so that no declaration can make the parser read another."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if name is None:
        declared = _DECLARATION.match(data.lstrip()[:400])
        name = _ENCODINGS.get(declared[1].decode("ascii").lower()) if declared else "utf-8"
    if name is None:
        raise Refusal(Reason.UNKNOWN_ENCODING)
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Refusal(Reason.UNKNOWN_ENCODING) from None
    if "\0" in text:
        raise Refusal(Reason.BROKEN)
    return _HEADER.sub("", text, count=1) if _HEADER.match(text) else text


def _refuse_doctype(text: str) -> None:
    place = 0
    while step := _PROLOG_STEP.match(text, place):
        place = step.end()
    if text[place : place + 200].lstrip().startswith("<!"):
        raise Refusal(Reason.HAS_DOCTYPE)


def _count(root: Element, limits: Limits) -> None:
    nodes = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            nodes += 1
            depth += 1
            if depth > limits.max_depth or nodes > limits.max_nodes:
                raise Refusal(Reason.TOO_DEEP)
        else:
            depth -= 1
