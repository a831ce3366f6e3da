"""Keep the figures of several benchmarks on one page, each under its own heading."""

from __future__ import annotations

import re
from pathlib import Path


def put(path: Path, part: str) -> None:
    """Write a part, which begins with a `# ` heading, in the place of the one of that heading."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = [text for text in re.split(r"^(?=# )", old, flags=re.MULTILINE) if text.strip()]
    heading = part.splitlines()[0]
    names = [text.splitlines()[0] for text in parts]
    if heading in names:
        parts[names.index(heading)] = part
    else:
        parts.append(part)
    path.write_text("\n".join(text.rstrip() + "\n" for text in parts), encoding="utf-8")
