"""How many reports a second are read for endorsement, with one process and with two.

    python benchmarks/endorsement.py [--files 40] [--paragraphs 1500] [--repeat 3]

Reports are made here: HTML of so many paragraphs, some of which name the Guidelines. One and two
processes take turns in one run, each from its start to the last row, starting processes included.
What counts is the ratio; the load of the machine stands beside it.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ketenkaart.services.endorsement.files import find_reports
from ketenkaart.services.endorsement.running import Run, read_reports

NAMING = (
    "We follow the OECD Guidelines for Multinational Enterprises.",
    "The OECD Guidelines for Multinational Enterprises were updated in 2023.",
    "We intend to endorse the OECD Guidelines for Multinational Enterprises next year.",
    "The OECD Anti-Bribery Convention applies to our sales teams.",
    "Each year we identify and assess risks to people in our supply chain and act on them.",
)
PLAIN = (
    "Sales in the {} region rose by {} per cent, helped by new products and a mild winter.",
    "The board met {} times in the year; {} members took part in every meeting.",
    "Depreciation of buildings is spread over {} years, that of machines over {} years.",
    "In plant {} the number of accidents fell to {}, the lowest since we began to count.",
)
REGIONS = ("northern", "southern", "eastern", "western")


def make(folder: Path, files: int, paragraphs: int) -> int:
    """Write reports and return their size in bytes."""
    draw = random.Random(1)  # noqa: S311 - texts for a benchmark
    size = 0
    for number in range(files):
        texts = [
            draw.choice(PLAIN).format(draw.choice(REGIONS), draw.randrange(2, 90))
            for _ in range(paragraphs)
        ]
        for text in draw.sample(NAMING, draw.randrange(len(NAMING))):
            texts.insert(draw.randrange(len(texts)), text)
        body = "".join(f"<p>{text}</p>\n" for text in texts)
        path = folder / f"report{number:04d}.html"
        path.write_text(f'<html lang="en"><body>{body}</body></html>', encoding="utf-8")
        size += path.stat().st_size
    return size


def main() -> int:
    """Measure, check that both give the same, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--paragraphs", type=int, default=1500)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    seconds: dict[int, list[float]] = {1: [], 2: []}
    runs: dict[int, Run] = {}
    with tempfile.TemporaryDirectory() as name:
        size = make(Path(name), asked.files, asked.paragraphs)
        found = find_reports([name])
        for _ in range(asked.repeat):
            for processes, taken in seconds.items():
                began = time.perf_counter()
                runs[processes] = read_reports(found, processes=processes)
                taken.append(time.perf_counter() - began)
                print(processes, f"{taken[-1]:.1f} s", file=sys.stderr, flush=True)
    assert runs[1].rows == runs[2].rows
    middle = {processes: statistics.median(taken) for processes, taken in seconds.items()}
    print(f"{asked.files} reports of {size / asked.files / 1000:.0f} kB each;", end=" ")
    print(f"median of {asked.repeat}; load {os.getloadavg()[0]:.1f}\n")
    print("| processes | seconds | reports a second | MB a second | faster than one |")
    print("|---:|---:|---:|---:|---:|")
    for processes, taken in middle.items():
        print(
            f"| {processes} | {taken:.1f} | {asked.files / taken:.2f} | "
            f"{size / taken / 1e6:.2f} | {middle[1] / taken:.2f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
