"""Damaged honest documents by the hundred: each is read or refused, and enough are really read.

A run in which nearly everything fails the first check proves nothing, so the share that was read
has a floor, and so has the number that was refused.
"""

from __future__ import annotations

import logging
import random
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from hostile_papers import Kept, docx, letter_html, letter_pdf, letter_xml, paragraph

from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.limits import DEFAULT, Limits
from ketenkaart.sources.documents.media import Form, form_of
from ketenkaart.sources.documents.process import Outcome, run
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason, Refusal

LETTERS: dict[Form, Callable[[], bytes]] = {
    Form.TEXT: ("Geachte voorzitter, het kabinet is één. " * 20).encode,
    Form.PDF: lambda: letter_pdf(2, packed=False),
    Form.XML: letter_xml,
    Form.HTML: lambda: letter_html("<table><tr><td>jaar<td>doel</table>" * 3),
    Form.DOCX: lambda: docx("".join(paragraph(f"Alinea {n}") for n in range(40))),
}
_LEAF = re.compile(rb"<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>[^<]*</\1>")
_NUMBERS = (b"0", b"-1", b"4294967295", b"99999999999", b"1e308")
_SIGNS = (b"<", b">", b"&", b"\0", b"\xff", b"(", b")", b"[", b"]", b"endobj", b"]]>", b"<!--")


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a document with one or two small faults: changed, doubled, moved, cut, renumbered."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 2)):
        at = dice.randrange(len(out))
        piece = bytes(out[at : at + dice.randint(1, 40)])
        match dice.randrange(7):
            case 0:
                out[at] = dice.randrange(256)
            case 1:
                out[at:at] = piece * dice.randint(1, 20)
            case 2:
                del out[at : at + len(piece)]
                to = dice.randrange(len(out))
                out[to:to] = piece
            case 3:
                del out[at : at + dice.randint(1, 10)]
            case 4:
                out[at:at] = dice.choice(_SIGNS)
            case 5:
                out[at : at + 1] = bytes([out[at] ^ 1 << dice.randrange(8)])
            case _:
                digits = [place for place, value in enumerate(out) if 48 <= value < 58]
                if digits:
                    place = dice.choice(digits)
                    out[place : place + 1] = dice.choice(_NUMBERS)
    return bytes(out)


def damaged_tree(data: bytes, dice: random.Random) -> bytes:
    """Return marked-up text of which whole elements were doubled, dropped, renamed or nested."""
    for _ in range(dice.randint(1, 4)):
        leaves = list(_LEAF.finditer(data))
        if not leaves:
            break
        leaf = dice.choice(leaves)
        element, tag = leaf[0], leaf[1]
        other = dice.choice(leaves)[1]
        change = dice.choice(
            (
                b"",
                element * dice.randint(2, 60),
                element.replace(tag, other),
                b"<%s>%s</%s>" % (other, element, other),
                element.replace(b">", b">&#x202e; &#0169;\xc2\xa0\n", 1),
                b"<!-- %s -->" % element,
                b"<![CDATA[%s]]>" % element,
            )
        )
        data = data[: leaf.start()] + change + data[leaf.end() :]
    return data


def document_of(form: Form, dice: random.Random) -> bytes:
    """Return a damaged document; of marked-up kinds most are damaged with some understanding."""
    if form in (Form.TEXT, Form.PDF) or dice.random() < 0.4:
        return damaged(LETTERS[form](), dice)
    if form is not Form.DOCX:
        return damaged_tree(LETTERS[form](), dice)
    body = b"<a>%s</a>" % "".join(paragraph(f"Alinea {n}") for n in range(40)).encode()
    return docx(damaged_tree(body, dice).decode())


def read_here(form: Form, data: bytes) -> Reason | None:
    """Read in this process; return the reason of a refusal. All else that is raised is a fault."""
    reader = import_module(f"ketenkaart.sources.documents.inside.{form.value}").read
    try:
        found, _ = form_of(data, "")
        if found is not form:
            return Reason.WRONG_TYPE
        reader(data, Kept())
    except Refusal as refusal:
        return refusal.reason
    return None


def check(form: Form, results: Counter[Reason | None], least_read: float) -> None:
    """Fail unless enough documents came through the first checks and were read."""
    total = sum(results.values())
    share = results[None] / total
    counted = f"{form.value}: {total} documents, {share:.0%} read, {dict(results)}"
    logging.getLogger(__name__).warning(counted)
    assert share >= least_read, counted
    assert results[None] < total, counted
    assert not results[Reason.CRASHED] + results[Reason.MEMORY], counted


FLOORS = {Form.TEXT: 0.5, Form.XML: 0.2, Form.HTML: 0.5, Form.DOCX: 0.2, Form.PDF: 0.5}


@pytest.mark.parametrize("form", [Form.TEXT, Form.XML, Form.HTML, Form.DOCX])
def test_damaged_documents_are_read_or_refused(form: Form) -> None:
    dice = random.Random(form.value)  # noqa: S311 - chance that repeats itself is meant
    # Damaged text is seldom refused, and quick to read.
    number = 400 if form is Form.TEXT else 150
    results = Counter(read_here(form, document_of(form, dice)) for _ in range(number))
    check(form, results, FLOORS[form])


def _in_a_process(job: tuple[Form, bytes]) -> tuple[Reason | None, float, int]:
    form, data = job
    name = f"brief.{form.value}"
    seen: list[Outcome] = []

    def run_and_keep(form: Form, data: bytes, limits: Limits) -> Outcome:
        seen.append(run(form, data, limits))
        return seen[-1]

    reason = None
    try:
        read_document(data, name=name, run=run_and_keep)
    except RefusedDocumentError as refused:
        reason = refused.reason
    cost = seen[0] if seen else Outcome()
    return reason, cost.processor_seconds, cost.peak_bytes


def _through_the_door(form: Form, number: int, seed: str) -> None:
    dice = random.Random(seed)  # noqa: S311 - as above
    jobs = [(form, document_of(form, dice)) for _ in range(number)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(_in_a_process, jobs))
    check(form, Counter(reason for reason, _, _ in results), FLOORS[form])
    assert max(seconds for _, seconds, _ in results) < 1.2
    assert max(peak for _, _, peak in results) < DEFAULT.memory_bytes


def test_damaged_pdfs_go_through_the_door() -> None:
    _through_the_door(Form.PDF, 8, "quick")


@pytest.mark.long
@pytest.mark.parametrize(
    ("form", "number"),
    [(Form.PDF, 500), (Form.DOCX, 500), (Form.HTML, 500), (Form.XML, 1000), (Form.TEXT, 300)],
)
def test_many_damaged_documents_go_through_the_door(form: Form, number: int) -> None:
    _through_the_door(form, number, "long")


@pytest.mark.long
def test_ten_thousand_damaged_publications_are_read_or_refused() -> None:
    dice = random.Random("ten thousand")  # noqa: S311 - as above
    results = Counter(read_here(Form.XML, document_of(Form.XML, dice)) for _ in range(10_000))
    check(Form.XML, results, FLOORS[Form.XML])
