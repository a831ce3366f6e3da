"""What stands in a document never reaches a log, an error, a stream or a temporary file."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_papers import docx, letter_html, letter_xml, paragraph, pdf, publication, zipped

from ketenkaart.sources.documents.errors import RefusedDocumentError, shown_name
from ketenkaart.sources.documents.read import read_document

CANARY = "kanariegeel"

# Documents that are read, and documents that are refused at every stage; each holds the canary.
PAPERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text": ("brief.txt", f"De {CANARY} zingt.".encode),
    "text with NUL": ("brief.txt", f"De {CANARY}\0 zingt.".encode),
    "text in no encoding": ("brief.txt", lambda: CANARY.encode() + bytes(range(128, 256)) * 9),
    "publication": ("brief.xml", lambda: publication(f"<al>{CANARY}</al>")),
    "broken publication": ("brief.xml", lambda: publication(f"<al>{CANARY}</{CANARY}>")),
    "entity": (
        "brief.xml",
        lambda: publication("&x;", head=f"<!DOCTYPE x [<!ENTITY x '{CANARY}'>]>"),
    ),
    "unknown publication": ("brief.xml", f"<?xml version='1.0'?><{CANARY}/>".encode),
    "fact that is no fact": (
        "brief.xml",
        lambda: letter_xml().replace(b'isodatum="2031-05-02"', f'isodatum="{CANARY}"'.encode()),
    ),
    "endless fact": (
        "brief.xml",
        lambda: publication("<al>x</al>", meta=f'<meta name="DC.title" content="{CANARY * 999}"/>'
                            f'<meta name="OVERHEIDop.indiener" content="{CANARY * 999}"/>'),
    ),
    "page": ("brief.html", lambda: letter_html(f"<p>{CANARY}</p><script>{CANARY}</script>")),
    "deep page": ("brief.html", lambda: letter_html("<div>" * 400 + CANARY)),
    "PDF": ("brief.pdf", lambda: pdf([[(60.0, 700.0, CANARY)]])),
    "broken PDF": ("brief.pdf", lambda: pdf([[(60.0, 700.0, CANARY)]])[:200] + CANARY.encode()),
    "Word document": ("brief.docx", lambda: docx(paragraph(CANARY))),
    "broken Word document": ("brief.docx", lambda: docx(f"<w:p>{CANARY}</w:q>")),
    "zip with a telling name": ("brief.docx", lambda: zipped({f"../{CANARY}": b"x"})),
    "called otherwise": ("brief.pdf", f"De {CANARY} zingt.".encode),
}  # fmt: skip


def _files() -> dict[Path, int]:
    """Return every file in the folders for temporary files, and its size."""
    found = {}
    for folder in {Path(tempfile.gettempdir()), Path("/dev/shm"), Path("/var/tmp")}:  # noqa: S108
        for entry in folder.iterdir() if folder.is_dir() else ():
            if entry.is_file() and os.access(entry, os.R_OK):
                found[entry] = entry.stat().st_size
    return found


@pytest.mark.parametrize(("name", "make"), PAPERS.values(), ids=PAPERS)
def test_the_canary_is_not_heard(
    name: str,
    make: Callable[[], bytes],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    data = make()
    before = set(_files())
    said, is_named = "", True
    try:
        read_document(data, name=name)
    except RefusedDocumentError as refused:
        said = f"{refused} {refused!r} {refused.args} {vars(refused)}"
        said += "".join(traceback.format_exception(refused))
        is_named = name in str(refused)
    assert is_named
    out, err = capfd.readouterr()
    assert CANARY not in said + caplog.text + out + err
    for file in set(_files()) - before:
        assert CANARY.encode() not in file.read_bytes()


def test_the_canaries_are_really_sung() -> None:
    """Some of these documents are read, canary and all, and some are refused."""
    heard = refused = 0
    for name, make in PAPERS.values():
        data = make()
        try:
            heard += CANARY in read_document(data, name=name).raw
        except RefusedDocumentError:
            refused += 1
    assert heard >= 5
    assert refused >= 8


def test_the_process_itself_writes_nothing_down(tmp_path: Path) -> None:
    """Seen from outside: no file is opened for writing, in a folder of its own or elsewhere."""
    code = (
        "import sys, os; from pathlib import Path;"
        "from ketenkaart.sources.documents.read import read_document;"
        "opened = [];"
        "sys.addaudithook(lambda event, args: opened.append(args[0]) if event == 'open' and"
        " (isinstance(args[1], str) and set(args[1]) & set('wax+')"
        " or isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))"
        " else None);"
        "read_document(Path(sys.argv[1]), name='brief.xml');"
        "print([path for path in opened if not isinstance(path, int) and path != os.devnull])"
    )
    paper = tmp_path / "brief.xml"
    paper.write_bytes(letter_xml())
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(paper)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == [paper]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("brief.pdf", "brief.pdf"),
        ("map/geheim/brief.pdf", "brief.pdf"),
        ("C:\\geheim\\brief.pdf", "brief.pdf"),
        ("a\nb\x1b[31m.pdf", "a?b?[31m.pdf"),
        ("", "The document"),
        ("x" * 300 + ".pdf", "x" * 60 + "…" + "x" * 11 + ".pdf"),
    ],
)
def test_a_name_is_shown_on_one_line_without_its_folder(name: str, shown: str) -> None:
    assert shown_name(name) == shown
