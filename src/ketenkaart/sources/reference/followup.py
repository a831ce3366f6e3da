"""Read what follow-up starts from: its periods, its registers and what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.ledger.followup.planning import (
    BudgetArticle,
    ConsultationPlan,
    Countdown,
    Criterion,
    PolicyOption,
    Project,
)
from ketenkaart.core.ledger.followup.registers import Decision, RegisterEntry
from ketenkaart.core.ledger.followup.types import FollowUpRules
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.sources.reference.document import Document, Trail
from ketenkaart.sources.reference.folder import read_file, reference_root


class RegistersFile(Frozen):
    """The content of `followup/registers.yml`."""

    entries: tuple[RegisterEntry, ...]


class PhrasesFile(Frozen):
    """The content of `followup/phrases.yml`: words that go out through more than one door."""

    phrases: dict[str, Text]
    citation: Citation


class _Project(Frozen):
    id: Identifier
    title: Text
    names: tuple[str, ...] = Field(min_length=1)
    criteria: tuple[Identifier, ...] = ()
    citation: Citation


class _Option(Frozen):
    id: Identifier
    project: Identifier
    title: Text
    description: Text
    citation: Citation


class _Decision(Frozen):
    id: Identifier
    about: Identifier
    title: Text
    decided_on: date
    decided_by: Text
    outcome: Text
    reason: Text | None
    citation: Citation


class PlanningFile(Frozen):
    """The content of `followup/planning.yml`."""

    criteria: tuple[Criterion, ...]
    countdowns: tuple[Countdown, ...]
    projects: tuple[_Project, ...]
    options: tuple[_Option, ...]
    decisions: tuple[_Decision, ...]
    plans: tuple[ConsultationPlan, ...]
    articles: tuple[BudgetArticle, ...]


@dataclass(frozen=True, slots=True)
class FollowUpReference:
    """Everything that follow-up starts from; options and decisions come with an id each."""

    rules: FollowUpRules
    entries: tuple[RegisterEntry, ...]
    countdowns: tuple[Countdown, ...]
    projects: tuple[Project, ...]
    options: tuple[tuple[str, PolicyOption], ...]
    decisions: tuple[tuple[str, Decision], ...]
    plans: tuple[ConsultationPlan, ...]
    articles: tuple[BudgetArticle, ...]
    phrases: Mapping[str, Text]


@lru_cache(maxsize=16)
def _followup(root: Path) -> FollowUpReference:
    _, rules = read_file(root, "followup/rules.yml", FollowUpRules)
    registers, entries = read_file(root, "followup/registers.yml", RegistersFile)
    registers.require_unique(("entries",), [entry.id for entry in entries.entries])
    _, phrases = read_file(root, "followup/phrases.yml", PhrasesFile)
    document, planned = read_file(root, "followup/planning.yml", PlanningFile)
    _check(document, planned)
    criteria = {criterion.id: criterion for criterion in planned.criteria}
    return FollowUpReference(
        rules=rules,
        entries=entries.entries,
        countdowns=planned.countdowns,
        projects=tuple(
            Project(
                id=project.id,
                title=project.title,
                names=project.names,
                criteria=tuple(criteria[name] for name in project.criteria),
                citation=project.citation,
            )
            for project in planned.projects
        ),
        options=tuple(
            (
                option.id,
                PolicyOption(
                    project=option.project,
                    title=option.title,
                    description=option.description,
                    citation=option.citation,
                ),
            )
            for option in planned.options
        ),
        decisions=tuple(
            (item.id, Decision.model_validate(item.model_dump(exclude={"id"})))
            for item in planned.decisions
        ),
        plans=planned.plans,
        articles=planned.articles,
        phrases=phrases.phrases,
    )


def _check(document: Document, planned: PlanningFile) -> None:
    """Fail on double ids and on names that nothing answers to."""
    for name in ("criteria", "countdowns", "projects", "options", "decisions", "plans", "articles"):
        document.require_unique((name,), [entry.id for entry in getattr(planned, name)])
    criteria = {criterion.id for criterion in planned.criteria}
    projects = {project.id for project in planned.projects}
    for index, project in enumerate(planned.projects):
        for place, wanted in enumerate(project.criteria):
            path: Trail = ("projects", index, "criteria", place)
            document.require_known(path, wanted, criteria, "criterion")
    for index, option in enumerate(planned.options):
        path = ("options", index, "project")
        document.require_known(path, option.project, projects, "project")
    decided = projects | {countdown.id for countdown in planned.countdowns}
    for index, decision in enumerate(planned.decisions):
        path = ("decisions", index, "about")
        document.require_known(path, decision.about, decided, "countdown or project")


def load_followup(root: Path | None = None) -> FollowUpReference:
    """Return the periods, registers and plans that follow-up starts from.

    Raises `ReferenceDataError`, which names file, line and key, for the first thing that is wrong.
    """
    return _followup(reference_root(root))
