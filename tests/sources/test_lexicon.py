"""The cues that come with the package hold their own examples, and a wrong file says where."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.ledger.reading.pattern import check_pattern
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.lexicon import _lexicon, load_lexicon

GOOD = """
cues:
  - id: takes_over
    kind: answer
    value: adopted
    pattern: '\\bneemt .{0,40}over\\b'
    examples: ["Het kabinet neemt dit over."]
    counterexamples: ["Het kabinet weegt dit af."]
"""


def folder(root: Path, **files: str) -> Path:
    (root / "letters").mkdir()
    for name, content in files.items():
        (root / "letters" / f"{name}.yml").write_text(content, encoding="utf-8")
    return root


def test_shipped_cues_find_their_examples_and_nothing_else() -> None:
    lexicon = load_lexicon()
    assert len({cue.id for cue in lexicon.cues}) == len(lexicon.cues) > 100
    for cue in lexicon.cues:
        pattern = re.compile(cue.pattern, re.IGNORECASE)
        assert all(pattern.search(example) for example in cue.examples), cue.id
        assert not any(pattern.search(example) for example in cue.counterexamples), cue.id
        check_pattern(cue.pattern)


def test_files_are_read_in_order_of_name_and_hashed(tmp_path: Path) -> None:
    root = folder(tmp_path, b=GOOD, a=GOOD.replace("takes_over", "adopts"))
    lexicon = load_lexicon(root)
    assert [cue.id for cue in lexicon.cues] == ["adopts", "takes_over"]
    assert [cue.id for cue in lexicon.of_kind("answer")] == ["adopts", "takes_over"]
    assert lexicon.of_kind("none") == ()
    other = tmp_path / "other"
    other.mkdir()
    assert load_lexicon(folder(other, a=GOOD)).sha256 != lexicon.sha256


@pytest.mark.parametrize(
    ("content", "where", "words"),
    [
        (GOOD.replace(".{0,40}", ".*"), "letters/a.yml:6 (key 'pattern'), cue takes_over", "bound"),
        (GOOD.replace("neemt .", "neemt(."), "letters/a.yml:6", "not valid"),
        (
            GOOD.replace("neemt dit over", "ziet dit"),
            "letters/a.yml:7 (key 'examples')",
            "not find",
        ),
        (GOOD.replace("weegt dit af", "neemt dit over"), "(key 'counterexamples')", "finds this"),
        (GOOD + GOOD.removeprefix("\ncues:\n"), "letters/a.yml:9 (key 'id')", "already"),
        (GOOD.replace('["Het kabinet neemt dit over."]', "[]"), "letters/a.yml:7", "Not valid"),
        (GOOD.replace("value:", "meaning:"), "letters/a.yml:5", "Unknown key 'meaning'"),
    ],
)
def test_a_wrong_cue_is_refused_at_its_line(
    tmp_path: Path, content: str, where: str, words: str
) -> None:
    with pytest.raises(ReferenceDataError, match=re.escape(words)) as caught:
        load_lexicon(folder(tmp_path, a=content))
    assert where in str(caught.value.where)
    assert caught.value.fix


def test_an_id_given_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"stands in letters/a\.yml already"):
        load_lexicon(folder(tmp_path, a=GOOD, b=GOOD))


def test_a_folder_without_cues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="no file with cues"):
        load_lexicon(folder(tmp_path))


def test_what_was_found_of_the_patterns_is_that_of_the_cues() -> None:
    script = Path(__file__).resolve().parents[2] / "scripts/patterns.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_facts_of_patterns_count_for_their_own_cues_only(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    shutil.copytree(reference_root(None) / "letters", folder)
    for name in ("sources.yml", "recesses.yml"):
        shutil.copy(reference_root(None) / name, tmp_path)
    assert load_lexicon(tmp_path).cues == load_lexicon().cues
    cues = folder / "advice.yml"
    text = cues.read_text(encoding="utf-8")
    cues.write_text(re.sub(r"pattern: '.*'", "pattern: 'x*'", text, count=1), encoding="utf-8")
    _lexicon.cache_clear()
    with pytest.raises(ReferenceDataError, match="nothing at all"):
        load_lexicon(tmp_path)
