"""Reports made for tests, and rows as a run would give them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from ketenkaart.services.endorsement.rows import DocumentRow, FileState

TEXTS = {
    "none": "We sold machines in nine countries. Revenue rose by four per cent.",
    "mention": "The OECD Guidelines for Multinational Enterprises were updated in 2023.",
    "framework": "We follow the OECD Guidelines for Multinational Enterprises.",
    "dutch": "Wij onderschrijven de OESO-richtlijnen voor multinationale ondernemingen.",
}
READER = "r" * 64
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made_folder(folder: Path, count: int = 4) -> Path:
    """Write reports of plain text, each of its own content, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = list(TEXTS.values())
    for number in range(count):
        text = f"Annual report {number} of a company.\n\n{texts[number % len(texts)]}\n"
        (folder / f"c{number:03d}_2024.txt").write_text(text, encoding="utf-8")
    return folder


def made_rows(levels: list[int | None], reader: str = READER) -> list[DocumentRow]:
    """Return rows of companies c000, c001 ... with these levels; `None` was not read."""
    return [made_row(number, level, reader) for number, level in enumerate(levels)]


def made_row(number: int, level: int | None, reader: str = READER) -> DocumentRow:
    """Return one row, with a passage where it has a level above none."""
    file, sha256 = f"reports/c{number:03d}_2024.pdf", f"{number:064x}"
    if level is None:
        return DocumentRow(file, sha256, FileState.UNREADABLE, reason="It holds no text.")
    passage = {
        "text": f"Passage {number} names the Guidelines.", "page": number + 1, "start": 0,
        "end": 9, "level": level, "stance": "firm", "ground": "own_frame", "cues": ["c"],
        "steps": [], "is_deciding": True,
    }  # fmt: skip
    return DocumentRow(
        file, sha256, FileState.READ, language="en", pages=40, level=level,
        stance="firm" if level > 1 else "none", is_boilerplate=False,
        passages=(passage,) if level else (), reader=reader,
    )  # fmt: skip


def fill_reports(editor: str, coders: tuple[str, str]) -> str:
    """Keep results on the record, draw a sample and have two coders judge part of it.

    They differ on document 2. Returns the name of the sample.
    """
    from ketenkaart.core.monitor.judged import JudgedLevel
    from ketenkaart.services.accounts import actor_named
    from ketenkaart.services.endorsement_judging.judge import judge_document
    from ketenkaart.services.endorsement_judging.keeping import draw_sample, keep_run
    from ketenkaart.services.endorsement_judging.samples import open_sample

    levels: list[int | None] = [0] * 120 + [1] * 90 + [2] * 60 + [3] * 30 + [None] * 12
    chief = actor_named(editor)
    keep_run(name="jaarverslagen-2024", documents=made_rows(levels), actor=chief, at=AT)
    name = "steekproef-1"
    draw_sample(run="jaarverslagen-2024", name=name, size=60, seed=1, actor=chief, at=AT)
    items = open_sample(name).items
    for coder, last in zip(coders, (50, 20), strict=True):
        for item in items[:last]:
            level = JudgedLevel(str(item.document.level_name))
            if item.number == 2 and coder == coders[1]:
                level = JudgedLevel.CANNOT_TELL
            elif item.number % 9 == 0:
                level = JudgedLevel.MENTION
            judge_document(
                sample=name, number=item.number, level=level, actor=actor_named(coder), at=AT
            )
    return name


STUB = """
import hashlib, json, os, sys, time
out = sys.stdout
print(json.dumps({"reader": "stub"}), flush=True)
for line in sys.stdin:
    path = json.loads(line)
    name = os.path.basename(path)
    if "crash" in name:
        sys.stderr.write("KeyError: 'what broke'\\n")
        sys.exit(3)
    if "hang" in name:
        time.sleep(60)
    if "slow" in name:
        time.sleep(0.15)
    content = open(path, "rb").read()
    row = {"file": path, "sha256": hashlib.sha256(content).hexdigest(), "state": "read", "level": 2,
           "reason": "x" * (3_000_000 if "large" in name else 0) or None, "reader": "stub"}
    print(json.dumps(row), flush=True)
"""
"""A reading process for tests: dies, hangs, is slow or talks much as the name of a file says."""


def stub_command(folder: Path) -> tuple[str, ...]:
    """Write the reading process for tests and return how it is started."""
    script = folder / "stub_worker.py"
    script.write_text(STUB, encoding="utf-8")
    return (sys.executable, "-S", str(script))
