"""The declared error model: read as it stands, and refused where it breaks its own rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Grade
from ketenkaart.sources.reference.cell_errors import load_cell_errors
from ketenkaart.sources.reference.folder import reference_root


def altered(tmp_path: Path, old: str, new: str) -> Path:
    for name in ("cell_errors.yml", "sources.yml"):
        text = (reference_root(None) / name).read_text(encoding="utf-8")
        if name == "cell_errors.yml":
            assert text.count(old) == 1
            text = text.replace(old, new)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_errors_fall_with_size_and_the_model_says_that_it_is_assumed() -> None:
    model, content = load_cell_errors()
    assert model.grade is Grade.ASSUMED
    errors = model.relative.tolist()
    assert errors == sorted(errors)
    assert {item.grade for item in content.rests_on} <= {Grade.CHECK, Grade.LIKELY}
    assert model.without_shared().shared == 0 < model.shared


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  - {at_least: 0.0, relative_error: 0.96}\n", "", "do not go down to zero"),
        ("at_least: 1.0e-3", "at_least: 1.0e-1", "do not go down to zero"),
        ("at_least: 1.0e-3", "at_least: 1.0e-2", "do not go down to zero"),
        ("relative_error: 0.06", "relative_error: -0.06", "cell_errors.yml"),
        ("shared: 0.03", "shared: nothing", "cell_errors.yml"),
        ("source: lenzen2010", "source: nobody2010", "nobody2010"),
    ],
)
def test_a_model_that_breaks_its_rules_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(ReferenceDataError, match=told) as raised:
        load_cell_errors(altered(tmp_path, old, new))
    assert "cell_errors.yml:" in str(raised.value)
