"""Named attacks: each ends in a typed refusal or in harmless text, in time and within memory."""

from __future__ import annotations

import codecs
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_papers import (
    SENTENCE,
    TYPES,
    W,
    ZipByHand,
    assemble,
    docx,
    letter_html,
    letter_pdf,
    letter_xml,
    page,
    paragraph,
    pdf,
    publication,
    stream,
    zipped,
)

from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.limits import DEFAULT, MEBIBYTE, Limits
from ketenkaart.sources.documents.media import Form
from ketenkaart.sources.documents.process import Outcome, run
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason

# Processor time, not the clock's: how busy the machine is belongs to nobody's document.
MOST_SECONDS = 1.2
CANARY = "kanariegeel"

R = Reason
LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)


def _encrypted_pdf() -> bytes:
    words = stream(b"BT (geheim) Tj ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        words,
        page(3),
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"ab" * 32, b"cd" * 32),
    ]
    return assemble(objects, b"/Encrypt 5 0 R /ID [<00><00>]")


def _circular_pages() -> bytes:
    """A page tree whose branches are each other's children."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1000 /Kids [3 0 R 3 0 R] /Parent 3 0 R >>",
            b"<< /Type /Pages /Count 1000 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>",
        ]
    )


def _circular_objects() -> bytes:
    """Objects that are each other, an endless chain of earlier tables, a length that is itself."""
    body = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
            b"<< /Length 3 0 R >>\nstream\nBT (x) Tj ET\nendstream",
            page(5),
            b"6 0 R",
            b"5 0 R",
        ]
    )
    start = body.rindex(b"startxref\n") + 10
    place = body[start:].split(b"\n", 1)[0]
    return body.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %s" % place)


def _endless_forms() -> bytes:
    """A drawing that draws itself twice, and so on."""
    resources = b"/Resources << /XObject << /A 3 0 R /B 4 0 R >> >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + resources
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [6 0 R] >>",
            stream(b"/B Do /B Do " * 50, form),
            stream(b"/A Do /A Do " * 50, form),
            stream(b"/A Do /B Do"),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R %s >>" % resources,
        ]
    )


def _inflating_pdf(megabytes: int) -> bytes:
    """Content that is packed twice over and comes to hundreds of megabytes of drawing."""
    content = zlib.compress(zlib.compress(b"q Q\n" * (megabytes << 18), 9), 9)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
            stream(content, b"/Filter [/FlateDecode /FlateDecode]"),
            page(3),
        ]
    )


def _scan(pages: int = 2) -> bytes:
    return pdf([[] for _ in range(pages)], extra=b"0 0 500 700 re f\n")


def _bomb_docx() -> bytes:
    return docx(extra={"word/media/big.xml": b"\0" * (40 * MEBIBYTE)})


def _deep_docx() -> bytes:
    return docx("<w:sdt>" * 300 + paragraph("x") + "</w:sdt>" * 300)


def _linked_docx() -> bytes:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/attachedTemplate" Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/>'
        "</Relationships>"
    )
    return docx(
        paragraph(SENTENCE)
        + f"<w:p><w:del><w:r><w:delText>{CANARY}</w:delText></w:r></w:del></w:p>",
        extra={
            "word/_rels/settings.xml.rels": relation.encode(),
            "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + CANARY.encode(),
        },
    )


def _docx_with_entity() -> bytes:
    document = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}>&x;'
    return zipped({"[Content_Types].xml": TYPES.encode(), "word/document.xml": document.encode()})


def _overlapping_docx() -> bytes:
    """Two names for the same packed bytes: the overlap that the standard library lets through."""
    archive = ZipByHand()
    archive.file(b"[Content_Types].xml", TYPES.encode())
    start = archive.header(b"word/document.xml", b"\3\0", 0, 0)
    archive.entry(b"word/document.xml", start, 2, 0, 0)
    archive.entry(b"word/document2.xml", start, 2, 0, 0)
    return archive.finish()


def _many_entries() -> bytes:
    archive = ZipByHand()
    for number in range(3000):
        archive.file(b"%d" % number)
    return archive.finish()


# What it is called, the file's name, how it is made, and what may come of it: a reason, or `None`
# for text in which nothing of the attack is left.
ATTACKS: list[tuple[str, str, Callable[[], bytes], set[Reason | None]]] = [
    ("empty", "a.txt", lambda: b"", {R.EMPTY}),
    ("only spaces", "a.txt", lambda: b" \r\n\t" * 99, {R.EMPTY}),
    ("only a byte-order mark", "a.txt", lambda: codecs.BOM_UTF8, {R.EMPTY}),
    ("no letters", "a.txt", lambda: b"12 34 -- 56", {R.NO_TEXT}),
    ("NUL bytes", "a.txt", lambda: b"Geachte\0voorzitter" * 50, {R.UNKNOWN_ENCODING}),
    ("random bytes", "a.txt", lambda: bytes(range(256)) * 99, {R.UNKNOWN_ENCODING}),
    ("control characters", "a.txt", lambda: b"\x1b[2J\x07" * 500, {R.UNKNOWN_ENCODING}),
    ("invalid UTF-16", "a.txt", lambda: b"\xff\xfea\0\x00\xd8b\0", {R.UNKNOWN_ENCODING}),
    ("Japanese in its own encoding", "a.txt", lambda: "日本語の手紙です。".encode("euc-jp") * 99,
     {R.UNKNOWN_ENCODING}),
    ("UTF-7", "a.txt", lambda: b"+ADw-script+AD4-alert+ACgAKQA8-/script+AD4- tekst", {None}),
    ("31 MB on one line", "a.txt", lambda: b"a" * (31 * MEBIBYTE), {R.TOO_LARGE}),
    ("larger than permitted", "a.txt", lambda: b"a" * (33 * MEBIBYTE), {R.TOO_LARGE}),
    ("billion laughs", "a.xml", lambda: publication("<al>&a9;</al>", head=LAUGHS), {R.HAS_DOCTYPE}),
    ("quadratic entity", "a.xml",
     lambda: publication("<al>" + "&a;" * 50_000 + "</al>",
                         head=f"<!DOCTYPE x [<!ENTITY a '{'b' * 50_000}'>]>"), {R.HAS_DOCTYPE}),
    ("external entity", "a.xml",
     lambda: publication("<al>&x;</al>",
                         head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
     {R.HAS_DOCTYPE}),
    ("parameter entity", "a.xml",
     lambda: publication("<al>x</al>",
                         head='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'),
     {R.HAS_DOCTYPE}),
    ("external document type", "a.xml",
     lambda: publication("<al>x</al>", head='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
     {R.HAS_DOCTYPE}),
    ("document type behind comments", "a.xml",
     lambda: publication("<al>&a9;</al>", head="<!-- > -->" * 500 + "<?pi ?>" + LAUGHS),
     {R.HAS_DOCTYPE}),
    ("document type in UTF-16", "a.xml",
     lambda: codecs.BOM_UTF16_LE
     + publication("<al>&a9;</al>", head=LAUGHS).decode().encode("utf-16-le"),
     {R.HAS_DOCTYPE}),
    ("XML in UTF-7", "a.xml",
     lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-', {R.UNKNOWN_ENCODING}),
    ("200,000 levels of XML", "a.xml",
     lambda: publication("<al>" * 200_000 + "</al>" * 200_000), {R.TOO_DEEP}),
    ("a million elements", "a.xml", lambda: publication("<al/>" * 1_000_000),
     {R.TOO_DEEP, R.TIMEOUT}),
    ("a million attributes", "a.xml",
     lambda: publication("<al " + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>"),
     {R.BROKEN, R.TOO_DEEP, R.TIMEOUT, R.MEMORY, R.NO_TEXT, None}),
    ("inclusion of a file", "a.xml",
     lambda: publication('<al xmlns:xi="http://www.w3.org/2001/XInclude">tekst'
                         '<xi:include href="file:///etc/passwd" parse="text"/></al>'), {None}),
    ("cut-off XML", "a.xml", lambda: letter_xml()[:-40], {R.BROKEN}),
    ("XML of another kind", "a.xml", lambda: b"<?xml version='1.0'?><svg>x</svg>", {R.UNSUPPORTED}),
    ("200,000 levels of HTML", "a.html", lambda: b"<html>" + b"<div>" * 200_000 + b"x",
     {R.TOO_DEEP, R.TIMEOUT}),
    ("400 levels of HTML", "a.html", lambda: b"<html>" + b"<div>" * 400 + b"x", {R.TOO_DEEP}),
    ("scripts and hidden text", "a.html",
     lambda: letter_html(
         f"<script>{CANARY}</script><style>p{{{CANARY}}}</style><template>{CANARY}</template>"
         f"<noscript>{CANARY}</noscript><p hidden>{CANARY}</p><p style='display: none'>{CANARY}</p>"
         f"<iframe srcdoc='{CANARY}'></iframe><!-- {CANARY} --><svg><text>{CANARY}</text></svg>"
         f"<img src=x onerror='{CANARY}'><textarea>{CANARY}</textarea>"), {None}),
    ("HTML with only a script", "a.html", lambda: b"<html><script>let a = 1</script></html>",
     {R.NO_TEXT}),
    ("HTML that bounces", "a.html",
     lambda: b"<table>" * 3000 + b"<a>" * 30_000 + b"x", {R.TOO_DEEP, R.TIMEOUT, R.MEMORY}),
    ("encrypted PDF", "a.pdf", _encrypted_pdf, {R.ENCRYPTED}),
    ("PDF that is only a header", "a.pdf", lambda: b"%PDF-1.7\n", {R.BROKEN}),
    ("PDF cut off in its first page", "a.pdf", lambda: letter_pdf()[:400], {R.BROKEN, R.NO_TEXT}),
    ("PDF page tree without end", "a.pdf", _circular_pages, {R.BROKEN, R.NO_TEXT, R.TIMEOUT}),
    ("PDF objects without end", "a.pdf", _circular_objects, {R.BROKEN, R.NO_TEXT, R.TIMEOUT}),
    ("PDF drawings without end", "a.pdf", _endless_forms,
     {R.BROKEN, R.NO_TEXT, R.TIMEOUT, R.CRASHED, R.MEMORY}),
    ("PDF that inflates to 120 MB", "a.pdf", lambda: _inflating_pdf(120),
     {R.BROKEN, R.NO_TEXT, R.TIMEOUT, R.CRASHED, R.MEMORY}),
    ("scan", "a.pdf", _scan, {R.NO_TEXT}),
    ("a billion pages announced", "a.pdf",
     lambda: letter_pdf().replace(b"/Count 1 ", b"/Count 999999999 "),
     {R.TOO_LARGE, R.BROKEN, None}),
    ("picture", "a.png", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, {R.NO_TEXT}),
    ("picture called a PDF", "a.pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, {R.NO_TEXT}),
    ("page called a PDF", "a.pdf", letter_html, {R.WRONG_TYPE}),
    ("PDF called text", "a.txt", letter_pdf, {R.WRONG_TYPE}),
    ("text that begins like a program", "a.txt", lambda: b"MZ en BMW schrijven een brief.", {None}),
    ("Windows program", "a.txt", lambda: b"MZ" + b"\0" * 99, {R.UNSUPPORTED}),
    ("program", "a.txt", lambda: b"\x7fELF" + b"\0" * 99, {R.UNSUPPORTED}),
    ("rich text", "a.rtf", lambda: b"{\\rtf1 tekst}", {R.UNSUPPORTED}),
    ("old Word file", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999,
     {R.UNSUPPORTED}),
    ("DOCX with a password", "a.docx",
     lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "..EncryptedPackage".encode("utf-16-le"),
     {R.ENCRYPTED}),
    ("DOCX bomb", "a.docx", _bomb_docx, {R.BOMB}),
    ("DOCX too deep", "a.docx", _deep_docx, {R.TOO_DEEP}),
    ("DOCX with an entity", "a.docx", _docx_with_entity, {R.HAS_DOCTYPE}),
    ("DOCX with overlaps", "a.docx", _overlapping_docx, {R.ARCHIVE_UNSAFE}),
    ("DOCX with macros, links and deletions", "a.docx", _linked_docx, {None}),
    ("zip with thousands of files", "a.docx", _many_entries, {R.BOMB}),
    ("zip without a document", "a.docx", lambda: zipped({"a.txt": b"x"}), {R.UNSUPPORTED}),
    ("end of a zip and nothing else", "a.docx", lambda: b"PK\5\6" + b"\0" * 18, {R.UNSUPPORTED}),
]  # fmt: skip


# Each of these takes a reader to its limit in a way that another attack on the same reader also
# does; `make test` tries the other.
SECOND_OF_THEIR_KIND = {
    "31 MB on one line", "quadratic entity", "external document type", "document type in UTF-16",
    "a million attributes", "HTML that bounces", "PDF objects without end",
    "PDF that inflates to 120 MB",
}  # fmt: skip


def attacks() -> list[Any]:
    """Every attack by its name; the second of a kind is for `make test-long`."""
    assert {attack[0] for attack in ATTACKS} >= SECOND_OF_THEIR_KIND
    return [
        pytest.param(
            *attack[1:],
            id=attack[0],
            marks=pytest.mark.long if attack[0] in SECOND_OF_THEIR_KIND else (),
        )
        for attack in ATTACKS
    ]


@pytest.mark.parametrize(("name", "make", "expected"), attacks())
def test_an_attack_is_refused_or_harmless(
    name: str,
    make: Callable[[], bytes],
    expected: set[Reason | None],
) -> None:
    refused, text, outcomes = tried(make(), name)
    assert (refused.reason if refused else None) in expected
    assert CANARY not in text
    assert "root:" not in text
    if refused:
        assert "\n" not in str(refused)
        assert refused.exit_code == 2
        assert refused.http_status == (413 if refused.reason is Reason.TOO_LARGE else 422)
    for outcome in outcomes:
        assert outcome.processor_seconds < MOST_SECONDS
        assert outcome.peak_bytes < DEFAULT.memory_bytes


def tried(data: bytes, name: str) -> tuple[RefusedDocumentError | None, str, list[Outcome]]:
    """Return the refusal or the text, and what the confined process came to if there was one."""
    outcomes: list[Outcome] = []

    def run_and_keep(form: Form, data: bytes, limits: Limits) -> Outcome:
        outcomes.append(run(form, data, limits))
        return outcomes[-1]

    try:
        return None, read_document(data, name=name, run=run_and_keep).raw, outcomes
    except RefusedDocumentError as refused:
        return refused, "", outcomes


def test_half_a_gigabyte_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "groot.pdf"
    with file.open("wb") as out:
        out.truncate(500 * MEBIBYTE)
    with pytest.raises(RefusedDocumentError, match=r"groot\.pdf is larger") as refused:
        read_document(file, name=file.name)
    assert refused.value.http_status == 413


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pijp.txt"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, tmp_path / "absent.txt", Path("/dev/zero")):
        with pytest.raises(RefusedDocumentError) as refused:
            read_document(path, name=path.name)
        assert refused.value.reason is Reason.UNREADABLE


def test_a_page_that_hangs_leaves_the_pages_before_it() -> None:
    lines = [[(60.0, 780.0 - 14 * at, SENTENCE) for at in range(50)]] * 3
    honest = pdf(lines)
    # The third page draws without end; two were read before.
    place = honest.rindex(b"BT\n")
    hostile = honest[:place] + b"q Q " * 2_000_000 + honest[place:]
    extract = read_document(hostile, name="brief.pdf")
    assert extract.raw.count("inlichten") >= 100
    assert extract.is_partial or extract.raw.count("inlichten") == 150


def test_a_cut_off_pdf_is_partial() -> None:
    data = letter_pdf(3)
    whole = read_document(data, name="brief.pdf")
    assert not whole.is_partial
    cut = read_document(data[: data.rindex(b"startxref")], name="brief.pdf")
    assert cut.is_partial
    assert any("end mark" in note for note in cut.notes)


def test_a_partly_scanned_pdf_says_which_pages_lack_text() -> None:
    lines = [[(60.0, 700.0, SENTENCE)], []]
    extract = read_document(pdf(lines, extra=b"0 0 9 9 re f\n"), name="brief.pdf")
    assert extract.is_partial
    assert any("2" in note for note in extract.notes)
