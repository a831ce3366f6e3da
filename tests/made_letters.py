"""Readings of letters made up here, as the reader would hand them over: for judging, not reading.

The letters are our own words. Phrases are marked `[R1|...]`, `[K1|...]`, `[X1|...]` for what is
proposed and `[A1|...]` for answers; a line that begins with `# ` is a heading.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import (
    DocumentFacts,
    Extract,
    Heading,
    Layout,
    NormalText,
    Paragraph,
    Run,
    Span,
)
from ketenkaart.core.ledger.reading.types import (
    OriginalPlace,
    ReadCommitment,
    ReadDeadline,
    ReadDocument,
    Reading,
    ReadRecommendation,
    ReadReference,
    ReadSection,
)

MARK = re.compile(r"\[([RKXA]\d+)\|")
BODY = """Geachte voorzitter,
Hierbij ontvangt u de reactie op het advies over schone havens, dat de Raad voor de Kust in mei uitbracht (Kamerstuk [X1|31 409, nr. 88]).
# Toezicht
De raad adviseert [R1|het toezicht op de kades te verdubbelen]. [A1|Het kabinet neemt dit advies over.] De inspectie [K1|krijgt voor 1 juli 2023 twintig extra mensen].
Ook beveelt de raad aan [R2|boetes openbaar te maken]. [A2|Daar ziet het kabinet van af], omdat de wet dat niet toelaat.
# Onderzoek
De raad stelt voor [R3|de luchtkwaliteit het hele jaar te meten]. [A3|Dit wordt meegenomen in de evaluatie van de havenwet.] Uw Kamer [K2|wordt in 2024 over de uitkomst geïnformeerd].
Het kabinet blijft met de havens in gesprek. Wij zorgen ook dat de meetgegevens voor iedereen te vinden zijn.
"""  # noqa: E501
CODING: dict[str, dict[str, Any]] = {
    "R1": {"class": "adopted", "position": "adopted", "follow": "new_action", "answer": "A1",
           "commitments": ("K1",)},
    "R2": {"class": "not_adopted", "position": "not_adopted", "follow": "no_action",
           "answer": "A2", "confidence": 0.4},
    "R3": {"class": "to_be_considered", "position": "none_given", "follow": "deferred",
           "answer": "A3", "commitments": ("K2",)},
    "K1": {"start": date(2023, 7, 1), "end": date(2023, 7, 1), "kind": "hard", "by": "inspectie",
           "recommendations": ("R1",), "words": "voor 1 juli 2023"},
    "K2": {"start": date(2024, 1, 1), "end": date(2024, 12, 31), "kind": "expected",
           "recommendations": ("R3",), "words": "in 2024"},
    "X1": {"dossier": "31409", "number": "88"},
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What `services.letters` hands over."""

    reading: Reading
    text: NormalText
    extract: Extract


def made_letter(
    body: str = BODY,
    coding: dict[str, dict[str, Any]] = CODING,
    *,
    letter: str | None = "kst-31409-101",
    extractor: str = "rules-1",
    title: str | None = "Reactie op het advies over schone havens",
    day: date | None = date(2022, 9, 20),
) -> Read:
    """Return the reading of a marked letter; what is marked and not coded is left out."""
    plain, marks = unmarked(body)
    text, headings, paragraphs = laid_out(plain)
    marks = {
        name: (start - shift(plain, start), end - shift(plain, end))
        for name, (start, end) in marks.items()
    }
    normal = NormalText(text, (Run(0, 0),), headings, paragraphs)
    around = sentences(normal)

    def sentence(span: tuple[int, int]) -> tuple[int, int]:
        found = next(s for s in around if s.start <= span[0] < s.end)
        return found.start, max(found.end, span[1])

    def place(span: tuple[int, int]) -> OriginalPlace:
        line = text.count("\n", 0, span[0]) + 1
        return OriginalPlace(start=span[0], end=span[1], line=line)

    def passage(name: str) -> dict[str, Any]:
        quote = marks[name]
        span = sentence(quote)
        return {
            "id": name, "text": text[slice(*span)], "span": span, "quote": text[slice(*quote)],
            "quote_span": quote, "locator": place(span), "cues": (f"cue_{name.lower()}",),
            "confidence": coding[name].get("confidence", 0.9),
        }  # fmt: skip

    found = [name for name in marks if name in coding]
    sections = tuple(
        ReadSection(
            id=f"s{n}", title=text[slice(*h.span)], level=1,
            span=(h.span.start, headings[n].span.start if n < len(headings) else len(text)),
        )
        for n, h in enumerate(headings, start=1)
    )  # fmt: skip
    sha = hashlib.sha256(text.encode()).hexdigest()
    reading = Reading(
        document=ReadDocument(
            id=letter, dossier="31409", number="101", date=day, sender="De Minister van de Kust",
            title=title, language="nl", sha256=sha, media_type="text/plain",
            characters=len(text), extractor=extractor, lexicon_sha256="0" * 64,
        ),
        sections=sections,
        recommendations=tuple(
            ReadRecommendation(
                **passage(name),
                adviser="Raad voor de Kust",
                position=coding[name]["position"],
                follow_up=coding[name]["follow"],
                response_class=coding[name]["class"],
                response_span=marks.get(coding[name].get("answer", "")),
                commitments=coding[name].get("commitments", ()),
            )
            for name in found
            if name[0] == "R"
        ),
        commitments=tuple(
            ReadCommitment(
                **passage(name),
                deadline=ReadDeadline(
                    start=coding[name].get("start"), end=coding[name].get("end"),
                    kind=coding[name].get("kind", "none"), text=coding[name].get("words"),
                ),
                responsible=coding[name].get("by"),
                recommendations=coding[name].get("recommendations", ()),
            )
            for name in found
            if name[0] == "K"
        ),
        references=tuple(
            ReadReference(
                id=name, kind="kamerstuk", dossier=coding[name]["dossier"],
                number=coding[name]["number"], label=text[slice(*marks[name])],
                text=text[slice(*marks[name])], span=marks[name], locator=place(marks[name]),
            )
            for name in found
            if name[0] == "X"
        ),
    )  # fmt: skip
    extract = Extract(
        media_type="text/plain", sha256=sha, raw=text, layout=Layout.BLOCKS, facts=DocumentFacts()
    )
    return Read(reading, normal, extract)


def unmarked(body: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """Return a body without marks, and where each marked phrase stands in it."""
    plain: list[str] = []
    marks: dict[str, tuple[int, int]] = {}
    position = length = 0
    for found in MARK.finditer(body):
        before = body[position : found.start()]
        end = body.index("]", found.end())
        words = body[found.end() : end]
        plain += [before, words]
        marks[found[1]] = (length + len(before), length + len(before) + len(words))
        length += len(before) + len(words)
        position = end + 1
    return "".join([*plain, body[position:]]), marks


def shift(plain: str, position: int) -> int:
    """Return how many characters of heading marks stand before a position."""
    return 2 * len(re.findall(r"^# ", plain[:position], re.MULTILINE))


def laid_out(plain: str) -> tuple[str, tuple[Heading, ...], tuple[Paragraph, ...]]:
    """Return the text without heading marks, with its headings and paragraphs."""
    headings, paragraphs = [], []
    position = 0
    lines = plain.rstrip("\n").split("\n")
    for line in lines:
        words = line.removeprefix("# ")
        span = Span(position, position + len(words))
        if words != line:
            headings.append(Heading(span, 1))
        else:
            paragraphs.append(Paragraph(span))
        position += len(words) + 1
    text = "\n".join(line.removeprefix("# ") for line in lines)
    return text, tuple(headings), tuple(paragraphs)


def large_letter(times: int = 20) -> Read:
    """Return a letter of `times` as many sections as the small one, every phrase different."""
    body, coding = "Geachte voorzitter,\n", {}
    for n in range(times):
        part = BODY.removeprefix("Geachte voorzitter,\n")
        part = re.sub(r"\[([RKXA])(\d+)\|", lambda m, n=n: f"[{m[1]}{int(m[2]) + 10 * n}|", part)
        part = part.replace("havens", f"havens van gebied {n + 1}").replace(
            "nr. 88", f"nr. {88 + n}"
        )
        body += re.sub(r"(\[[RK]\d+\|)", rf"\1in gebied {n + 1} ", part)
        for name, facts in CODING.items():
            moved = {
                key: tuple(f"{v[0]}{int(v[1:]) + 10 * n}" for v in value)
                if isinstance(value, tuple)
                else value
                for key, value in facts.items()
            }
            if "answer" in moved:
                moved["answer"] = f"A{int(moved['answer'][1:]) + 10 * n}"
            if "dossier" in moved:
                moved["number"] = str(88 + n)
            coding[f"{name[0]}{int(name[1:]) + 10 * n}"] = moved
    return made_letter(body, coding, letter="kst-31409-102", title="Een lange reactie")
