"""The way back of a figure: function and parameters, table, edition, sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ketenkaart.core.errors import EditionError, NotFoundError
from ketenkaart.core.governance.answers import (
    GapAnswer,
    GapQuery,
    InstrumentCredit,
    Step,
    TotalRow,
    Trace,
)
from ketenkaart.core.governance.reach import depth_of
from ketenkaart.core.governance.types import STEPS, DepthTable, Instrument
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.services.governance.gap import compute_gap
from ketenkaart.services.governance.ids import parse_figure_id
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.notes import APPLIES
from ketenkaart.services.governance.rows import Rows, rows_for
from ketenkaart.services.governance.standing import validation_standing
from ketenkaart.services.installed import edition_folder
from ketenkaart.warehouse.manifest import TABLES

SHOWN_CELLS = 8
METHOD = "docs/methods/gap.md"


def explain(figure: str, *, edition: Path | None = None) -> Trace:
    """Return the way back of a figure named by a `gap` answer; it is computed again on the way.

    Raises `InputError` for a name that is none, `EditionError` for a figure of another edition,
    `NotFoundError` for a row that the answer does not have.
    """
    query, key, of_edition = parse_figure_id(figure)
    edition = edition or edition_folder()
    inputs = load_inputs(edition)
    if of_edition != inputs.manifest.id:
        raise EditionError(
            f"The figure belongs to edition {of_edition!r}, not {inputs.manifest.id!r}",
            where=figure,
            fix="Ask for the figure again with `ketenkaart gap`.",
        )
    answer = compute_gap(query, edition=edition)
    row = _row(answer, key, figure)
    return Trace(
        id=row.id,
        figure=_headline(answer, query, key, inputs),
        steps=(
            _values(answer, row),
            _function(answer, query, key),
            _exposure(inputs, query),
            _risk(inputs, key, answer, rows_for(query, edition)),
            _instruments(inputs, answer, row),
            _host(inputs, row),
            _edition(inputs),
            _validation(inputs),
        ),
    )


def _row(answer: GapAnswer, key: str | None, figure: str) -> TotalRow:
    if key is None:
        return answer.total
    found = next((row for row in answer.rows if row.key == key), None)
    if found is None:
        raise NotFoundError(
            f"The answer has no row {key!r}", where=figure, fix="Check the name after `=`."
        )
    return found


def _both(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


def _headline(answer: GapAnswer, query: GapQuery, key: str | None, inputs: Inputs) -> Text:
    whole = _both("alle rijen samen", "all rows together")
    part = whole if key is None else inputs.labels[query.by][key]
    kind = {"breadth": "breedte", "depth": "diepte"}[answer.kind]
    of = (
        _both("eindvraag", "final demand")
        if answer.view == "demand"
        else _both("invoer", "imports")
    )
    return _both(
        f"Kloof in {kind} van de Nederlandse {of.nl} buiten Nederland: {part.nl}",
        f"Gap in {answer.kind} of Dutch {of.en} outside the Netherlands: {part.en}",
    )


def _number(value: float | None) -> str:
    return "null" if value is None else f"{value:.6g}"


def _ends(low: float | None, central: float | None, high: float | None) -> str:
    return f"{_number(low)} / {_number(central)} / {_number(high)}"


def _shares(*values: float | None) -> str:
    return " / ".join("null" if value is None else f"{100 * value:.2f}%" for value in values)


def _values(answer: GapAnswer, row: TotalRow) -> Step:
    risk, gap, unknown = row.risk_weighted, row.gap, row.unknown_share
    return Step(
        title=_both("De cijfers (laag / midden / hoog)", "The figures (low / central / high)"),
        detail=APPLIES,
        steps=(
            Step(
                title=_both(f"Blootstelling ({answer.unit})", f"Exposure ({answer.unit})"),
                value=_number(row.exposure) + (" (estimate)" if row.is_estimate else ""),
            ),
            Step(
                title=_both("Risicogewogen blootstelling", "Risk-weighted exposure"),
                value=_ends(risk.low, risk.central, risk.high),
            ),
            Step(title=_both("Kloof", "Gap"), value=_shares(gap.low, gap.central, gap.high)),
            Step(
                title=_both(
                    "Deel met onbekend risico / onbekend bereik",
                    "Share of unknown risk / unknown reach",
                ),
                value=_shares(unknown.risk, unknown.reach),
            ),
        ),
    )


def _function(answer: GapAnswer, query: GapQuery, key: str | None) -> Step:
    parameters = {
        "view": answer.view,
        "kind": query.kind,
        "measure": query.measure,
        "as_of": answer.as_of.isoformat(),
        "row": "total" if key is None else f"{query.by}={key}",
        "issue": query.issue,
        "country": query.country,
        "sector": query.sector,
        "without": ", ".join(query.without) or None,
    }
    return Step(
        title=_both("Functie en parameters", "Function and parameters"),
        value="ketenkaart.services.governance.compute_gap",
        detail=_both(f"Uitgelegd in {METHOD}.", f"Explained in {METHOD}."),
        steps=tuple(
            Step(title=_both(name, name), value=value)
            for name, value in parameters.items()
            if value is not None
        ),
    )


def _exposure(inputs: Inputs, query: GapQuery) -> Step:
    table = inputs.table
    extension = table.extensions[query.measure]
    files = ("transactions", "nodes", "demand")
    return Step(
        title=_both(
            "Blootstelling uit de input-outputtabel", "Exposure from the input-output table"
        ),
        value="ketenkaart.core.chain.exposure.exposure"
        if query.view == "demand"
        else "ketenkaart.core.chain.border.imports_by_use",
        detail=_both(
            f"{len(table.regions)} regio's x {len(table.sectors)} sectoren, {table.year}; "
            f"{extension.unit}{', een schatting' if extension.is_estimate else ''}.",
            f"{len(table.regions)} regions x {len(table.sectors)} sectors, {table.year}; "
            f"{extension.unit}{', an estimate' if extension.is_estimate else ''}.",
        ),
        steps=tuple(_file(inputs, name) for name in files),
    )


def _file(inputs: Inputs, name: str) -> Step:
    sidecar = inputs.sidecar(name)
    entry = next(item for item in inputs.manifest.files if item.name == TABLES[name])
    return Step(
        title=_both(entry.name, entry.name),
        value=f"sha256 {entry.sha256[:16]}…",
        detail=sidecar.title,
        steps=tuple(
            Step(
                title=origin.title,
                value=f"{origin.file}, sha256 {origin.sha256[:16]}…",
                citation=Citation(
                    source=origin.source,
                    locator=f"{origin.publisher}; {origin.licence}",
                    grade=origin.licence_grade,
                ),
            )
            for origin in sidecar.derived_from
        ),
    )


def _risk(inputs: Inputs, key: str | None, answer: GapAnswer, rows: Rows) -> Step:
    issues = [key] if answer.by == "issue" and key is not None else list(answer.years.risk)
    return Step(
        title=_both("Intensiteit en gewicht per onderwerp", "Intensity and weight per issue"),
        value="ketenkaart.core.risk.average.average",
        detail=_both(
            "Bronwaarde → klasse → interval; regio's met veel landen zijn een gewogen gemiddelde.",
            "Source value → class → interval; regions of many countries are a weighted average.",
        ),
        steps=(*(_issue(inputs, issue, key, rows) for issue in issues),
               _file(inputs, "intensity"), _file(inputs, "country_weights")),
    )  # fmt: skip


def _issue(inputs: Inputs, issue: str, key: str | None, rows: Rows) -> Step:
    scale = inputs.scales[issue]
    weight = inputs.severity[inputs.nodes.issues.index(issue)]
    return Step(
        title=inputs.labels["issue"][issue],
        value=f"s = {weight:.4g}; {inputs.risk_years[issue]}",
        detail=scale.reading,
        citation=scale.cut_points,
        steps=_largest_cells(inputs, issue, key, rows),
    )


def _largest_cells(inputs: Inputs, issue: str, key: str | None, rows: Rows) -> tuple[Step, ...]:
    """Return the row's nodes that weigh most for one issue, each with its source and class."""
    nodes = rows.intensity()
    selection = rows.whole() if key is None else rows.part(key)
    amounts = np.zeros(inputs.table.n)
    amounts[selection.nodes] = rows.amounts(selection)
    i = nodes.issues.index(issue)
    weight = amounts * np.nan_to_num(nodes.central[0, i]) * nodes.known[0, i]
    places, kinds = inputs.labels["country"], inputs.labels["sector"]
    steps = []
    for k in np.argsort(-weight, kind="stable")[:SHOWN_CELLS]:
        if weight[k] <= 0:
            break
        country = rows.scope.member or str(rows.region_of[k])
        sector = str(rows.sector_of[k])
        steps.append(
            Step(
                title=_both(
                    f"{places[country].nl}, {kinds[sector].nl.lower()}",
                    f"{places[country].en}, {kinds[sector].en.lower()}",
                ),
                value=(
                    f"{amounts[k]:.4g} {rows.laid.exposure.unit} x "
                    f"{nodes.low[:, i, k].min():.3g} / {nodes.central[0, i, k]:.3g} / "
                    f"{nodes.high[:, i, k].max():.3g}"
                ),
                detail=_source_of(inputs, issue, country, sector),
            )
        )
    return tuple(steps)


def _source_of(inputs: Inputs, issue: str, country: str, sector: str) -> Text:
    if country in inputs.composites:
        count = len(inputs.composites[country].members)
        return _both(f"gemiddelde over {count} landen", f"average over {count} countries")
    cell = inputs.edition.cell_sources(issue, country, sector)
    if cell["known"] == 0:
        return _both("geen bron: onbekend, van 0 tot 1", "no source: unknown, from 0 to 1")
    goods = f"; {cell['listed_goods']}" if cell["listed_goods"] else ""
    value = "" if cell["source_value"] is None else f" {cell['source_value']:.4g}"
    text = f"{cell['source']}{value} → {cell['class']}{goods} ({cell['year']})"
    return _both(text, text)


def _instruments(inputs: Inputs, answer: GapAnswer, row: TotalRow) -> Step:
    by_id = {item.id: item for item in inputs.instruments}
    active = tuple(
        _instrument(by_id[item.id], answer, item, inputs.depth) for item in row.instruments
    )
    absent = tuple(
        Step(title=item.label, value=item.reason) for item in answer.absent if item.reason in SHOWN
    )
    return Step(
        title=_both(
            f"Instrumenten op {answer.as_of.isoformat()}",
            f"Instruments on {answer.as_of.isoformat()}",
        ),
        value="ketenkaart.core.governance.reach.reach",
        steps=active + absent,
    )


SHOWN = frozenset({"not_yet", "not_in_force", "ended", "not_applicable"})


def _instrument(
    item: Instrument, answer: GapAnswer, credited: InstrumentCredit, table: DepthTable
) -> Step:
    uptake = item.uptake_on(answer.as_of)
    status = item.status_on(answer.as_of)
    citation: Citation | None = status.citation if status is not None else None
    detail = None
    credit = credited.credit.value
    value = "no central value" if credit is None else f"credit {credit:.6g} {answer.unit}"
    if not credited.reach_is_known:
        value = "reach unknown"
    if uptake is not None:
        citation = uptake.citation
        detail = uptake.measure or uptake.missing
        if uptake.value is not None:
            value = f"uptake {_ends(uptake.low, uptake.value, uptake.high)}; {value}"
    steps = _depth(item, answer, table) if answer.kind == "depth" else ()
    return Step(title=item.name, value=value, detail=detail, citation=citation, steps=steps)


def _depth(item: Instrument, answer: GapAnswer, table: DepthTable) -> tuple[Step, ...]:
    """Return force and steps behind the depth of an instrument; nothing where they are unknown."""
    asked = item.steps_on(answer.as_of)
    force = next((force for force in table.forces if force.id == item.force), None)
    if asked is None or force is None:
        return ()
    obligations = tuple(
        Step(
            title=_both(name, name),
            value=f"{table.step_weights[name]:.4g} x {getattr(asked, name).value:g}",
            citation=getattr(asked, name).citation,
        )
        for name in STEPS
    )
    return (
        Step(
            title=_both("Diepte: kracht x stappen", "Depth: force x steps"),
            value=_ends(*depth_of(asked, force.id, table)),
            steps=(
                Step(
                    title=force.label,
                    value=_ends(force.low, force.value, force.high),
                    citation=force.citation,
                ),
                *obligations,
            ),
        ),
    )


def _host(inputs: Inputs, row: TotalRow) -> Step:
    scale, weak = inputs.host_scale, row.weak_at_home
    return Step(
        title=_both(
            "Niet bereikt, en in landen waar de wet zelf zwak is",
            "Unreached, and in countries where the law is weak at home",
        ),
        value=_shares(weak.low, weak.central, weak.high),
        detail=scale.reading,
        citation=scale.cut_point,
        steps=(_file(inputs, "host_governance"),),
    )


def _edition(inputs: Inputs) -> Step:
    manifest = inputs.manifest
    return Step(
        title=_both("Editie", "Edition"),
        value=f"{manifest.id} ({manifest.edition_date.isoformat()})",
        detail=manifest.title,
    )


def _validation(inputs: Inputs) -> Step:
    standing = validation_standing(inputs.manifest.id)
    return Step(
        title=_both("Getoetst aan bekende gevallen?", "Tested against known cases?"),
        detail=standing.text,
        value=f"sha256 {standing.kept.answer.file.sha256[:16]}…" if standing.kept else None,
    )
