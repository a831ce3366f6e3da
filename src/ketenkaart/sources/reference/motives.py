"""Read the questionnaire on motives and the rule for segments: the package's, or a user's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.motives.types import Questionnaire, SegmentRule
from ketenkaart.sources.reference.document import Document, read_document
from ketenkaart.sources.reference.folder import check_citations, known_sources, reference_root

QUESTIONS = "motives/questionnaire.yml"
RULE = "motives/segments.yml"


@lru_cache(maxsize=4)
def _shipped_questions(folder: Path) -> Questionnaire:
    return _questions(read_document(folder / QUESTIONS, QUESTIONS), folder)


def _questions(document: Document, folder: Path) -> Questionnaire:
    check_citations(document, known_sources(folder))
    return document.parse(Questionnaire)


def load_questionnaire(path: Path | None = None, root: Path | None = None) -> Questionnaire:
    """Return the questionnaire of a file, or the package's.

    Raises `InputError` with file, line and key for a file that does not fit.
    """
    folder = reference_root(root)
    if path is None:
        return _shipped_questions(folder)
    try:
        return _questions(read_document(path, path.name), folder)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error


def load_segment_rule(
    asked: Questionnaire, path: Path | None = None, root: Path | None = None
) -> SegmentRule:
    """Return the rule of a file, or the package's; it weighs every step that is asked for.

    Raises `InputError` with file, line and key.
    """
    folder = reference_root(root)
    try:
        name = RULE if path is None else path.name
        document = read_document(folder / RULE if path is None else path, name)
        check_citations(document, known_sources(folder))
        rule = document.parse(SegmentRule)
        steps = [scale.id for scale in asked.of_kind("behaviour")]
        for key in rule.step_weights:
            document.require_known(("step_weights", key), key, steps, "step")
        for key in rule.leaders.each_step:
            document.require_known(("leaders", "each_step", key), key, steps, "step")
        lacking = [step for step in steps if step not in rule.step_weights]
        if lacking:
            document.fail(
                ("step_weights",),
                f"Step {lacking[0]} has no weight",
                "Give it one; 0 leaves it out.",
            )
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
    return rule
