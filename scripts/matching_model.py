"""Writes reference/matching_model.json: the model of matching that comes with Ketenkaart.

    python scripts/matching_model.py [--check]

Trained without labels on facilities made by tests/made_facilities.py, so that no name of a real
one is in it. With --check nothing is written; the exit status is 1 when the file would change.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "src" / "ketenkaart" / "reference" / "matching_model.json"
SIZE, SEED = 20_000, 4
sys.path.insert(0, str(ROOT / "tests"))

from ketenkaart.core.chain.matching.fellegi_sunter import as_dict  # noqa: E402
from ketenkaart.core.chain.matching.prepared import prepare  # noqa: E402
from ketenkaart.core.chain.matching.training import train  # noqa: E402
from ketenkaart.sources.reference.matching import load_vocabulary  # noqa: E402
from made_facilities import made_facilities  # noqa: E402


def main() -> int:
    """Write the model, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    made = made_facilities(SIZE, SIZE, seed=SEED)
    vocabulary = load_vocabulary()
    model = train(
        prepare(made.rows, vocabulary),
        prepare(made.registry, vocabulary),
        seed=SEED,
        trained_on=f"{SIZE} invented facilities and as many new rows, seed {SEED}; no labels",
    )
    text = json.dumps(_rounded(as_dict(model)), indent=2) + "\n"
    if is_check:
        return 0 if FILE.exists() and FILE.read_text(encoding="utf-8") == text else 1
    FILE.write_text(text, encoding="utf-8")
    return 0


def _rounded(found: object) -> object:
    """Return figures with six digits that count: the last ones differ between machines."""
    if isinstance(found, float):
        return float(f"{found:.6g}")
    if isinstance(found, list):
        return [_rounded(item) for item in found]
    if isinstance(found, dict):
        return {key: _rounded(item) for key, item in found.items()}
    return found


if __name__ == "__main__":
    sys.exit(main())
