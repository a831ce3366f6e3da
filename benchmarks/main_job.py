"""How long a user waits for the main job: each command as a whole process, several times.

    make bench              five runs of each
    make bench ARGS="9"     nine runs of each

Prints the shortest, middle and longest time in seconds, and the largest memory in MB. The first
run warms the disk's cache and is not counted.
"""

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("ketenkaart")
COMMANDS = {
    "start": ("--version",),
    "gap by issue": ("gap", "--format", "json"),
    "gap in depth": ("gap", "--kind", "depth", "--format", "json"),
    "gap by country": ("gap", "--by", "country", "--format", "json"),
    "gap of one issue": ("gap", "--issue", "forced_labour", "--format", "json"),
    "instruments": ("instruments", "list", "--format", "json"),
    "ledger": ("ledger", "list", "--format", "json"),
}


def main(runs: int) -> None:
    """Time every command and print a table."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {runs} runs each")
    print(f"{'':<20}{'min s':>8}{'median':>8}{'max':>8}{'MB':>8}")
    for name, arguments in COMMANDS.items():
        measured = [measure(arguments) for _ in range(runs + 1)][1:]
        seconds = [took for took, _ in measured]
        memory = max(peak for _, peak in measured)
        middle = statistics.median(seconds)
        print(f"{name:<20}{min(seconds):8.2f}{middle:8.2f}{max(seconds):8.2f}{memory:8.0f}")


def measure(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Return one run's seconds, and the most memory it held, in MB."""
    start = time.monotonic()
    child = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"ketenkaart {' '.join(arguments)}: exit {child.returncode}")
    return took, peak_megabytes(usage)


def peak_megabytes(usage: resource.struct_rusage) -> float:
    """Return the peak memory; Linux counts it in kB, macOS in bytes."""
    return usage.ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
