"""What the documentation shows is what the program does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ketenkaart.cli.main import app
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap, explain

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)


def blocks(path: Path) -> list[str]:
    return re.findall(r"```[a-z]*\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.nl.md"])
def test_the_headline_table_in_the_readme_is_what_the_command_prints(name, capsys) -> None:
    with pytest.raises(SystemExit):
        app(["gap", "--as-of", "2019-11-22"])
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()[:10]]
    table = next(block for block in blocks(ROOT / name) if "All issues (composite)" in block)
    assert table.splitlines() == printed


@pytest.mark.parametrize("name", ["README.md", "docs/tour.md"])
def test_every_command_shown_exists_and_is_well_formed(name: str) -> None:
    shown = 0
    for line in "\n".join(blocks(ROOT / name)).splitlines():
        words = shlex.split(line.replace(".venv/bin/", ""), comments=True)
        if words[:1] != ["ketenkaart"]:
            continue
        shown += 1
        with pytest.raises(SystemExit) as caught:
            app([*words[1:], "--help"])
        assert caught.value.code == 0, line
    assert shown >= 5


def test_the_figures_named_in_the_documentation_can_be_traced() -> None:
    names = {
        found
        for path in PAGES
        for found in re.findall(r"gap:[a-z_:=0-9A-Z-]+@[a-z0-9.-]+[a-z0-9]", path.read_text())
    }
    assert names
    for name in names:
        assert explain(name).id == name


def test_the_words_of_the_readme_agree_with_the_figures() -> None:
    answer = compute_gap(GapQuery.model_validate({"as_of": "2019-11-22"}))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{answer.total.exposure / 1000:.0f} billion dollars" in text
    assert answer.total.gap.central is not None
    assert f"{100 * answer.total.gap.central:.1f} %" in text
    assert f"Another {len(answer.missing_facts)} instruments" in text
    dutch = (ROOT / "README.nl.md").read_text(encoding="utf-8")
    assert f"Nog {len(answer.missing_facts)} instrumenten" in dutch


def test_no_link_inside_the_documentation_is_dead() -> None:
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not dead


def test_the_glossary_page_is_what_the_reference_file_says() -> None:
    script = [sys.executable, ROOT / "scripts" / "glossary.py", "--check"]
    assert subprocess.run(script, check=False).returncode == 0, "run scripts/glossary.py"
