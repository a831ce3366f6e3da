"""Build the letters and their gold: `python tests/letters/make_gold.py FOLDER [--held-out]`.

Writes NAME.txt (or .html, .xml, .docx) and NAME.ledger.json for each letter of the development
half. Offsets are computed from the marks, so gold cannot drift away from its letter; phrases that
are absent or not unique are refused. For marked-up files offsets hold in the text that the
reader's own door takes from the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layouts import as_docx, as_html, as_op_xml, printed
from marks import Letter, MarkError, find, read_letter

HERE = Path(__file__).parent
DEFAULT_POSITION = {
    "adopted": "adopted",
    "adopted_in_part": "adopted_in_part",
    "not_adopted": "not_adopted",
}
FORMS: dict[str, tuple[str, Callable[[str, dict[str, Any]], bytes]]] = {
    "html": (".html", as_html),
    "op-xml": (".xml", as_op_xml),
    "docx": (".docx", as_docx),
}


def names(half: str) -> list[str]:
    """Return the letters of a half, "dev" or "held-out", in order of name."""
    return sorted(path.stem for path in (HERE / half).glob("*.letter"))


def load(half: str, name: str) -> Letter:
    """Read one marked letter."""
    return read_letter(HERE / half / f"{name}.letter")


def file_of(letter: Letter) -> tuple[str, bytes]:
    """Return the letter as a file: its suffix and its bytes."""
    layout = letter.head.get("layout", {})
    form = layout.get("form", "lines")
    if form in FORMS:
        suffix, make = FORMS[form]
        return suffix, make(letter.body, letter.head)
    keep = [text.replace("**", "") for text in letter.phrases.values()]
    return ".txt", printed(letter.body, {**layout, "keep": keep}).encode()


def gold_of(letter: Letter, raw: str) -> dict[str, Any]:
    """Return the gold of `letter` with places in `raw`, the text that its file holds.

    Raises `MarkError` for a phrase that stands there never, or more than once.
    """
    head = letter.head
    quotes = {name: _quote(text, raw, letter.name) for name, text in letter.phrases.items()}
    recommendations = [
        _recommendation(name, coding, quotes, head)
        for name, coding in head.get("recommendations", {}).items()
    ]
    linked: dict[str, list[str]] = {}
    cited: dict[str, list[str]] = {}
    for item in recommendations:
        for name in item["commitments"]:
            linked.setdefault(name, []).append(item["id"])
        for name in item["references"]:
            cited.setdefault(name, []).append(item["id"])
    labels = {n: c.get("id", n) for n, c in head.get("references", {}).items()}
    for item in recommendations:
        item["references"] = [labels[name] for name in item["references"]]
    return {
        "schema_version": "1.0",
        "document": {**head["document"], "source_chars": len(raw)},
        "recommendations": recommendations,
        "commitments": [
            _commitment(name, coding, quotes[name], linked.get(name, []))
            for name, coding in head.get("commitments", {}).items()
        ],
        "cross_references": [
            {
                "id": labels[name],
                "label": coding.get("label", labels[name]),
                "kind": coding.get("kind", "kamerstuk"),
                "quote": quotes[name],
                "cited_by": cited.get(name, []),
            }
            for name, coding in head.get("references", {}).items()
        ],
        "optional_candidates": [
            {"id": n, "quote": q, "coded_under": None} for n, q in quotes.items() if n[0] == "C"
        ],
        # The words of an answer may be read as a promise without fault.
        "optional_commitments": [
            {"id": n, "quote": q} for n, q in quotes.items() if n[0] in "AO"
        ],
        "negative_examples": [
            {"quote": q, "why": head.get("negatives", {}).get(n, "no recommendation")}
            for n, q in quotes.items()
            if n[0] == "N"
        ],
    }  # fmt: skip


def _quote(text: str, raw: str, name: str) -> dict[str, Any]:
    start, end = find(text, raw, name)
    return {
        "text": text.replace("**", ""),
        "char_start": start,
        "char_end": end,
        "line_start": raw.count("\n", 0, start) + 1,
        "line_end": raw.count("\n", 0, end) + 1,
    }


def _recommendation(
    name: str, coding: dict[str, Any], quotes: dict[str, Any], head: dict[str, Any]
) -> dict[str, Any]:
    chosen = coding["class"]
    answer = coding.get("answer")
    return {
        "id": name,
        "quote": quotes[name],
        "adviser": coding.get("adviser", head["document"].get("adviser")),
        "response_class": chosen,
        "acceptable_classes": [chosen, *coding.get("also", ())] if chosen else [],
        "position": coding.get("position", DEFAULT_POSITION.get(str(chosen), "none_given")),
        "follow_up": coding["follow_up"],
        "response_explicit": coding.get("explicit", answer is not None),
        "response_cue": quotes[answer] if answer else None,
        "commitments": list(coding.get("commitments", ())),
        "references": list(coding.get("references", ())),
    }


def _commitment(
    name: str, coding: dict[str, Any], quote: dict[str, Any], linked: list[str]
) -> dict[str, Any]:
    period = coding.get("period")
    return {
        "id": name,
        "date": None if coding.get("date") is None else str(coding["date"]),
        "date_type": coding.get("type", "none"),
        "period": [str(day) for day in period] if period else None,
        "due": [str(day) for day in coding["due"]] if "due" in coding else None,
        "unresolved": coding.get("unresolved", False),
        "deadline_kind": coding.get("kind", "none"),
        "responsible": coding.get("responsible"),
        "status_in_letter": coding.get("status", "promised"),
        "quote": quote,
        "linked_recommendations": linked,
    }


def build(half: str, folder: Path) -> list[str]:
    """Write every letter of a half and its gold to `folder`; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    # Plain text first: it needs no door, so it is there even while a door refuses.
    done = sorted(names(half), key=lambda name: "form" in load(half, name).head.get("layout", {}))
    for name in done:
        letter = load(half, name)
        suffix, raw = file_of(letter)
        (folder / f"{name}{suffix}").write_bytes(raw)
        text = raw.decode() if suffix == ".txt" else _door_text(folder / f"{name}{suffix}")
        gold = json.dumps(gold_of(letter, text), ensure_ascii=False, indent=1, default=str) + "\n"
        (folder / f"{name}.ledger.json").write_text(gold, encoding="utf-8")
    return done


def _door_text(path: Path) -> str:
    from ketenkaart.sources.documents.read import read_document

    return read_document(path, name=path.name).raw


if __name__ == "__main__":
    arguments = [item for item in sys.argv[1:] if item != "--held-out"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    chosen = "held-out" if "--held-out" in sys.argv else "dev"
    try:
        written = build(chosen, Path(arguments[0]))
    except MarkError as error:
        sys.exit(str(error))
    sys.stdout.write("\n".join(written) + "\n")
