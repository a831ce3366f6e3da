"""Rank a held-out list of known cases by the gap, by exposure and by a plain list of risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.ranking import (
    Areas,
    Spread,
    best_of,
    cluster_draws,
    delong,
    midranks,
    weighted_areas,
)
from ketenkaart.core.governance.defence.validation_answers import (
    SCORES,
    Compared,
    Difference,
    FileFacts,
    Range,
    Ranked,
    ScoreName,
    ScoreResult,
    Unknown,
    ValidationAnswer,
)
from ketenkaart.core.provenance import Text
from ketenkaart.core.risk.members import member_shares
from ketenkaart.services.governance.defence.case_file import CaseFile, read_case_file
from ketenkaart.services.governance.rows import Rows, rows_for
from ketenkaart.services.installed import edition_folder

DRAWS = 2000
SEED = 20191122
LEAST_CASES = 2

UNLABELLED = Text(
    nl=(
        "Een cel die niet op de lijst staat, is niet aantoonbaar vrij van misstanden. De AUC zegt "
        "dus hoe goed bekende gevallen boven al het andere komen, niet hoe vaak de kloof gelijk "
        "heeft."
    ),
    en=(
        "A cell that is not on the list is not shown to be free of abuse. The AUC says how well "
        "known cases come above all else, not how often the gap is right."
    ),
)
WHERE_LOOKED = Text(
    nl=(
        "Gevallen worden gevonden waar gezocht wordt. Een lijst die vooral kijkt waar veel wordt "
        "gekocht, of waar al een risicolijst naar wijst, bevoordeelt die maat."
    ),
    en=(
        "Cases are found where people look. A list that looks mostly where much is bought, or "
        "where a list of risks already points, favours that score."
    ),
)
MEMBERS = Text(
    nl=(
        "Landen binnen een samengestelde regio krijgen hun geschatte deel van de keten van die "
        "regio en haar bereik."
    ),
    en=(
        "Countries inside a composite region get their estimated part of that region's chain, and "
        "its reach."
    ),
)
GO_BY = Text(
    nl=(
        "Het oordeel volgt de intervallen waarin hele landen worden getrokken: cellen van één land "
        "lijken op elkaar, en DeLong neemt aan van niet."
    ),
    en=(
        "The verdict follows the intervals that draw whole countries: cells of one country are "
        "alike, and DeLong assumes that they are not."
    ),
)


@dataclass(frozen=True, slots=True)
class Field:
    """Every cell that can be ranked, one row each: where it is, and its score by each measure.

    `scores` is (scores, m): open weight in the unit of exposure, exposure, and the central index;
    `is_known` says whether the risk of the cell is known.
    """

    issues: NDArray[np.str_]
    countries: NDArray[np.str_]
    sectors: NDArray[np.str_]
    scores: Floats
    is_known: Booleans


def validate(
    path: Path,
    query: GapQuery,
    *,
    compared: Compared = "issues",
    unknown: Unknown = "left_out",
    origin: str | None = None,
    independent: str | None = None,
    keep_good: bool = False,
    draws: int = DRAWS,
    seed: int = SEED,
    edition: Path | None = None,
) -> ValidationAnswer:
    """Rank the cases of a file among comparable cells, and say which score does it best.

    `query` gives the day, the kind of gap and the measure; its filters are not used. `origin` and
    `independent` say where the list comes from and why it owes nothing to the risk data. Raises
    `InputError` for a file or row that cannot be used, and where too few cases are left. Method:
    docs/methods/validation.md.
    """
    folder = edition or edition_folder()
    rows = rows_for(GapQuery(kind=query.kind, measure=query.measure, as_of=query.as_of), folder)
    file = read_case_file(path, rows.inputs, keep_good=keep_good)
    return rank_cases(
        file, rows, compared=compared, unknown=unknown, origin=origin,
        independent=independent, draws=draws, seed=seed,
    )  # fmt: skip


def rank_cases(
    file: CaseFile,
    rows: Rows,
    *,
    compared: Compared,
    unknown: Unknown,
    origin: str | None,
    independent: str | None,
    draws: int,
    seed: int,
) -> ValidationAnswer:
    """Rank cases that were read (see `validate`)."""
    field = field_of(rows)
    marked = _mark(file, field)
    chosen = _comparison(field, marked.weight > 0, compared)
    if unknown == "left_out":
        chosen &= field.is_known
    is_case = marked.weight[chosen] > 0
    cases, others = int(is_case.sum()), int((~is_case).sum())
    if cases < LEAST_CASES or others < LEAST_CASES:
        raise InputError(
            f"Only {cases} cases and {others} other cells are left to compare",
            where=file.name,
            fix="Give more cases, at places with known risk, or use --unknown lowest.",
        )
    scores = field.scores[:, chosen]
    if unknown == "lowest":
        scores = _lowest(scores, field.is_known[chosen])
    weights = marked.weight[chosen]
    _, clusters = np.unique(field.countries[chosen], return_inverse=True)
    areas = delong(scores, is_case)
    spread = cluster_draws(
        scores, np.ones(len(is_case)), is_case, clusters.reshape(-1), draws=draws, seed=seed
    )
    weighted = (
        weighted_areas(scores, np.where(is_case, weights, 0.0), np.where(is_case, 0.0, 1.0))
        if len(set(weights[is_case].tolist())) > 1
        else None
    )
    differences = _differences(areas, spread)
    return ValidationAnswer(
        edition=rows.inputs.manifest.id,
        as_of=rows.scope.as_of,
        kind=rows.query.kind,
        measure=rows.query.measure,
        compared=compared,
        unknown=unknown,
        file=_facts(file, field, marked, rows, origin, independent),
        cases=cases,
        others=others,
        countries=len(set(field.countries[chosen][is_case].tolist())),
        scores=tuple(
            ScoreResult(
                score=name,
                auc=float(areas.auc[k]),
                delong=_range(areas.interval(k)),
                clustered=_range(spread.interval(k)),
                weighted=None if weighted is None else float(weighted[k]),
            )
            for k, name in enumerate(SCORES)
        ),
        differences=differences,
        highest=SCORES[int(np.argmax(areas.auc))],
        best=_best(areas, differences),
        draws=len(spread.areas),
        seed=seed,
        ranked=_ranked(field, chosen, is_case, scores, marked),
        notes=(UNLABELLED, WHERE_LOOKED, GO_BY, MEMBERS),
    )


def field_of(rows: Rows) -> Field:
    """Return every cell of the chain abroad that buys reach: issue, country and sector.

    Countries inside a composite region stand apart, with their central share of it. Cells without
    any exposure are left out: nothing of Dutch demand stands there.
    """
    inputs, tally = rows.inputs, rows.laid.tally
    table, countries = inputs.table, inputs.countries
    amounts = tally.exposure.sum(axis=(0, 2)).reshape(len(table.regions), -1)
    shape = (len(inputs.nodes.issues), len(table.regions), len(table.sectors))
    open_part = tally.open_central.sum(axis=(1, 3)).reshape(shape)
    position = {code: k for k, code in enumerate(countries.countries)}
    parts: list[tuple[str, Floats, Floats]] = []
    for r, region in enumerate(table.regions):
        composite = inputs.composites.get(region)
        if composite is not None:
            for member in composite.members:
                share = member_shares(composite, member)[0]
                parts.append((member, amounts[r] * share, open_part[:, r] * share[None]))
        elif region != table.home:
            parts.append((region, amounts[r], open_part[:, r]))
    parts = [part for part in parts if part[0] in position]
    at = [position[name] for name, _, _ in parts]
    E = np.stack([part for _, part, _ in parts])
    index = np.nan_to_num(countries.central[:, at])
    known = countries.known[:, at] > 0
    openness = np.stack([part for _, _, part in parts], axis=1)
    weight = index * inputs.severity[:, None, None]
    grid = np.broadcast_to(E[None], index.shape)
    keep = grid.ravel() > 0
    i, c, s = (axis.ravel()[keep] for axis in np.indices(index.shape))
    return Field(
        issues=np.array(countries.issues)[i],
        countries=np.array([name for name, _, _ in parts])[c],
        sectors=np.array(countries.sectors)[s],
        scores=np.stack(
            [(openness * weight).ravel()[keep], grid.ravel()[keep], index.ravel()[keep]]
        ),
        is_known=known.ravel()[keep],
    )


@dataclass(frozen=True, slots=True)
class _Marked:
    """Per cell of the field the weight of its cases (0 for none) and the first row; and counts."""

    weight: Floats
    row: NDArray[np.int64]
    doubles: int
    without_exposure: int


def _mark(file: CaseFile, field: Field) -> _Marked:
    place = {
        key: k
        for k, key in enumerate(
            zip(field.issues.tolist(), field.countries.tolist(), field.sectors.tolist(),
                strict=True)
        )
    }  # fmt: skip
    weight, first = np.zeros(len(field.issues)), np.zeros(len(field.issues), dtype=np.int64)
    doubles = without = 0
    for case in file.cases:
        k = place.get((case.issue, case.country, case.sector))
        if k is None:
            without += 1
            continue
        doubles += weight[k] > 0
        first[k] = first[k] or case.row
        weight[k] += case.weight
    return _Marked(weight, first, int(doubles), without)


def _comparison(field: Field, is_case: Booleans, compared: Compared) -> Booleans:
    """Return the cells that cases are compared with: of the same issues, or nearer still."""
    chosen = np.isin(field.issues, np.unique(field.issues[is_case]))
    if compared == "issues_and_countries":
        chosen &= np.isin(field.countries, np.unique(field.countries[is_case]))
    elif compared == "issues_and_sectors":
        chosen &= np.isin(field.sectors, np.unique(field.sectors[is_case]))
    return np.asarray(chosen)


def _lowest(scores: Floats, is_known: Booleans) -> Floats:
    """Return the scores with cells of unknown risk below all others where risk counts."""
    found = scores.copy()
    for k, name in enumerate(SCORES):
        if name != "exposure":
            found[k] = np.where(is_known, scores[k], -1.0)
    return found


def _differences(areas: Areas, spread: Spread) -> tuple[Difference, ...]:
    found = []
    for a, b in combinations(range(len(SCORES)), 2):
        value, low, high = areas.difference(a, b)
        found.append(
            Difference(
                first=SCORES[a],
                second=SCORES[b],
                value=value,
                delong=_range((low, high)),
                clustered=_range(spread.difference(a, b)),
            )
        )
    return tuple(found)


def _best(areas: Areas, differences: Sequence[Difference]) -> ScoreName | None:
    ends: list[list[float | None]] = [[None] * len(SCORES) for _ in SCORES]
    for item in differences:
        a, b = SCORES.index(item.first), SCORES.index(item.second)
        ends[a][b] = item.clustered.low
        ends[b][a] = None if item.clustered.high is None else -item.clustered.high
    found = best_of(SCORES, areas.auc, ends)
    return next((name for name in SCORES if name == found), None)


def _range(ends: tuple[float, float] | None) -> Range:
    if ends is None or any(np.isnan(end) for end in ends):
        return Range(low=None, high=None)
    return Range(low=ends[0], high=ends[1])


def _facts(
    file: CaseFile,
    field: Field,
    marked: _Marked,
    rows: Rows,
    origin: str | None,
    independent: str | None,
) -> FileFacts:
    years = rows.inputs.risk_years
    dated = [case for case in file.cases if case.day is not None]
    return FileFacts(
        name=file.name,
        sha256=file.sha256,
        origin=origin,
        independent=independent,
        rows=len(file.cases) + len(file.rejects),
        rejected=len(file.rejects),
        doubles=marked.doubles,
        without_exposure=marked.without_exposure,
        risk_unknown=int(((marked.weight > 0) & ~field.is_known).sum()),
        not_after_data=sum(
            case.day is not None and case.day.year <= years[case.issue] for case in dated
        ),
        undated=len(file.cases) - len(dated),
    )


def _ranked(
    field: Field, chosen: Booleans, is_case: Booleans, scores: Floats, marked: _Marked
) -> tuple[Ranked, ...]:
    """Return every case with the share of the other cells that it stands above, ties as half."""
    others = int((~is_case).sum())
    above = []
    for score in scores:
        ranks, among = midranks(score)[is_case], midranks(score[is_case])
        above.append((ranks - among) / others)
    at = np.flatnonzero(chosen)[is_case]
    found = [
        Ranked(
            row=int(marked.row[k]),
            country=str(field.countries[k]),
            sector=str(field.sectors[k]),
            issue=str(field.issues[k]),
            above={name: float(above[j][n]) for j, name in enumerate(SCORES)},
        )
        for n, k in enumerate(at)
    ]
    return tuple(sorted(found, key=lambda item: -item.above["gap"]))
