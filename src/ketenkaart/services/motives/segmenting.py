"""Leaders, pack and laggards: by the rule, held against a model, with shares and intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.motives.latent import LatentClasses, fit_classes, stability
from ketenkaart.core.monitor.motives.placing import NOWHERE, adjusted_rand, place
from ketenkaart.core.monitor.motives.types import (
    CANNOT_PLACE,
    SEGMENT_NAMES,
    Questionnaire,
    SegmentRule,
)
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import (
    Codes,
    Domains,
    EstimateRow,
    Floats,
    Mask,
    Statistic,
    Variable,
)
from ketenkaart.services.exports import Cell
from ketenkaart.services.monitor.estimating import prepare
from ketenkaart.services.motives.scoring import Scored, score_file
from ketenkaart.sources.survey.design import read_design

GROUPS = (*SEGMENT_NAMES, CANNOT_PLACE)
MOST_CLASSES = 5
Ends3 = tuple[float, float, float]
Told = Callable[[str, float], None]


@dataclass(slots=True)
class Moved:
    """Shares of firms if both thresholds lay higher or lower by so much."""

    by: float
    shares: tuple[float, ...]


@dataclass(slots=True)
class Checked:
    """The model held beside the rule; None for what could not be said.

    `bic` is by number of classes, `best` the number of the smallest. `table[k][c]` counts firms of
    segment k in class c of three; `rand` is the adjusted Rand index of the two groupings, `same`
    the share of firms in the same group of three, `stable` the median and tenth percentile of
    agreement when firms are drawn anew.
    """

    firms: int
    bic: dict[int, float]
    best: int
    model: LatentClasses
    table: list[list[int]]
    rand: float
    same: float
    stable: tuple[float, float] | None
    rows: Codes


@dataclass(slots=True)
class Segmented:
    """Segments of firms: by firm, their shares, motives by segment, the check, what to know."""

    scored: Scored
    placed: Codes
    shares: list[EstimateRow]
    among_placed: list[EstimateRow]
    by_size: list[EstimateRow]
    ends: dict[str, Ends3]
    motives: list[EstimateRow]
    differences: list[EstimateRow]
    moved: list[Moved]
    checked: Checked | None
    notes: list[str] = field(default_factory=list)


def segment_file(
    data: Path,
    asked: Questionnaire,
    rule: SegmentRule,
    *,
    design: Path | None = None,
    size: str | None = None,
    seed: int = 1,
    draws: int = 50,
    level: float = 0.95,
    sheet: str | None = None,
    told: Told | None = None,
) -> Segmented:
    """Return the segments of the firms in a file of answers, with estimates by the design.

    Without a design every firm counts once, as drawn at random. `size` is a column such as
    turnover: shares of it go beside shares of firms. Raises `InputError` with row and column.
    """
    scored = score_file(data, asked, rule, sheet=sheet)
    survey, notes = _survey(scored, design)
    steps = [scale.id for scale in asked.of_kind("behaviour")]
    placed = place(scored.behaviour, steps, rule)
    made = Segmented(scored, placed, [], [], [], {}, [], [], [], None, notes)
    made.shares = estimate(survey, _shares(placed), level=level).rows
    made.among_placed = estimate(survey, _shares(placed, among=True), level=level).rows
    if size is not None:
        made.by_size = _by_size(scored, survey, placed, size, level)
    made.ends = _ends(scored, survey, placed, size, level)
    _motives(made, survey, level)
    weights = survey.weights / survey.weights.sum()
    for shift in (-rule.moved_by, rule.moved_by):
        codes = place(scored.behaviour, steps, rule, shift=shift)
        parts = tuple(float(weights[codes == k].sum()) for k in (0, 1, 2, NOWHERE))
        made.moved.append(Moved(shift, parts))
    _check(made, seed, draws, told)
    _say(made, design)
    return made


def _survey(scored: Scored, design: Path | None) -> tuple[Survey, list[str]]:
    if design is None:
        rows = scored.table.rows
        return Survey(lay_out(np.ones(rows), [None], [np.arange(rows)], [])), []
    return prepare(scored.table, read_design(design))


def _shares(placed: Codes, *, among: bool = False) -> list[Statistic]:
    """Return the share of each group: of all firms, or among those that were placed."""
    known = placed != NOWHERE if among else None
    names = SEGMENT_NAMES if among else GROUPS
    return [
        Statistic(
            name, "proportion", Variable(name, (placed == _code(name)).astype(np.float64), known)
        )
        for name in names
    ]


def _code(name: str) -> int:
    return NOWHERE if name == CANNOT_PLACE else GROUPS.index(name)


def _sizes(scored: Scored, size: str) -> tuple[Floats, Mask]:
    """Return a column of sizes by firm, and where they are known."""
    column = scored.table.require(size, "--size")
    values, states = scored.table.numbers(column)
    negative = np.flatnonzero((states == 0) & (values < 0))
    if len(negative):
        scored.table.refuse(
            int(negative[0]), column, "A size is below zero", "Give sizes of zero or more.",
            more=len(negative) - 1,
        )  # fmt: skip
    known = states == 0
    if not (values[known] > 0).any():
        raise InputError(
            f"No firm has a {column} above zero", where="--size", fix="Name another column."
        )
    return np.where(known, values, 0.0), known


def _by_size(
    scored: Scored, survey: Survey, placed: Codes, size: str, level: float
) -> list[EstimateRow]:
    """Return the share of a size that firms of each group hold; unknown sizes are left out."""
    whole, known = _sizes(scored, size)
    asked = [_part(name, placed == _code(name), whole, known) for name in GROUPS]
    found = estimate(survey, asked, level=level).rows
    # an interval by Student's t may pass 0 or 1, where no share lies
    return [
        replace(row, low=max(0.0, row.low), high=min(1.0, row.high))
        if row.low is not None and row.high is not None
        else row
        for row in found
    ]


def _part(name: str, inside: Mask, whole: Floats, known: Mask) -> Statistic:
    return Statistic(
        name,
        "ratio",
        Variable(name, np.where(inside, whole, 0.0), known),
        Variable("size", whole, known),
    )


def _ends(
    scored: Scored, survey: Survey, placed: Codes, size: str | None, level: float
) -> dict[str, Ends3]:
    """Return low, central and high share of each segment, of a size or else of firms.

    The low end counts no firm that cannot be placed in the segment, the high end all of them; both
    carry the interval of the sample. The central shares are those among firms that were placed, and
    sum to 1. Empty where no firm was placed.
    """
    rows = scored.table.rows
    whole, known = (np.ones(rows), np.ones(rows, dtype=np.bool_))
    if size is not None:
        whole, known = _sizes(scored, size)
    nowhere = placed == NOWHERE
    asked = [_part(name, placed == _code(name), whole, known) for name in SEGMENT_NAMES]
    asked += [
        _part(name, (placed == _code(name)) | nowhere, whole, known) for name in SEGMENT_NAMES
    ]
    found = estimate(survey, asked, level=level).rows
    least, most = found[:3], found[3:]
    central = [row.estimate or 0.0 for row in least]
    if not sum(central) > 0:
        return {}
    return {
        name: (
            max(0.0, _or(least[k].low, 0.0)),
            central[k] / sum(central),
            min(1.0, _or(most[k].high, 1.0)),
        )
        for k, name in enumerate(SEGMENT_NAMES)
    }


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _motives(made: Segmented, survey: Survey, level: float) -> None:
    """Add mean motives by segment, and leaders less laggards."""
    domains = Domains(np.where(made.placed == NOWHERE, 3, made.placed), GROUPS)
    for scale in made.scored.asked.of_kind("motive"):
        values = made.scored.values[scale.id]
        known = made.scored.states[scale.id] == 0
        variable = Variable(scale.id, np.where(known, values, 0.0), known)
        rows = estimate(survey, [Statistic(scale.id, "mean", variable)], domains, level=level).rows
        made.motives += rows
        made.differences.append(_difference(survey, variable, made.placed, rows, level))


def _difference(
    survey: Survey, variable: Variable, placed: Codes, rows: Sequence[EstimateRow], level: float
) -> EstimateRow:
    """Return leaders less laggards; its error is that of the total of what each firm adds."""
    top, bottom = rows[0], rows[2]
    label = f"{variable.name}: leaders less laggards"
    if top.estimate is None or bottom.estimate is None or min(top.n, bottom.n) < 2:
        return EstimateRow(label, None, None, None, None, None, top.n + bottom.n, 0)
    known = variable.known if variable.known is not None else np.ones(len(placed), dtype=np.bool_)
    adds = np.zeros(len(placed))
    for code, mean, sign in ((0, top.estimate, 1.0), (2, bottom.estimate, -1.0)):
        inside = (placed == code) & known
        weight = float(survey.weights[inside].sum())
        adds[inside] = sign * (variable.values[inside] - mean) / weight
    (row,) = estimate(survey, [Statistic(label, "total", Variable(label, adds))], level=level).rows
    shift = top.estimate - bottom.estimate
    low = None if row.low is None else row.low + shift
    high = None if row.high is None else row.high + shift
    return EstimateRow(label, None, shift, row.se, low, high, top.n + bottom.n, row.df)


def _check(made: Segmented, seed: int, draws: int, told: Told | None) -> None:
    """Fit the model beside the rule, where there are answers enough."""
    scored = made.scored
    answers = np.where(scored.answers.states == 0, scored.answers.values, -1).astype(np.int64)
    codes = scored.asked.codes("behaviour")
    answers = np.where(answers >= 0, answers - min(codes), -1)
    rows = np.flatnonzero((answers >= 0).any(axis=1))
    if len(rows) < scored.rule.least_for_model:
        made.notes.append(
            f"{len(rows)} firms answered about what they do: too few for a model (the rule asks "
            f"{scored.rule.least_for_model}), so the rule stands unchecked."
        )
        return
    sizes = tuple(len(codes) for _ in range(answers.shape[1]))
    own = answers[rows]
    fits: dict[int, LatentClasses] = {}
    for count in range(1, MOST_CLASSES + 1):
        if told is not None:
            told(f"a model of {count} classes", 0.7 * (count - 1) / MOST_CLASSES)
        fits[count] = fit_classes(own, sizes, count, np.random.default_rng([seed, count]))
    best = min(fits, key=lambda count: fits[count].bic)
    model = fits[3]
    if told is not None:
        told("drawing firms anew", 0.7)
    stable = stability(own, sizes, model, np.random.default_rng([seed, 99]), draws=draws)
    made.checked = _compared(made.placed, rows, fits, best, model, stable)


def _compared(
    placed: Codes,
    rows: Codes,
    fits: dict[int, LatentClasses],
    best: int,
    model: LatentClasses,
    stable: tuple[float, float] | None,
) -> Checked:
    ruled, likely = placed[rows], model.placed
    both = ruled != NOWHERE
    table = [
        [int(((ruled == k) & (likely == c)).sum()) for c in range(model.classes)]
        for k in (0, 1, 2, NOWHERE)
    ]
    rand = adjusted_rand(ruled[both], likely[both]) if both.any() else 0.0
    same = float((ruled[both] == likely[both]).mean()) if both.any() else 0.0
    bic = {count: fit.bic for count, fit in fits.items()}
    return Checked(len(rows), bic, best, model, table, rand, same, stable, rows)


def _say(made: Segmented, design: Path | None) -> None:
    """Add what a reader must know beside the figures."""
    gone = int((made.placed == NOWHERE).sum())
    if gone:
        made.notes.append(
            f"{gone} of {len(made.placed)} firms cannot be placed: the answers that are missing "
            "could change their segment."
        )
    if design is None:
        made.notes.append("Without a design every firm counts once, as if drawn at random.")
    made.notes.append(
        "Motives go with segments; nothing here says that a motive makes a firm do more."
    )
    checked = made.checked
    if checked is None:
        return
    if checked.best != 3:
        made.notes.append(
            f"The answers ask for {checked.best} classes rather than three (smallest BIC): three "
            "groups are the rule's choice, not the data's."
        )
    if checked.stable is not None and checked.stable[0] < 0.6:
        made.notes.append("The model's groups change much when firms are drawn anew.")


def firm_rows(made: Segmented, unit: str) -> tuple[list[str], list[list[Cell]]]:
    """Return headings and a row per firm: score, segment, and the model's chance of each group."""
    table, checked = made.scored.table, made.checked
    firms = table.frame[table.require(unit, "--id")].to_list()
    chances: dict[int, Floats] = {}
    if checked is not None:
        chances = dict(zip(checked.rows.tolist(), checked.model.membership, strict=True))
    rows: list[list[Cell]] = []
    for k, firm in enumerate(firms):
        ends = (made.scored.behaviour.low[k], made.scored.behaviour.high[k])
        shown: list[Cell] = [
            "not_applicable" if np.isnan(end) else round(float(end), 6) for end in ends
        ]
        own: list[Cell] = ["not_researched"] * 3
        if k in chances:
            own = [round(float(value), 6) for value in chances[k]]
        rows.append([str(firm), *shown, GROUPS[int(made.placed[k])], *own])
    return [
        unit, "behaviour_low", "behaviour_high", "segment",
        *(f"chance_class_{name}" for name in ("high", "middle", "low")),
    ], rows  # fmt: skip
