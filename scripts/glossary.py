"""Writes docs/glossary.md from reference/glossary.yml, so that terms are kept in one place.

    python scripts/glossary.py [--check]

With --check nothing is written; the exit status is 1 when the page is not up to date.
"""

import argparse
import sys
from pathlib import Path

from ketenkaart.sources.reference import load_glossary

PAGE = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"


def page() -> str:
    """Return the glossary as Markdown, by English term."""
    lines = [
        "# Glossary",
        "",
        "English and Dutch terms as this project uses them. Written by `scripts/glossary.py` from",
        "`src/ketenkaart/reference/glossary.yml`; change them there.",
        "",
        "| English | Nederlands | meaning | betekenis | source, grade |",
        "|---|---|---|---|---|",
    ]
    for term in sorted(load_glossary(), key=lambda item: item.term.en.casefold()):
        cited = f"{term.citation.source}, {term.citation.grade}"
        cells = (term.term.en, term.term.nl, term.definition.en, term.definition.nl, cited)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
