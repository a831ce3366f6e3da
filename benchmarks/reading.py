"""How fast letters are read: the whole, its growth with length, cues and sentences beside others.

    make bench                          writes docs/benchmarks.md too
    python benchmarks/reading.py        prints only; --letters 100 for a quick look

Everything runs in one process on 1,000 letters of our own making, the same at each run. Peers run
on a part of the same letters in the same run; what they find is compared with ours.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import re
import statistics
import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from math import log
from pathlib import Path
from time import process_time
from typing import Any

from page import put

from ketenkaart.core.ledger.reading.finder import view
from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.scan import Scanner
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import Extract, Layout, NormalText
from ketenkaart.sources.reference.lexicon import load_lexicon
from letters import make_letter, printed

MEGA = 1_000_000
LENGTHS = (2, 4, 8, 16, 32, 64)
PEER_LETTERS = 30
ROUNDS = 3
HOSTILE = 10_000


def extract(raw: str) -> Extract:
    """Return a printed text as a reader of files hands it over."""
    return Extract(
        media_type="text/plain",
        sha256=sha256(raw.encode()).hexdigest(),
        raw=raw,
        layout=Layout.LINES,
    )


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time of several rounds, which other programs disturb least."""
    best = float("inf")
    for _ in range(rounds):
        start = process_time()
        work()
        best = min(best, process_time() - start)
    return best


def size(texts: Iterable[str]) -> float:
    """Return the size of texts in MB of UTF-8."""
    return sum(len(text.encode()) for text in texts) / MEGA


def each(work: Callable[[Any], object], items: Iterable[Any]) -> Callable[[], None]:
    """Return the work on all items, as one thing to be timed."""

    def run() -> None:
        for item in items:
            work(item)

    return run


def whole(raws: list[str]) -> list[str]:
    """Measure the reading of all letters, and of its first two steps."""
    lexicon = load_lexicon()
    extracts = [extract(raw) for raw in raws]
    texts = [normalise(item) for item in extracts]
    scanner = Scanner(lexicon.cues)
    megabytes = size(raws)
    rows = ["| step | s | letters/s | MB/s |", "|---|---|---|---|"]
    steps: list[tuple[str, float]] = [
        ("printed lines to paragraphs", seconds(each(normalise, extracts), 1)),
        ("paragraphs to sentences", seconds(each(sentences, texts), 1)),
        (
            f"spans of {len(lexicon.cues)} cues",
            seconds(each(lambda text: scanner.hits(text.text), texts), 1),
        ),
        (
            "**whole reading**",
            seconds(each(lambda item: read_letter(item, lexicon), extracts), 1),
        ),
    ]
    for name, took in steps:
        rows.append(f"| {name} | {took:.2f} | {len(raws) / took:,.0f} | {megabytes / took:.2f} |")
    return rows


def growth() -> tuple[list[str], float]:
    """Measure one letter at growing lengths; the slope of log time on log length is 1 if linear."""
    lexicon = load_lexicon()
    rows = ["| characters | ms | µs per character |", "|---|---|---|"]
    points: list[tuple[float, float]] = []
    for sections in LENGTHS:
        item = extract(printed(make_letter(7, sections)))
        took = seconds(lambda item=item: read_letter(item, lexicon))
        length = len(item.raw)
        points.append((log(length), log(took)))
        rows.append(f"| {length:,} | {took * 1e3:.1f} | {took / length * MEGA:.2f} |")
    slope = statistics.linear_regression(*zip(*points, strict=True)).slope
    return rows, slope


def cues(texts: list[NormalText]) -> list[str]:
    """Measure the scanner beside `re` pattern by pattern; the hits must be identical."""
    lexicon = load_lexicon()
    scanner = Scanner(lexicon.cues)
    patterns = [re.compile(cue.pattern, re.IGNORECASE) for cue in lexicon.cues]
    words = [text.text for text in texts]

    def plain(text: str) -> list[tuple[int, int, int]]:
        return sorted(
            (*match.span(), index)
            for index, pattern in enumerate(patterns)
            for match in pattern.finditer(text)
        )

    place = {cue.id: index for index, cue in enumerate(lexicon.cues)}
    count = 0
    for text in words:
        ours = [(hit.start, hit.end, place[hit.cue.id]) for hit in scanner.hits(text)]
        if ours != plain(text):
            sys.exit("the scanner and re find different spans")
        count += len(ours)
    took, slow = float("inf"), float("inf")
    for _ in range(ROUNDS):
        # in turns, so that a busy machine slows both
        took = min(took, seconds(each(scanner.hits, words)))
        slow = min(slow, seconds(each(plain, words), 1))
    megabytes = size(words)
    rows = [
        f"| {len(patterns)} cues, {len(words)} letters, {count:,} hits | MB/s | times `re` |",
        "|---|---|---|",
        f"| `re`, pattern by pattern | {megabytes / slow:.2f} | 1 |",
        f"| **scanner, same hits** | {megabytes / took:.2f} | {slow / took:.1f} |",
    ]
    return [*rows, *_finders(scanner, words, megabytes, slow, took)]


def _finders(
    scanner: Scanner, words: list[str], megabytes: float, slow: float, took: float
) -> list[str]:
    """Measure what another engine for the literals alone would change."""
    views = [view(text) for text in words]
    ours = seconds(each(scanner.finder.find, views))
    rows = [f"| of which finding literals | {megabytes / ours:.1f} | |"]
    try:
        hyperscan = importlib.import_module("hyperscan")
    except ImportError:
        return [*rows, "| Hyperscan | not installed: `make .venv/.installed-bench` | |"]
    literals = scanner.finder.literals
    database = hyperscan.Database()
    start = process_time()
    database.compile(
        expressions=[b"".join(b"\\x%02x" % code for code in literal) for literal in literals],
        ids=list(range(len(literals))),
        elements=len(literals),
        flags=[0] * len(literals),
    )
    building = process_time() - start

    def find(seen: bytes) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []

        def add(index: int, _: int, end: int, *__: object) -> None:
            found.append((end - len(literals[index]), literals[index]))

        database.scan(seen, match_event_handler=add)
        return found

    for seen in views:
        if sorted(find(seen)) != sorted(scanner.finder.find(seen)):
            sys.exit("Hyperscan and the finder find different literals")
    theirs = seconds(each(find, views))
    with_it = took - ours + theirs
    return [
        *rows,
        f"| by Hyperscan ({building * 1e3:.0f} ms to build) | {megabytes / theirs:.1f} | |",
        f"| scanner with Hyperscan inside | {megabytes / with_it:.2f} | {slow / with_it:.1f} |",
    ]


def hostile() -> list[str]:
    """Measure every cue on texts of 10,000 characters that begin its match again and again."""
    slowest = (0.0, "")
    for cue in load_lexicon().cues:
        scanner = Scanner([cue])
        found = re.search(cue.pattern, cue.examples[0], re.IGNORECASE)
        words = found.group() if found else cue.examples[0]
        for part in (words, words[:-1], words[: len(words) // 2], words.split(" ")[0], "a", "1"):
            text = (part + " ") * (HOSTILE // (len(part) + 1))
            took = seconds(lambda text=text, scanner=scanner: scanner.hits(text))
            slowest = max(slowest, (took, cue.id))
    taken = f"{slowest[0] * 1e3:.1f} ms per 10,000 characters (`{slowest[1]}`; at most 50)"
    return [f"Slowest cue on hostile text: {taken}."]


def splitters(texts: list[NormalText]) -> list[str]:
    """Measure the splitter beside spaCy's rule sentencizer."""
    words = [text.text for text in texts]
    took = seconds(each(sentences, texts))
    count = sum(len(sentences(text)) for text in texts)
    megabytes = size(words)
    rows = [
        "| splitter | MB/s | sentences a letter | times spaCy |",
        "|---|---|---|---|",
    ]
    try:
        spacy = importlib.import_module("spacy")
    except ImportError:
        slow, others = None, 0
        rows.append("| spaCy | not installed: `make .venv/.installed-bench` | | |")
    else:
        pipeline = spacy.blank("nl")
        pipeline.add_pipe("sentencizer")
        pipeline.max_length = max(map(len, words)) + 1
        slow = seconds(each(pipeline, words), 1)
        others = sum(len(list(pipeline(text).sents)) for text in words)
        name = f"spaCy {spacy.__version__}, blank nl, sentencizer"
        rows.append(f"| {name} | {megabytes / slow:.2f} | {others / len(words):.1f} | 1 |")
    ratio = f"{slow / took:.1f}" if slow else ""
    rows.append(f"| **ours** | {megabytes / took:.2f} | {count / len(words):.1f} | {ratio} |")
    return rows


def report(letters: int) -> str:
    """Return all figures as a page in Markdown."""
    raws = [printed(make_letter(seed)) for seed in range(letters)]
    texts = [normalise(extract(raw)) for raw in raws[:PEER_LETTERS]]
    lengths = sorted(map(len, raws))
    table, slope = growth()
    spread = f"{lengths[0]:,} to {lengths[-1]:,} characters, half under {lengths[letters // 2]:,}"
    about = (
        f"Written by `make bench` with Python {platform.python_version()}: one process, processor "
        f"time, {letters:,} letters of our own making ({size(raws):.1f} MB; {spread})."
    )
    return "\n".join(
        [
            "# How fast letters are read",
            "",
            f"{about} Times are a machine's; the ratios, measured in one run, are what counts.",
            "",
            "## The whole",
            "",
            *whole(raws),
            "",
            "## With length",
            "",
            *table,
            "",
            f"Slope of log time on log length: {slope:.2f} (1 is linear).",
            "",
            "## Cues",
            "",
            *cues(texts),
            "",
            *hostile(),
            "",
            "## Sentences",
            "",
            *splitters(texts),
            "",
        ]
    )


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    page = report(arguments.letters)
    print(page)
    if arguments.write:
        put(arguments.write, page)


if __name__ == "__main__":
    main()
