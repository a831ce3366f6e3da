"""How fast, and how well, facilities are matched: our engines and plain Splink, side by side.

    python benchmarks/matching.py [--sizes 10000 100000 1000000] [--rows 100000] [--repeat 3]
                                  [--only own duckdb plain] [--write docs/benchmarks.md]

Each run is a process of its own, engines in turn, on generated facilities (tests/made_facilities):
6 % sisters, 6 % neighbours, cities whose number grows with the list. Seconds are those of the work,
imports and the making of the lists left out. `trained` engines learn a model within them, others
use the one that comes along; for `kept` the registry was matched against before, by another list,
and its columns are still there. `no training` is plain
Splink without the seconds of training. Plain Splink is what its documentation shows: cleaned
strings, Jaro-Winkler levels, three blocking rules, u from random pairs, EM on two rules, then
prediction; its F1 is that of the best threshold there is, found with the truth in hand. Ours is
that of the automatic band alone, and of each row's likeliest candidate in either band.
"""

# ruff: noqa: PLC0415, S603, S608 - peers are imported where they run; names in SQL are our own
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
ENGINES = ("own", "own kept", "own trained", "duckdb", "duckdb trained", "plain")
TITLES = (
    "engine", "seconds", "no training", "plain / this", "CPU s", "peak MiB", "precision", "recall",
    "F1", "best F1", "load",
)  # fmt: skip
HEADING = "# How fast facilities are matched"


def main() -> int:
    """Run what is asked, and print a table; or, inside, one engine."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--write", type=Path, help="put the table in this page")
    parser.add_argument("--inside", choices=ENGINES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(inside(asked.inside, asked.sizes[0], asked.rows)))
        return 0
    lines = []
    for size in asked.sizes:
        rows = min(asked.rows, size)
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in asked.only}
        for _ in range(asked.repeat):
            for name in asked.only:
                runs[name].append(outside(name, size, rows))
                print(size, name, runs[name][-1], file=sys.stderr, flush=True)
        lines += table(size, rows, runs)
    print("\n".join(lines))
    if asked.write:
        write(asked.write, lines)
    return 0


def outside(name: str, size: int, rows: int) -> dict[str, Any]:
    """Run an engine in a process of its own, and return what it measured."""
    command = [
        sys.executable,
        __file__,
        "--inside",
        name,
        "--sizes",
        str(size),
        "--rows",
        str(rows),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def inside(name: str, size: int, rows: int) -> dict[str, Any]:
    """Make the lists, match them with one engine, and return seconds, memory and scores."""
    from made_facilities import made_facilities

    made = made_facilities(size, rows)
    started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = plain if name == "plain" else ours
    scores = run(made, name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **scores,
        "peak_mib": round(peak / 1024),
        "before_mib": round(started / 1024),
        "load": os.getloadavg()[0],
    }


def used() -> float:
    """Return the seconds of processor that this process and those it started have used."""
    return sum(
        found.ru_utime + found.ru_stime
        for found in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def ours(made: Any, name: str) -> dict[str, Any]:
    """Match with our engine, or with our model on Splink."""
    from ketenkaart.core.chain.matching.outcomes import Band
    from ketenkaart.services.matching.models import load_model
    from ketenkaart.services.matching.running import Engine, match_records

    engine, _, how = name.partition(" ")
    if engine == "duckdb":
        import duckdb  # noqa: F401
        import splink  # noqa: F401
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) if how == "kept" else None
        if work is not None:
            match_records(made.rows[:10], made.registry, engine=Engine(engine), work=work)
        began, cpu = time.perf_counter(), used()
        found = match_records(
            made.rows,
            made.registry,
            model=load_model(),
            learn=1 if how == "trained" else None,
            engine=Engine(engine),
            work=work,
        )
        seconds, cpu = time.perf_counter() - began, used() - cpu
    true = [made.registry[k].key if k >= 0 else None for k in made.truth]
    sure = [
        result.matches[0].right == key
        for result, key in zip(found.results, true, strict=True)
        if result.band is Band.AUTOMATIC
    ]
    there = sum(key is not None for key in true)
    either = sum(
        any(match.right == key for match in result.matches)
        for result, key in zip(found.results, true, strict=True)
        if key is not None
    )
    return {
        "seconds": round(seconds, 2),
        "cpu": round(cpu, 2),
        "precision": round(sum(sure) / max(1, len(sure)), 4),
        "recall": round(sum(sure) / there, 4),
        "f1": round(2 * sum(sure) / (len(sure) + there), 4),
        "best_f1": round(
            best_f1(
                [
                    (result.band is Band.AUTOMATIC, m.probability, m.right == key)
                    for result, key in zip(found.results, true, strict=True)
                    for m in result.matches[:1]
                ],
                there,
            )[0],
            4,
        ),
        "found": round(either / there, 4),
        "human": round(found.count(Band.HUMAN) / len(found.results), 4),
    }


def best_f1(firsts: list[tuple[bool, float, bool]], there: int) -> tuple[float, float, float]:
    """Return the best F1 of all thresholds, with its precision and recall.

    `firsts` has each row's likeliest candidate: whether it is automatic, its score, whether it is
    right. Known with the truth in hand: what a threshold could reach, not what one would choose.
    """
    best = (0.0, 0.0, 0.0)
    hits = 0
    for taken, (_, _, is_right) in enumerate(sorted(firsts, reverse=True), start=1):
        hits += is_right
        f1 = 2 * hits / (taken + there)
        if f1 > best[0]:
            best = (f1, hits / taken, hits / there)
    return best


def plain(made: Any, _: str) -> dict[str, Any]:
    """Match with Splink as its documentation shows."""
    import duckdb
    import numpy as np
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    began, cpu = time.perf_counter(), used()
    connection = duckdb.connect(":memory:")
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for which, records in (("new_rows", made.rows), ("registry", made.registry)):
            tables.append(_cleaned(connection, Path(folder), which, records))
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="key",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            cl.JaroWinklerAtThresholds("street", [0.95, 0.88]),
            cl.ExactMatch("number"),
            cl.ExactMatch("postcode"),
            cl.DistanceInKMAtThresholds("latitude", "longitude", [0.3, 3, 25]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("country", "substr(name, 1, 6)"),
            block_on("country", "postcode", "substr(name, 1, 1)"),
            block_on("country", "number", "substr(street, 1, 4)"),
        ],
        retain_matching_columns=False,
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        [api.register(name, dataset_display_name=name) for name in tables], settings, log_level=None
    )
    cleaned = time.perf_counter() - began
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "postcode")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("country", "substr(name, 1, 6)")
    )
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("country", "postcode", "number")
    )
    trained = time.perf_counter() - began - cleaned
    found = linker.inference.predict(threshold_match_weight=-5)
    rows = connection.execute(
        f"SELECT key_l, key_r, match_weight FROM {found.physical_name}"
    ).fetchnumpy()
    seconds, cpu = time.perf_counter() - began, used() - cpu
    order = np.argsort(-rows["match_weight"])
    left, right = rows["key_l"][order], rows["key_r"][order]
    true = {made.rows[k].key: made.registry[at].key for k, at in enumerate(made.truth) if at >= 0}
    firsts = {}
    for a, b, weight in zip(left, right, rows["match_weight"][order], strict=True):
        firsts.setdefault(a, (False, float(weight), true.get(a) == b))
    best = best_f1(list(firsts.values()), len(true))
    return {
        "seconds": round(seconds, 2),
        "no_training": round(seconds - trained, 2),
        "cpu": round(cpu, 2),
        "precision": round(best[1], 4),
        "recall": round(best[2], 4),
        "f1": round(best[0], 4),
        "best_f1": round(best[0], 4),
    }


def _cleaned(connection: Any, folder: Path, which: str, records: Any) -> str:
    """Put a list in the database, cleaned as one does in SQL; return the table's name."""
    import polars as pl

    path = folder / f"{which}.parquet"
    pl.DataFrame(
        {
            "key": [record.key for record in records],
            "country": [record.country for record in records],
            "raw_name": [record.name for record in records],
            "raw_address": [record.address for record in records],
            "latitude": [record.latitude for record in records],
            "longitude": [record.longitude for record in records],
        }
    ).write_parquet(path)
    connection.execute(
        f"""CREATE TABLE {which} AS SELECT key, country, latitude, longitude,
        nullif(trim(regexp_replace(lower(strip_accents(raw_name)),
          '\\b(co|ltd|limited|company|pvt|private|san|ve|tic|sanayi|ticaret|sti|as|jsc)\\b'
          || '|[^a-z0-9 ]',
          '', 'g')), '') AS name,
        nullif(regexp_extract(raw_address, '^(\\d+)', 1), '') AS number,
        nullif(lower(regexp_extract(raw_address, '^\\d+ ([^,]*)', 1)), '') AS street,
        nullif(regexp_extract(raw_address, '(\\d{{6}})', 1), '') AS postcode
        FROM '{path}'"""
    )
    return which


def table(size: int, rows: int, runs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return the runs of one size as lines of Markdown: medians, and ratios to plain Splink."""

    def middle(name: str, key: str) -> float:
        values = sorted(float(run[key]) for run in runs[name] if key in run)
        return values[len(values) // 2] if values else float("nan")

    def untrained(name: str) -> str:
        return f"{middle(name, 'no_training'):.1f}" if name == "plain" else ""

    peer = middle("plain", "seconds") if "plain" in runs else float("nan")
    return [
        "",
        f"{rows:,} new rows against {size:,} facilities",
        "",
        f"| {' | '.join(TITLES)} |",
        "|---" + "|--:" * (len(TITLES) - 1) + "|",
        *(
            f"| {name} | {middle(name, 'seconds'):.1f} | {untrained(name)} "
            f"| {peer / middle(name, 'seconds'):.2f} "
            f"| {middle(name, 'cpu'):.1f} | {middle(name, 'peak_mib'):.0f} "
            f"| {middle(name, 'precision'):.4f} | {middle(name, 'recall'):.4f} "
            f"| {middle(name, 'f1'):.4f} | {middle(name, 'best_f1'):.4f} "
            f"| {middle(name, 'load'):.1f} |"
            for name in runs
        ),
    ]


def write(path: Path, lines: list[str]) -> None:
    """Put the tables in a page, in place of those that it had."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    before, _, rest = old.partition(HEADING)
    following = rest[rest.find("\n# ") :] if "\n# " in rest else ""
    text = before.rstrip() + f"\n\n{HEADING}\n" + "\n".join(lines) + "\n" + following
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
