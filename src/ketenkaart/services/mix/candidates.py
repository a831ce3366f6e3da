"""The candidates that come with the package."""

from __future__ import annotations

from ketenkaart.core.governance.mix.types import Candidate
from ketenkaart.sources.reference.mix import load_candidates


def list_candidates() -> tuple[Candidate, ...]:
    """Return the package's candidates in the order of their file."""
    return load_candidates().content.candidates
