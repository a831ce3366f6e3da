"""Runs the project's checks one after another and says at the end what was not tested.

`lint`: ruff, mypy, import rules. `test`: those, the base install, and every test not marked
long or soak. `test-long`: the tests marked long. `soak`: those that take longest. Arguments after
the action go to pytest.
"""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
RESULTS = ROOT / "test-results"
BASE_PYTHON = ROOT / ".tools/base/bin/python"
WHEELS = ROOT / ".tools/wheel"
COMPILED = ROOT / ".tools/compiled"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")
NO_TESTS_FOUND = 5
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass
class Report:
    """What was run, how it went, and what could not be tested on this machine."""

    steps: list[tuple[str, bool, float, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def run(self, name: str, *command: str | Path) -> bool:
        """Run one command, show its output, and keep whether it succeeded."""
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, check=False)
        self.steps.append((name, done.returncode == 0, time.monotonic() - start, ""))
        return done.returncode == 0

    def close(self) -> int:
        """Print the summary, last of all, and return the exit status."""
        print("\n" + "=" * 78)
        for name, passed, seconds, remark in self.steps:
            print(f"{'ok    ' if passed else 'FAILED'}  {name:<28}{seconds:7.1f} s  {remark}")
        if self.skipped:
            print("-" * 78)
            print("NOT TESTED ON THIS MACHINE:")
            for reason in self.skipped:
                print(f"  ! {reason}")
        print("=" * 78, flush=True)
        return 0 if all(passed for _, passed, _, _ in self.steps) else 1


def main(action: str, extra: list[str]) -> int:
    """Run what the action stands for and return the exit status."""
    report = Report()
    if action in {"lint", "test"}:
        lint(report)
    if action == "test":
        base_install(report)
    if action in {"test", "test-long", "soak"}:
        bring_browser(report)
        tests(report, action, extra)
    return report.close()


def lint(report: Report) -> None:
    """Check form, types and the direction of imports."""
    report.run("ruff check", BIN / "ruff", "check", ".")
    report.run("ruff format", BIN / "ruff", "format", "--check", ".")
    report.run("mypy --strict", BIN / "mypy")
    report.run("import rules", BIN / "lint-imports", "--no-cache")


def base_install(report: Report) -> None:
    """Prove that the package works as a data library, from its wheel and without Django."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    if not report.run("build the wheel", BIN / "hatchling", "build", "-t", "wheel", "-d", WHEELS):
        return
    install = (os.environ["UV"], "pip", "install", "--quiet", "--python", BASE_PYTHON)
    wheels = sorted(WHEELS.glob("*.whl"))
    options = ("--no-deps", "--no-index", "--reinstall")
    if report.run("install without Django", *install, *options, *wheels):
        report.run(
            "use it without Django", BASE_PYTHON, "-I", ROOT / "scripts/check_base_install.py"
        )


def bring_browser(report: Report) -> None:
    """Install Chromium from the distribution where that is allowed; else say that it is missing."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    reason = "the browser tests: no Chromium here, and "
    if shutil.which("apt-get") is None:
        report.skipped.append(reason + "no apt-get to install it with")
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not may_become_root():
        report.skipped.append(
            reason + f"no right to run apt-get install {' '.join(DEBIAN_PACKAGES)}"
        )
        return
    print(f"\n== installing {' '.join(DEBIAN_PACKAGES)}", flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES]):
        quiet = subprocess.run([*apt, *step], check=False, capture_output=True, text=True)
        if quiet.returncode:
            last = (quiet.stderr.strip().splitlines() or ["no message"])[-1]
            report.skipped.append(reason + f"apt-get {step[0]} failed: {last}")
            return


def may_become_root() -> bool:
    """Whether sudo works here without asking for a password."""
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0


def tests(report: Report, action: str, extra: list[str]) -> None:
    """Run pytest side by side, and after that, one by one, what must have the machine to itself."""
    RESULTS.mkdir(exist_ok=True)
    # A module's tests share a server or a table; keeping them together makes it once.
    workers = ("-n", os.environ.get("KETENKAART_TEST_WORKERS", "2"), "--dist", "loadscope")
    if action == "test":
        pytest(report, action, "not long and not soak", workers, extra)
    elif action == "soak":
        pytest(report, action, "soak", workers, extra)
    else:
        pytest(report, action, "long and not alone", workers, extra)
        pytest(report, f"{action}-alone", "long and alone", ("-n", "0"), extra)


def pytest(
    report: Report, name: str, chosen: str, workers: tuple[str, ...], extra: list[str]
) -> None:
    """Run the tests of a mark and collect from their record what was skipped, and why."""
    record = RESULTS / f"{name}.xml"
    record.unlink(missing_ok=True)
    print(f"\n== pytest, {chosen}", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        [BIN / "pytest", "-q", "-m", chosen, *workers, f"--junitxml={record}", *extra],
        cwd=ROOT,
        check=False,
        env=remembering(),
    )
    none_marked = not chosen.startswith("not") and done.returncode == NO_TESTS_FOUND
    remark, skipped = read_record(record)
    if none_marked:
        remark = "no test is marked so"
    passed = done.returncode == 0 or none_marked
    report.steps.append((f"pytest, {chosen}", passed, time.monotonic() - start, remark))
    report.skipped += skipped


def remembering() -> dict[str, str]:
    """Return the environment, in which every process finds what another compiled before.

    Two workers and a hundred commands would else compile the package and rewrite the tests anew,
    where Python is told to write no bytecode. It stands in a folder of its own, so that
    the sources stay as they are.
    """
    kept = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}
    return {**kept, "PYTHONPYCACHEPREFIX": str(COMPILED)}


def read_record(record: Path) -> tuple[str, list[str]]:
    """Return the totals, and each reason for skipping with its number of tests."""
    if not record.exists():
        return "pytest left no record", []
    suite = ElementTree.parse(record).getroot()[0]  # noqa: S314 (pytest wrote it a moment ago)
    reasons = Counter(
        (skip.get("message") or "no reason given").removeprefix("Skipped: ")
        for skip in suite.iter("skipped")
        if skip.get("type") != "pytest.xfail"
    )
    count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    passed = count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    failed = count["failures"] + count["errors"]
    remark = f"{passed} passed, {failed} failed, {count['skipped']} skipped"
    return remark, [f"{number} test(s): {reason}" for reason, number in reasons.most_common()]


if __name__ == "__main__":
    known = ("lint", "test", "test-long", "soak")
    if len(sys.argv) < 2 or sys.argv[1] not in known:
        sys.exit(f"run_tests.py: name one of {', '.join(known)}")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
