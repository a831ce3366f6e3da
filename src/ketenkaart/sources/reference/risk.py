"""Read the RBC issues and their fixed weights in the composite."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.provenance import Frozen, State
from ketenkaart.core.risk.types import Issue, IssueWeight
from ketenkaart.sources.reference.folder import read_file, reference_root

CHAPTERS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")


class IssuesFile(Frozen):
    """The content of `issues.yml`."""

    issues: tuple[Issue, ...]


class IssueWeightsFile(Frozen):
    """The content of `issue_weights.yml`."""

    weights: tuple[IssueWeight, ...]


@lru_cache(maxsize=16)
def _issues(root: Path) -> tuple[Issue, ...]:
    document, content = read_file(root, "issues.yml", IssuesFile)
    document.require_unique(("issues",), [issue.id for issue in content.issues])
    for index, issue in enumerate(content.issues):
        for place, chapter in enumerate(issue.chapters):
            document.require_known(
                ("issues", index, "chapters", place), chapter, CHAPTERS, "chapter"
            )
    return content.issues


@lru_cache(maxsize=16)
def _issue_weights(root: Path) -> tuple[IssueWeight, ...]:
    document, content = read_file(root, "issue_weights.yml", IssueWeightsFile)
    issues = {issue.id: issue for issue in _issues(root)}
    document.require_unique(("weights",), [item.issue for item in content.weights], "issue")
    for index, item in enumerate(content.weights):
        path = ("weights", index, "issue")
        document.require_known(path, item.issue, issues, "issue")
        if issues[item.issue].state is not State.KNOWN:
            document.fail(
                path,
                f"'{item.issue}' is {issues[item.issue].state} and cannot weigh",
                "Weigh only issues that have data.",
            )
    total = math.fsum(item.value for item in content.weights)
    if abs(total - 1) > 1e-6:
        document.fail(("weights",), f"The weights sum to {total:.6f}", "Make them sum to 1.")
    return content.weights


def load_issues(root: Path | None = None) -> tuple[Issue, ...]:
    """Return the RBC issues; those without data are `not_researched`."""
    return _issues(reference_root(root))


def load_issue_weights(root: Path | None = None) -> tuple[IssueWeight, ...]:
    """Return the fixed weight of each assessed issue in the composite; they sum to 1."""
    return _issue_weights(reference_root(root))
