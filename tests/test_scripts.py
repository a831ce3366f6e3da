"""The scripts behind make: a fault is never passed over, and a gap in the testing is named."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/ketenkaart/web/static/vendor"

RECORD = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite tests="6" failures="1" errors="0" skipped="3">
  <testcase name="a"/><testcase name="b"/>
  <testcase name="c"><failure message="no"/></testcase>
  <testcase name="d"><skipped type="pytest.skip" message="no Chromium here"/></testcase>
  <testcase name="e"><skipped type="pytest.skip" message="no Chromium here"/></testcase>
  <testcase name="f"><skipped type="pytest.xfail" message="known"/></testcase>
</testsuite></testsuites>
"""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"script_{name}", ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run_tests() -> ModuleType:
    return script("run_tests")


@pytest.mark.parametrize(("command", "status"), [("true", 0), ("false", 1)])
def test_one_failed_step_fails_the_whole(run_tests: ModuleType, command: str, status: int) -> None:
    report = run_tests.Report()
    report.run("first", "true")
    report.run("second", command)
    report.run("third", "true")
    assert report.close() == status


def test_skips_are_counted_by_reason_and_printed_last(
    run_tests: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.xml"
    record.write_text(RECORD, encoding="utf-8")
    remark, reasons = run_tests.read_record(record)
    assert remark == "2 passed, 1 failed, 3 skipped"
    assert reasons == ["2 test(s): no Chromium here"]
    report = run_tests.Report(skipped=reasons)
    report.close()
    shown = capsys.readouterr().out
    assert "NOT TESTED ON THIS MACHINE:\n  ! 2 test(s): no Chromium here\n" in shown


def test_processes_of_the_tests_share_what_they_compile(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    program = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"
    told = subprocess.run(
        [sys.executable, "-c", program], env=run_tests.remembering(), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == ["False", str(run_tests.COMPILED)]
    assert run_tests.COMPILED.is_relative_to(run_tests.ROOT / ".tools"), "Git leaves it out"


def test_a_missing_record_is_said(run_tests: ModuleType, tmp_path: Path) -> None:
    assert run_tests.read_record(tmp_path / "none.xml") == ("pytest left no record", [])


@pytest.mark.parametrize(
    ("present", "expected"),
    [([], "no apt-get"), (["apt-get"], "no right to run apt-get install chromium")],
)
def test_a_browser_that_cannot_be_installed_is_named(
    run_tests: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    present: list[str],
    expected: str,
) -> None:
    for name in present:
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    report = run_tests.Report()
    run_tests.bring_browser(report)
    assert len(report.skipped) == 1
    assert expected in report.skipped[0]


def test_a_failed_installation_of_the_browser_is_named(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\necho 'E: no archive answers' >&2\nexit 100\n", encoding="utf-8")
    apt.chmod(0o755)
    (tmp_path / "env").symlink_to(shutil.which("env") or "/usr/bin/env")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    report = run_tests.Report()
    run_tests.bring_browser(report)
    assert report.skipped == [
        "the browser tests: no Chromium here, and apt-get update failed: E: no archive answers"
    ]


def test_the_base_check_refuses_an_environment_with_django() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/check_base_install.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "This proves nothing: django" in done.stderr


def test_every_front_end_file_is_listed_with_its_licence() -> None:
    if not (VENDOR / "sources.json").is_file():
        pytest.skip("the site's style sheets and fonts are not fetched: run `make assets`")
    sources = json.loads((VENDOR / "sources.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    listed = {"sources.json"}
    for source in sources:
        assert locked[f"node_modules/{source['package']}"]["version"] == source["version"]
        assert source["licence"] in {"EUPL-1.2", "ISC", "OFL-1.1"}
        assert any("/LICEN" in name for name in source["files"])
        listed |= set(source["files"])
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there == listed


def test_no_style_sheet_leads_to_a_file_that_is_not_there() -> None:
    if not VENDOR.is_dir():
        pytest.skip("the site's style sheets and fonts are not fetched: run `make assets`")
    for sheet in VENDOR.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        for part in text.split('url("')[1:]:
            target = part.split('"')[0]
            assert target.startswith(("data:", "#")) or (sheet.parent / target).is_file(), target


def test_tidying_the_npm_lock_takes_the_addresses_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assets = script("assets")
    entry = {"version": "1.0.0", "resolved": "https://example.org/a.tgz", "funding": {"url": "x"}}
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"node_modules/a": entry}}), encoding="utf-8")
    monkeypatch.setattr(assets, "LOCK", lock)
    assets.tidy_lock()
    assert json.loads(lock.read_text(encoding="utf-8")) == {
        "packages": {"node_modules/a": {"version": "1.0.0"}}
    }
