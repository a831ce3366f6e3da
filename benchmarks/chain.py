"""How fast chains are computed: each question beside other libraries and beside the machine.

    make bench                                  writes docs/benchmarks.md too
    python benchmarks/chain.py                  prints only; --sizes 1435 2464 for a quick look
    python benchmarks/chain.py --busy           one thread, processor time: where others work too

Everything of one size runs in one process, in turns, and the least time of several rounds counts:
what other programs take away disturbs the ratios as little as can be. A pass is the time of one
product of A (in float64) and a vector in the same run: A read from memory once.
"""

from __future__ import annotations

import argparse
import gc
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from chain_peers import MISSING, calc_all, library, pymrio_system, pyspa_paths
from page import put

from chain_tables import SHAPES, Floats, Made, made, real
from ketenkaart.core.chain.path_bounds import PathBounds, path_bounds
from ketenkaart.core.chain.paths import largest_paths
from ketenkaart.core.chain.products import Products
from ketenkaart.core.chain.solve import System

ROUNDS = 5
REPEATS = 3
LARGE = 5000
LAYERS = 6
TOP = 1000
GEMM = 1500
SPA_SIZE = 2464
PASS, FIRST, STORED, SECTORS, TIERS, PATHS = "pass", "first", "stored", "sectors", "tiers", "paths"
BOUNDS = "bounds"

OWN_PROCESS = """
import sys
import numpy as np
from ketenkaart.core.chain.solve import System
A = np.load(sys.argv[1] + "/A.npy", mmap_mode="r")
y, S = np.load(sys.argv[1] + "/y.npy"), np.load(sys.argv[1] + "/S.npy")
print((S * System(A, sectors=int(sys.argv[2])).output_for(y)).sum())
"""
PEER_PROCESS = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
import pymrio
with open(sys.argv[1] + "/system.pickle", "rb") as stream:
    system = pickle.load(stream)
system.calc_all()
S = system.risks.S.to_numpy()
y = system.Y.to_numpy()[:, int(sys.argv[2])]
print((S * (system.L.to_numpy() @ y)).sum())
"""


BUSY = "KETENKAART_BENCH_BUSY"


def _processor() -> float:
    """Return the seconds of processor that this process and its ended children have used."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


CLOCK = _processor if BUSY in os.environ else time.perf_counter


@dataclass
class Times:
    """The least time of each piece of work, in seconds."""

    least: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work, keep its time if it is the least so far, return what it returns."""
        start = CLOCK()
        result = work()
        took = CLOCK() - start
        self.least[name] = min(took, self.least.get(name, took))
        return result

    def __getitem__(self, name: str) -> float:
        return self.least[name]


def system(table: Made) -> System:
    """Return the system of a table, new, so that nothing is kept from before."""
    return System(table.A, sectors=table.n // table.regions)


def measure(table: Made, rounds: int) -> list[str]:
    """Return the rows of one table: every question, its peer, its passes, its error."""
    times = Times()
    pymrio = library("pymrio")
    peer: Any = None
    ones, square = np.ones(table.n), np.random.default_rng(0).random((GEMM, GEMM))
    found: dict[str, Any] = {}
    stored = Products.of(system(table), {})
    bounds = times.take(BOUNDS, lambda: path_bounds(table.A, table.S[1]))
    own = _own(table, stored, bounds)
    for turn in range(rounds):
        for _ in range(2 * REPEATS):
            times.take(PASS, lambda: table.A @ ones)
            times.take("gemm", lambda: square @ square)
        if pymrio is not None and (turn == 0 or table.n < LARGE):
            theirs = pymrio_system(pymrio, table)
            peer = times.take("pymrio", lambda theirs=theirs: calc_all(theirs)).to_numpy()
            del theirs
            gc.collect()
        for name, work in own.items():
            for _ in range(1 if table.n >= LARGE else REPEATS):
                found[name] = times.take(name, work)
    L = stored.columns if peer is None else peer
    rows = _rows(table, times, found, L, _memory(table))
    del peer, L
    gc.collect()
    return [*rows, *_spa(table, times, found[PATHS].largest_omitted), *_process(table)]


def _own(table: Made, stored: Products, bounds: PathBounds) -> dict[str, Callable[[], Any]]:
    """Return our own work: from A alone, but for what is said to be stored."""
    Y = np.zeros((table.n, len(table.home_nodes)))
    Y[table.home_nodes, np.arange(Y.shape[1])] = table.demand[table.home_nodes]
    total = float(table.S[1] @ system(table).output_for(table.demand))
    return {
        FIRST: lambda: table.S * system(table).output_for(table.demand),
        STORED: lambda: table.S * stored.output_for(table.demand),
        SECTORS: lambda: system(table).output_for(Y),
        TIERS: lambda: system(table).layers(table.demand, LAYERS),
        PATHS: lambda: largest_paths(
            table.A, table.S[1], table.demand, TOP, total=total, bounds=bounds
        ),
    }


def _memory(table: Made) -> float:
    """Return the most that a first query holds beyond A, in MB."""
    tracemalloc.start()
    system(table).output_for(table.demand)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def _rows(table: Made, times: Times, found: dict[str, Any], L: Floats, memory: float) -> list[str]:
    exact = table.S * (L @ table.demand)
    sectors = L[:, table.home_nodes] * table.demand[table.home_nodes]
    own = np.linalg.norm
    layer = table.demand
    for _ in range(LAYERS):
        layer = table.A @ layer
    errors = {
        FIRST: max(np.abs(found[FIRST] - exact).sum(axis=1) / exact.sum(axis=1)),
        STORED: max(np.abs(found[STORED] - exact).sum(axis=1) / exact.sum(axis=1)),
        SECTORS: float((np.abs(found[SECTORS] - sectors).sum(axis=0) / sectors.sum(axis=0)).max()),
        TIERS: float(own(found[TIERS][-1] - layer) / own(layer)),
        PATHS: abs(found[PATHS].covered + found[PATHS].remainder - exact[1].sum()) / exact[1].sum(),
    }
    k = len(table.home_nodes)
    rate = (2 / 3 * table.n**3 + 2 * table.n**2 * k) / times[SECTORS]
    share = rate / (2 * GEMM**3 / times["gemm"])
    share_of_paths = found[PATHS].share or 0.0
    bounds = f"{times[BOUNDS] / times[PASS]:.1f} passes once"
    remarks = {
        FIRST: f"{memory:.1f} MB beyond A",
        STORED: "stored L",
        SECTORS: f"{k} demands; {100 * share:.0f} % of the matrix-product rate",
        TIERS: "",
        PATHS: f"{times[PATHS]:.3f} s; {100 * share_of_paths:.1f} % covered; bound {bounds}",
    }
    asked = {
        FIRST: f"{len(table.S)} extensions × all nodes",
        STORED: "another demand, from what is stored",
        SECTORS: "every home sector apart",
        TIERS: f"production layers 0-{LAYERS}",
        PATHS: f"{TOP:,} largest paths",
    }
    rows = []
    for name, question in asked.items():
        ratio = f"{times['pymrio'] / times[name]:,.1f}" if "pymrio" in times.least else MISSING
        if name in {TIERS, PATHS}:
            ratio = ""
        passes = times[name] / times[PASS]
        rows.append(
            f"| {table.name} | {question} | {ratio} | {passes:.1f} | {errors[name]:.0e} "
            f"| {remarks[name]} |"
        )
    return rows


def _spa(table: Made, times: Times, least: float) -> list[str]:
    """Measure pyspa on one product, down to the size that ours reaches for the whole demand."""
    if table.n != SPA_SIZE:
        return []
    pyspa = library("pyspa")
    if pyspa is None:
        return [f"| {table.name} | paths beside pyspa | {MISSING} | | | |"]
    product = int(table.home_nodes[np.argmax(table.demand[table.home_nodes])])
    unit = np.zeros(table.n)
    unit[product] = 1.0
    size = least / table.demand[product]
    measured = Times()
    carried = measured.take("pyspa", pyspa_paths(pyspa, table, product, size))
    bounds = path_bounds(table.A, table.S[1])
    for _ in range(REPEATS):
        found = measured.take(
            "own",
            lambda: largest_paths(
                table.A, table.S[1], unit, len(carried), total=1.0, bounds=bounds
            ),
        )
    values = np.array([path.value for path in found.paths])
    error = float(np.abs(values - np.sort(carried)[::-1]).sum() / values.sum())
    same, whole = (f"{measured['pyspa'] / took:,.0f}" for took in (measured["own"], times[PATHS]))
    remark = f"{len(values)} paths of one product; {whole} beside ours for all products"
    return [
        f"| {table.name} | the same paths as pyspa | {same} (pyspa) | | {error:.0e} | {remark} |"
    ]


def _process(table: Made) -> list[str]:
    """Measure one query as a whole process, start-up included, beside the same with pymrio."""
    pymrio = library("pymrio")
    if table.n >= LARGE:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for name, array in (("A", table.A), ("y", table.demand), ("S", table.S)):
            np.save(Path(folder) / f"{name}.npy", array)
        times = Times()
        own = [sys.executable, "-c", OWN_PROCESS, folder, str(table.n // table.regions)]
        peer = [sys.executable, "-c", PEER_PROCESS, folder, str(table.home)]
        if pymrio is not None:
            with (Path(folder) / "system.pickle").open("wb") as stream:
                pickle.dump(pymrio_system(pymrio, table), stream)
        for _ in range(3):
            ours = times.take("own", lambda: _output(own))
            if pymrio is not None:
                theirs = times.take("pymrio", lambda: _output(peer))
        if pymrio is None:
            ratio, error = MISSING, ""
        else:
            ratio = f"{times['pymrio'] / times['own']:.1f}"
            error = f"{abs(ours / theirs - 1):.0e}"
    took = f"{times['own']:.2f} s"
    return [f"| {table.name} | a query as a whole process | {ratio} | | {error} | {took} |"]


def _output(command: list[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return float(done.stdout.split()[-1])


def tables(sizes: list[int]) -> list[Callable[[], Made]]:
    """Return what makes each table; one at a time is held."""
    return [lambda n=n: (real() or made(n)) if n == 1435 else made(n) for n in sizes]


def report(sizes: list[int], rounds: int) -> str:
    """Return all figures as a page in Markdown."""
    before = os.getloadavg()[0]
    threads = "one thread, processor time" if BUSY in os.environ else "all threads, wall time"
    rows: list[str] = []
    for make in tables(sizes):
        rows += measure(make(), rounds)
    load = f"{before:.1f} at the start and {os.getloadavg()[0]:.1f} at the end"
    about = (
        f"Written by `make bench` with Python {platform.python_version()}, NumPy "
        f"{np.__version__}, {os.cpu_count()} cores, {threads}; load {load} (other "
        f"programs' work included). Least time of {rounds} rounds, in turns. A pass is one "
        "product of A and a vector in the same run. Ratios are to pymrio's `calc_all` on the same "
        "table, which is what its users run before any question; it then holds L, and a second "
        "question costs it a pass too. Errors are the sum of absolute differences over the sum, "
        "against pymrio's own L."
    )
    return "\n".join(
        [
            "# How fast chains are computed",
            "",
            about,
            "",
            "| table | question | times pymrio | passes over A | error | |",
            "|---|---|--:|--:|--:|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--busy", action="store_true")
    arguments = parser.parse_args()
    if arguments.busy and BUSY not in os.environ:
        # Libraries of linear algebra count their threads once, when they are loaded.
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | one | {BUSY: "1"})  # noqa: S606
    page = report(arguments.sizes, arguments.rounds)
    print(page)
    if arguments.write:
        put(arguments.write, page)


if __name__ == "__main__":
    main()
