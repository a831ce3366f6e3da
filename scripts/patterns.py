#!/usr/bin/env python3
"""Writes what checking found of the cues' patterns beside them, so that commands start fast.

.venv/bin/python scripts/patterns.py [--check]
"""

import sys
from pathlib import Path

from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.lexicon import FOLDER, PATTERNS, pattern_facts


def main(arguments: list[str]) -> int:
    file: Path = reference_root(None) / FOLDER / PATTERNS
    facts = pattern_facts()
    if "--check" not in arguments:
        file.write_text(facts, encoding="utf-8")
    elif not file.is_file() or file.read_text(encoding="utf-8") != facts:
        print(f"{file.name} is not that of the cues: run scripts/patterns.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
