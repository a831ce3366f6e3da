"""Read what is known of parliament's papers from this project's own sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.ledger.execution import MotionNote
from ketenkaart.core.ledger.graph import KnownPaper
from ketenkaart.core.ledger.papers import paper_id
from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.folder import read_file, reference_root


class FollowedMotion(Frozen):
    """A motion that a letter speaks of, with what is noted about its execution."""

    paper: str
    movers: tuple[str, ...] = Field(min_length=1)
    subject: Text
    citation: Citation
    notes: tuple[MotionNote, ...] = ()


class NamedDossier(Frozen):
    """A dossier and the title that its number can be told from."""

    id: str
    title: str
    citation: Citation


class MotionsFile(Frozen):
    """The content of `parliament/motions.yml`."""

    motions: tuple[FollowedMotion, ...]


class PapersFile(Frozen):
    """The content of `parliament/papers.yml`."""

    papers: tuple[KnownPaper, ...]
    dossiers: tuple[NamedDossier, ...]


@dataclass(frozen=True, slots=True)
class ParliamentReference:
    """Followed motions by paper, cited papers by reference, dossiers by title."""

    motions: Mapping[str, FollowedMotion]
    papers: Mapping[str, KnownPaper]
    dossiers: Mapping[str, str]


@lru_cache(maxsize=16)
def _read(root: Path) -> ParliamentReference:
    file, content = read_file(root, "parliament/motions.yml", MotionsFile)
    file.require_unique(("motions",), [item.paper for item in content.motions], "paper")
    for index, motion in enumerate(content.motions):
        if paper_id(motion.paper) != motion.paper:
            file.fail(
                ("motions", index, "paper"),
                f"'{motion.paper}' is no number of a paper",
                "Write it as 35000-XVII-34.",
            )
    papers_file, papers = read_file(root, "parliament/papers.yml", PapersFile)
    papers_file.require_unique(("papers",), [item.reference for item in papers.papers], "reference")
    papers_file.require_unique(("dossiers",), [item.title for item in papers.dossiers], "title")
    return ParliamentReference(
        motions={item.paper: item for item in content.motions},
        papers={item.reference: item for item in papers.papers},
        dossiers={item.title: item.id for item in papers.dossiers},
    )


def load_parliament(root: Path | None = None) -> ParliamentReference:
    """Return what is known of parliament's papers.

    Raises `ReferenceDataError`, which names file, line and key, for the first thing that is wrong.
    """
    return _read(reference_root(root))
