"""Which assumption moves the gap most, and the gap with all of them at their best and worst."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.defence.answers import (
    Figure,
    RowSensitivity,
    SensitivityAnswer,
    SensitivityQuery,
    Standing,
    Swing,
)
from ketenkaart.core.governance.defence.assumptions import (
    IssueBasis,
    instrument_assumptions,
    risk_assumptions,
)
from ketenkaart.core.governance.defence.pins import Assumption, Pin, PinKind, Pins
from ketenkaart.core.governance.gap import Selection
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.services.governance.defence.grades import grade_shares, weakest_of
from ketenkaart.services.governance.defence.settings import Settled, standings
from ketenkaart.services.governance.notes import notes_for
from ketenkaart.services.governance.standing import noted
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import facts_version
from ketenkaart.sources.reference.defence import load_sensitivity_ranges
from ketenkaart.sources.reference.risk import load_issue_weights

Progress = Callable[[str, float], None]
TOTAL = "total"
SHOWN_PER_ROW = 3

SCHEMES = {
    "value_added": Text(nl="naar toegevoegde waarde", en="by value added"),
    "employment": Text(nl="naar werkgelegenheid", en="by employment"),
    "population": Text(nl="naar bevolking", en="by population"),
    "dutch_imports": Text(nl="naar Nederlandse invoer", en="by Dutch imports"),
}
ONE_BY_ONE = Text(
    nl=(
        "Elke aanname is apart verzet, de rest bleef zoals verklaard, en de hele berekening is "
        "opnieuw gedaan. Wat twee aannames samen doen, staat er niet in."
    ),
    en=(
        "Each assumption was moved alone, the rest stayed as declared, and the whole calculation "
        "was done again. What two assumptions do together is not in it."
    ),
)
TOGETHER = Text(
    nl=(
        "Het beste en het slechtste geval nemen elke aanname op de waarde die op zichzelf de "
        "kleinste of de grootste kloof geeft, alle tegelijk. De lage en hoge einden van de kloof "
        "zijn exacte uitersten over bereik, lagen en intensiteit; over weegfactoren en "
        "klassegrenzen is dit een combinatie, geen bewezen uiterste. Omdat elke aanname dan vast "
        "staat, is het interval smaller: het kan binnen het verklaarde vallen."
    ),
    en=(
        "The best and the worst case take every assumption at the value which alone gives the "
        "smallest or the largest gap, all at once. The low and high ends of the gap are exact "
        "extremes over reach, layers and intensity; over weights and cut points this is a "
        "combination, not a proven extreme. As every assumption is fixed then, the interval is "
        "narrower: it may lie inside the declared one."
    ),
)
CARRIED = Text(
    nl=(
        "Bij verzette klassegrenzen houden cellen waarvan de editie geen standaardfout bewaart "
        "hun interval even veel klassen breed: dat is een benadering van de einden, niet van de "
        "middenwaarde."
    ),
    en=(
        "Where cut points move, cells whose standard error the edition does not keep hold their "
        "interval as many classes wide: an approximation of the ends, not of the central value."
    ),
)
UNMOVED = Text(
    nl=(
        "Niet verzet, omdat geen bron of tabel zegt hoe ver ze anders kunnen liggen: de "
        "werkingssfeer van elk instrument (sectoren, thema's, kopers), de indeling van goederen "
        "in sectoren, en de handelstabel zelf."
    ),
    en=(
        "Not moved, because no source or table says how far they may lie otherwise: the scope of "
        "every instrument (sectors, issues, buyers), the sorting of goods into sectors, and the "
        "trade table itself."
    ),
)


def _quiet(_name: str, _done: float) -> None:
    """Say nothing of how far the work is."""


def compute_sensitivity(
    query: SensitivityQuery, *, edition: Path | None = None, progress: Progress = _quiet
) -> SensitivityAnswer:
    """Return how far every assumption moves the gap of a question, the largest move first.

    Each is taken at both its ends through the whole calculation; answers are kept for the life of
    the process. `progress` hears what is being computed and how far that is (0 to 1). Raises
    `InputError` for a question that cannot be answered. Method: docs/methods/sensitivity.md.
    """
    folder = edition or edition_folder()
    key = (query, folder, facts_version().sha256)
    if key not in _answers:
        while len(_answers) >= KEPT_ANSWERS:
            _answers.pop(next(iter(_answers)))
        _answers[key] = _answer(query, folder, progress)
    answer = _answers[key]
    return answer.model_copy(update={"notes": noted(answer.notes, answer.edition)})


KEPT_ANSWERS = 64
MORE_REACH = frozenset(
    {PinKind.UPTAKE, PinKind.LAYERS, PinKind.FORCE, PinKind.OBLIGATION, PinKind.OVERLAP}
)
"""Assumptions whose high value reaches at least as much of every cell as their low value."""
_answers: dict[tuple[SensitivityQuery, Path, str], SensitivityAnswer] = {}


def _answer(query: SensitivityQuery, edition: Path, progress: Progress) -> SensitivityAnswer:
    settled = Settled.of(query.gap, edition)
    declared = settled.rows()
    parts: dict[str, Selection] = {TOTAL: declared.whole()}
    if query.is_split:
        keyed = {key: declared.part(key) for key in declared.keys()}  # noqa: SIM118 - a method
        parts |= {key: part for key, part in keyed.items() if part.nodes.any()}
    moves = _assumptions(settled, declared.issues())
    base = standings(declared, parts)
    tried: list[_Tried] = []
    for k, item in enumerate(moves):
        progress(item.label.en, k / (len(moves) + 1))
        tried.append(_try(settled, item, parts))
    progress("all together", len(moves) / (len(moves) + 1))
    joint = {key: _joint(settled, key, parts[key], base, tried, query.figure) for key in parts}
    swings = _sorted([_swing(TOTAL, one, base, query.figure) for one in tried])
    grades = grade_shares(declared, settled)
    gap = query.gap
    labels = settled.inputs.labels[gap.by]
    return SensitivityAnswer(
        edition=settled.inputs.manifest.id,
        as_of=settled.scope.as_of,
        view=gap.view,
        kind=gap.kind,
        measure=gap.measure,
        figure=query.figure,
        by=gap.by if query.is_split else None,
        declared=base[TOTAL],
        best=joint[TOTAL][0],
        worst=joint[TOTAL][1],
        swings=swings,
        unmoved=sum(swing.swing == 0 for swing in swings),
        weakest=weakest_of(grades),
        grades=grades,
        rows=tuple(
            RowSensitivity(
                key=key,
                label=labels[key],
                declared=base[key],
                best=joint[key][0],
                worst=joint[key][1],
                largest=_sorted([_swing(key, one, base, query.figure) for one in tried])[
                    :SHOWN_PER_ROW
                ],
            )
            for key in parts
            if key != TOTAL
        ),
        notes=(
            ONE_BY_ONE,
            TOGETHER,
            *((CARRIED,) if any(one.carried for one in tried) else ()),
            UNMOVED,
            *notes_for(gap, settled.inputs, settled.scope),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """An assumption, and the gap of every part of the question at either of its values."""

    item: Assumption
    low: Mapping[str, Standing]
    high: Mapping[str, Standing]
    carried: int


def _assumptions(settled: Settled, issues: Sequence[str]) -> tuple[Assumption, ...]:
    inputs, scope = settled.inputs, settled.scope
    ranges = load_sensitivity_ranges()
    cited = _weight_citations()
    kept = [item for item in inputs.instruments if item.id not in scope.without]
    bases = [
        IssueBasis(
            id=issue,
            label=inputs.labels["issue"][issue],
            weight=float(inputs.severity[inputs.nodes.issues.index(issue)]),
            weight_citation=cited[issue],
            has_cut_points=bool(inputs.scales[issue].classes),
            classes=inputs.scales[issue].cut_points,
        )
        for issue in issues
    ]
    return (
        *instrument_assumptions(
            kept, inputs.depth, ranges, kind=settled.query.kind, as_of=scope.as_of
        ),
        *risk_assumptions(
            bases,
            {
                name: SCHEMES.get(name, Text(nl=name, en=name))
                for name in inputs.nodes.scenarios
                if inputs.composites
            },
            ranges,
        ),
    )


@lru_cache(maxsize=1)
def _weight_citations() -> dict[str, Citation]:
    return {item.issue: item.citation for item in load_issue_weights()}


def _try(settled: Settled, item: Assumption, parts: Mapping[str, Selection]) -> _Tried:
    low, high = (standings(settled.rows((pin,)), parts) for pin in (item.low, item.high))
    return _Tried(item, low, high, settled.carried((item.low,)))


def _swing(key: str, one: _Tried, base: Mapping[str, Standing], figure: Figure) -> Swing:
    item = one.item
    values = [getattr(setting.gap, figure) for setting in (base[key], one.low[key], one.high[key])]
    known = [value for value in values if value is not None]
    return Swing(
        kind=item.kind,
        subject=item.subject,
        label=item.label,
        declared=item.declared,
        low_value=item.low_value,
        high_value=item.high_value,
        at_low=one.low[key],
        at_high=one.high[key],
        swing=max(known) - min(known) if len(known) == len(values) else None,
        carried=one.carried,
        citation=item.citation,
        ranged=item.ranged,
    )


def _sorted(swings: Sequence[Swing]) -> tuple[Swing, ...]:
    """Return swings with the largest first; equal ones by how far they move the ends."""
    return tuple(sorted(swings, key=lambda one: (-(one.swing or 0.0), -_ends_moved(one))))


def _ends_moved(one: Swing) -> float:
    pairs = (
        (one.at_low.gap.low, one.at_high.gap.low),
        (one.at_low.gap.high, one.at_high.gap.high),
    )
    return sum(abs(a - b) for a, b in pairs if a is not None and b is not None)


def _joint(
    settled: Settled,
    key: str,
    part: Selection,
    base: Mapping[str, Standing],
    tried: Sequence[_Tried],
    figure: Figure,
) -> tuple[Standing, Standing]:
    """Return the gap with every assumption at what alone makes it smallest, and largest."""
    best, worst = (
        tuple(
            pin
            for one in tried
            if (pin := _chosen(one, key, base[key], figure, largest=largest)) is not None
        )
        for largest in (False, True)
    )
    return _at(settled, best, key, part), _at(settled, worst, key, part)


def _at(settled: Settled, pins: Pins, key: str, part: Selection) -> Standing:
    return standings(settled.rows(pins), {key: part})[key]


def _chosen(
    one: _Tried, key: str, declared: Standing, figure: Figure, *, largest: bool
) -> Pin | None:
    """Return the pin that alone moves the gap furthest, or `None` where neither moves it.

    More reach never raises the gap, so there the end is known, even where it moves nothing alone.
    """
    if one.item.kind in MORE_REACH:
        return one.item.low if largest else one.item.high
    options = [(declared, None), (one.low[key], one.item.low), (one.high[key], one.item.high)]
    sign = 1 if largest else -1
    # the declared value stands first, so it is kept where nothing moves
    return max(options, key=lambda option: sign * _score(option[0], figure))[1]


def _score(setting: Standing, figure: Figure) -> float:
    """Return the chosen figure, with the other ends far behind it to decide between equals."""
    gap, known = setting.gap, setting.gap_known_reach
    behind = [value or 0.0 for value in (gap.central, gap.low, gap.high, known.low)]
    return (getattr(gap, figure) or 0.0) + 1e-6 * sum(behind)
