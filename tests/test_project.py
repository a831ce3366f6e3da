"""The project's own files keep their promises: locks, versions, import rules, size and form."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import ketenkaart

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
HASHED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ; [^\\]+?)?( \\)?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
ADDRESS = re.compile(r"https?:|file:|git\+|//|index-url|find-links|trusted-host", re.IGNORECASE)
MEGABYTE = 1_000_000
# Larger files that are meant to be in Git, each with its reason.
LARGE: dict[str, str] = {}


def tracked() -> list[Path]:
    """Every file in Git, or skip where this is not a Git checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no Git checkout here: the tracked files cannot be listed")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lock_faults(text: str) -> list[str]:
    """The lines of a requirements lock that are no hashed pin."""
    lines = text.splitlines()
    faults = [line for line in lines if not HASHED.match(line) and not HASH.match(line)]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if HASHED.match(line) and not HASH.match(following):
            faults.append(f"{line} (no hash)")
    return faults


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_hashed_pins_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert lock_faults(text) == []
    assert not ADDRESS.search(text)


def test_there_is_a_lock_for_each_use() -> None:
    assert {path.stem for path in LOCKS} == {"base", "bench", "bootstrap", "dev", "node", "up"}


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "polars==2.1.0",
        "polars>=2.1 \\\n    --hash=sha256:" + "0" * 64,
        "polars @ file:///tmp/polars.whl",
    ],
)
def test_a_line_without_a_hash_or_with_an_address_is_a_fault(line: str) -> None:
    assert lock_faults(line)


def test_base_and_up_are_parts_of_dev() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / f"requirements/{name}.lock").read_text(encoding="utf-8")
        return {
            line.split("==")[0] + "==" + version(line) for line in text.splitlines() if "==" in line
        }

    def version(line: str) -> str:
        return re.split(r"[\s;\\]", line.split("==", 1)[1])[0]

    assert pins("base") < pins("up") < pins("dev")
    assert not any(pin.startswith("django") for pin in pins("base"))


def test_the_locks_satisfy_what_the_project_asks_for() -> None:
    project = pyproject()["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["web"]
    names = {re.split(r"[\[<>=]", line)[0] for line in asked}
    text = (ROOT / "requirements/up.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in text.splitlines() if "==" in line}
    assert names <= {name.split("[")[0] for name in locked}


def test_the_npm_lock_holds_integrity_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert "resolved" not in text
    assert not re.search(r"https?:", text)


def test_the_npm_lock_answers_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def publiccode() -> dict:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_one_version_everywhere() -> None:
    version = pyproject()["project"]["version"]
    assert ketenkaart.__version__ == version
    assert publiccode()["softwareVersion"] == version
    assert version in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_one_licence_everywhere() -> None:
    assert pyproject()["project"]["license"] == "EUPL-1.2"
    assert publiccode()["legal"]["license"] == "EUPL-1.2"
    assert json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["license"] == "EUPL-1.2"
    assert (
        (ROOT / "LICENSE")
        .read_text(encoding="utf-8")
        .startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    )


def test_publiccode_has_the_mandatory_keys() -> None:
    facts = publiccode()
    mandatory = {
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    }
    assert mandatory <= facts.keys()
    assert (
        set(facts["description"])
        == {"nl", "en"}
        == set(facts["localisation"]["availableLanguages"])
    )
    for text in facts["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
    assert facts["maintenance"]["contacts"]


def test_every_changelog_entry_says_whether_a_figure_changes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^- .*?(?=^- |^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert entries
    question = "Does any published figure change?"
    assert [entry for entry in entries if question not in " ".join(entry.split())] == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    large = {str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > MEGABYTE}
    assert large == set(LARGE)


def test_no_file_names_a_path_of_one_machine() -> None:
    # Built from parts, so that this file does not hold what it looks for.
    folders = "|".join(("work", "root", "home/[a-z]+", "Users/[a-z]+", "opt/[a-z]+"))
    private = re.compile(rb"(?<![\w./:-])/(?:" + folders.encode() + rb")/")
    found = [str(path.relative_to(ROOT)) for path in tracked() if private.search(path.read_bytes())]
    assert found == []


def test_nothing_that_is_made_or_fetched_is_in_git() -> None:
    made = (
        ".venv/",
        ".tools/",
        ".ketenkaart/",
        "node_modules/",
        "src/ketenkaart/web/static/vendor/",
    )
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if name.startswith(made) or name == "uv.lock"] == []


def shell_scripts() -> list[Path]:
    candidates = [*(ROOT / "scripts").iterdir(), *(ROOT / ".ci").iterdir()]
    return sorted(
        path
        for path in candidates
        if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
    )


@pytest.mark.parametrize("script", shell_scripts(), ids=lambda path: path.name)
def test_a_shell_script_is_well_formed_and_stops_at_the_first_fault(script: Path) -> None:
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert os.access(script, os.X_OK)
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")


def test_ci_runs_both_test_targets() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make ")] == ["make test", "make test-long"]


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY:(.*)$", text, re.MULTILINE)
    assert phony
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    shown = re.findall(r"^\s+make (\S+)", listed.stdout, re.MULTILINE)
    assert sorted(shown) == sorted(phony[1].split())
    rules = set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE))
    assert rules == set(shown)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import rules on the package as it is in a folder."""
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=folder,
        # The copy must be found before the installed package.
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_rules_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


WRONG_IMPORTS = (
    ("core/errors.py", "import pathlib", "Core is pure"),
    ("core/errors.py", "import polars", "Core is pure"),
    ("core/errors.py", "from ketenkaart import sources", "Rings"),
    ("core/chain/types.py", "import ketenkaart.core.risk.types", "Core domains"),
    ("core/governance/types.py", "import ketenkaart.core.ledger.types", "Core domains"),
    ("sources/__init__.py", "import ketenkaart.warehouse", "Rings"),
    ("warehouse/__init__.py", "import django", "no Django"),
    ("services/governance/__init__.py", "import django", "no Django"),
    ("services/__init__.py", "import ketenkaart.web", "Rings"),
    ("cli/__init__.py", "import ketenkaart.web", "Rings"),
    ("helpers.py", "figure = 1", "Rings"),
)


@pytest.fixture(scope="module")
def refused_imports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the rules say, by broken contract, of a copy with all of the wrong imports planted."""
    folder = tmp_path_factory.mktemp("wrong")
    shutil.copy(ROOT / "pyproject.toml", folder)
    ignored = shutil.ignore_patterns("__pycache__", "static", "reference")
    package = folder / "src/ketenkaart"
    shutil.copytree(ROOT / "src/ketenkaart", package, ignore=ignored)
    for file, wrong, _ in WRONG_IMPORTS:
        place = package / file
        before = place.read_text(encoding="utf-8") if place.exists() else '"""Planted."""\n'
        place.write_text(f"{before}\n{wrong}\n", encoding="utf-8")
    result = lint_imports(folder)
    assert result.returncode != 0
    broken = result.stdout.partition("Broken contracts")[2]
    parts = re.split(r"^(\S.*)\n-{5,}$", broken, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("file", "wrong", "contract"), WRONG_IMPORTS)
def test_a_wrong_import_is_refused(
    refused_imports: dict[str, str], file: str, wrong: str, contract: str
) -> None:
    module = "ketenkaart." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    target = wrong.replace("from ketenkaart import ", "import ketenkaart.").partition("import ")[2]
    line = rf"^-\s+{re.escape(module)}{rf' -> {re.escape(target)} ' if target else '$'}"
    said = "".join(text for name, text in refused_imports.items() if contract in name)
    assert re.search(line, said, re.MULTILINE), f"{wrong} in {file} was let through\n{said}"
