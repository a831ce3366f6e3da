"""Documents made for these tests, honest and hostile: PDF, DOCX, publication XML, HTML, zip."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.limits import DEFAULT, Limits

Line = tuple[float, float, str]
"""Where a line of text starts, in points from the left and from the bottom, and its words."""

SENTENCE = (
    "Het kabinet neemt de aanbeveling over en zal de Kamer daarover in het voorjaar inlichten."
)
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def _string(text: str) -> bytes:
    raw = text.encode("cp1252")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf(
    pages: Sequence[Sequence[Line]],
    *,
    size: float = 9,
    packed: bool = False,
    extra: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF with one line of text at each place; `extra` joins every page's content."""
    objects: list[bytes] = [b"", b""]
    kids = []
    for lines in pages:
        content = b"BT\n"
        for x, y, words in lines:
            content += f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ".encode() + _string(words) + b" Tj\n"
        content += b"ET\n" + extra
        if packed:
            objects.append(stream(zlib.compress(content), b"/Filter /FlateDecode"))
        else:
            objects.append(stream(content))
        objects.append(page(len(objects)))
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return assemble(objects, trailer)


def page(contents: int) -> bytes:
    """Return a PDF page object that shows object number `contents`."""
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        b"/Resources << /Font << /F1 %s >> >> >>" % (contents, _FONT)
    )


def assemble(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )
    return bytes(out)


def letter_pdf(pages: int = 1, *, packed: bool = True) -> bytes:
    """Return an honest letter of so many pages."""
    lines = [[(60.0, 780.0 - 14 * at, f"{at} {SENTENCE}") for at in range(50)]] * pages
    return pdf(lines, packed=packed)


def publication(body: str, *, head: str = "", meta: str = "") -> bytes:
    """Return an official publication in XML with `body` as its text."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + head + "<officiele-publicatie><metadata>"
        '<meta name="DC.identifier" scheme="OVERHEIDop.ParlID" content="kst-99999-XVII-7"/>'
        f"{meta}</metadata><kamerstuk><kamerstukkop>"
        '<tekstregel inhoud="vergaderjaar">Vergaderjaar 2030-2031</tekstregel></kamerstukkop>'
        "<dossier><dossiernummer><dossiernr>99 999</dossiernr>"
        "<begrotingshoofdstuk>XVII</begrotingshoofdstuk></dossiernummer>"
        "<titel>Verzonnen dossier</titel></dossier>"
        '<stuk><stuknr>Nr. <ondernummer kamer="2">7</ondernummer></stuknr>'
        "<titel>BRIEF VAN DE MINISTER VAN VERZINSELS</titel>"
        '<datumtekst>Den Haag, <datum isodatum="2031-05-02">2 mei 2031</datum></datumtekst>'
        f"<algemeen><vrije-tekst><tekst>{body}</tekst></vrije-tekst></algemeen></stuk>"
        "</kamerstuk></officiele-publicatie>"
    ).encode()


def letter_xml() -> bytes:
    """Return an honest letter in publication XML."""
    return publication(
        f'<al>Aan de Voorzitter.</al><tussenkop kopopmaak="vet">Planning</tussenkop><al>{SENTENCE}'
        '<noot id="n1" type="voet"><noot.nr>1</noot.nr><noot.al>Zie de bijlage.</noot.al></noot> '
        'Dit is <nadruk type="vet">niet nieuw</nadruk>.</al>'
        '<lijst type="expliciet"><li><li.nr>1.</li.nr><al>Eerst dit.</al></li>'
        "<li><li.nr>2.</li.nr><al>Dan dat.</al><lijst><li><li.nr>a)</li.nr><al>Zo diep.</al></li>"
        "</lijst></li></lijst><ondertekening><functie>De minister van Verzinsels,</functie>"
        "<naam><voornaam>A.</voornaam> <achternaam>Niemand</achternaam></naam></ondertekening>"
    )


def letter_html(inside: str = "") -> bytes:
    """Return an honest letter as a page of the official site."""
    return (
        '<!DOCTYPE html><html lang="nl"><head><title>x</title>'
        '<meta name="DC.identifier" content="kst-99999-7">'
        '<meta name="DCTERMS.issued" content="2031-05-02"></head><body><nav>Menu</nav>'
        f'<div id="broodtekst"><h1>Nr. 7 BRIEF</h1><p>{SENTENCE}'
        '<sup><a class="nootnum" href="#n1">1</a></sup> Dit is <b>niet</b> <strong>nieuw</strong>.'
        f"</p><ul><li><p><span>1.</span> Eerst dit.</p></li></ul>{inside}</div>"
        '<div id="noten"><div class="voet noot"><h5 class="note-close">X</h5><sup>'
        '<span class="nootnum">1</span></sup><p>Zie de bijlage.</p></div></div></body></html>'
    ).encode()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)


def paragraph(text: str) -> str:
    """Return a DOCX paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str = "", extra: Mapping[str, bytes] | None = None) -> bytes:
    """Return a DOCX with `body` as its text and any other files."""
    text = body or paragraph(SENTENCE)
    files = {
        "[Content_Types].xml": TYPES.encode(),
        "word/document.xml": f"<w:document {W}><w:body>{text}</w:body></w:document>".encode(),
        **(extra or {}),
    }
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an honest archive of `files`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


class ZipByHand:
    """An archive of which every header field can be a lie."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.list = bytearray()
        self.count = 0

    def header(
        self, name: bytes, packed: bytes, size: int, checksum: int, extra: bytes = b""
    ) -> int:
        """Append a file's own header and its bytes; return where it starts."""
        start = len(self.data)
        self.data += struct.pack(
            "<4s5H3L2H",
            b"PK\3\4",
            20,
            0,
            8,
            0,
            0,
            checksum,
            len(packed),
            size,
            len(name),
            len(extra),
        )
        self.data += name + extra + packed
        return start

    def entry(
        self, name: bytes, start: int, packed: int, size: int, checksum: int,
        flags: int = 0, outer: int = 0, method: int = 8, disk: int = 0,
    ) -> None:  # fmt: skip
        """Append a line to the list of files."""
        self.list += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 3 << 8 | 20, 20, flags, method, 0, 0, checksum, packed, size,
            len(name), 0, 0, disk, 0, outer, start,
        ) + name  # fmt: skip
        self.count += 1

    def file(self, name: bytes, content: bytes = b"x", **lies: int) -> None:
        """Append a file in both places."""
        packed = zlib.compress(content, 9)[2:-4]
        start = self.header(name, packed, len(content), zlib.crc32(content))
        self.entry(name, start, len(packed), len(content), zlib.crc32(content), **lies)

    def finish(self, tail: bytes = b"", count: int | None = None, between: bytes = b"") -> bytes:
        """Return the archive."""
        said = self.count if count is None else count
        end = struct.pack(
            "<4s4H2LH", b"PK\5\6", 0, 0, said & 0xFFFF, said & 0xFFFF, len(self.list),
            len(self.data), 0,
        )  # fmt: skip
        return bytes(self.data) + bytes(self.list) + between + end + tail


class Kept(Output):
    """Takes what a reader sends within this very process, for tests of very many documents."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        super().__init__(limits, lambda _pages: None)
        self.sent: list[dict[str, object]] = []

    def _send(self, message: dict[str, object]) -> None:
        self.sent.append(json.loads(json.dumps(message)))

    def raw(self) -> str:
        """Return the text that was sent."""
        return "".join(
            str(message["whole"]["raw"]) if "whole" in message else str(message.get("page", ""))  # type: ignore[index]
            for message in self.sent
        )
