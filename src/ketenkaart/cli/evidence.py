"""`ketenkaart evidence ...`: what is known of effects, where nothing is, and what it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.bundles import unbundled
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.monitor.evidence.grouping import EffectGroup
    from ketenkaart.core.monitor.evidence.mapping import MapCell
    from ketenkaart.services.evidence.reading import EvidenceBase, EvidenceChoice

evidence_app = typer.Typer(
    help="Studies of effect by design, the map with its gaps, advice on initiatives.",
    no_args_is_help=True,
)
Own = Annotated[
    Path | None,
    typer.Option(
        "--folder", metavar="DIR",
        help="Your own studies and searches. Default: `evidence` in the data folder.",
    ),
]  # fmt: skip
Kind = Annotated[str | None, typer.Option(help="Kind of measure, such as law or covenant.")]
Step = Annotated[str | None, typer.Option(help="output, outcome, impact or remedy.")]
Force = Annotated[str | None, typer.Option("--force", help="binding or voluntary.")]
Country = Annotated[str | None, typer.Option(help="Country of the findings, as BGD.")]
Sector = Annotated[str | None, typer.Option(help="Sector of the findings, as textiles.")]
Instrument = Annotated[str | None, typer.Option(help="An instrument, as agt.")]
Level = Annotated[int | None, typer.Option(min=0, max=5, help="Rung of design, at least.")]
STATES = {
    "studied": "studied",
    "not_measured": "not measured",
    "nothing_found": "nothing found",
    "not_searched": "not searched",
}
WHY_NOT = {
    "no_study": "no study measured it",
    "no_effect_size": "no study gives a size",
    "no_interval": "no size has an interval",
    "design_too_weak": "no study has a comparison group",
    "only_one": "only one effect has an interval",
}


@dataclass(frozen=True, kw_only=True)
class FindingOptions:
    """The options that say which findings are meant."""

    kind: Kind = None
    step: Step = None
    force: Force = None
    country: Country = None
    sector: Sector = None
    instrument: Instrument = None

    def choice(self, level: int | None = None) -> EvidenceChoice:
        """Return the choice that they make, of this rung of design at least."""
        from ketenkaart.services.evidence.choosing import choose_evidence

        return choose_evidence(
            kind=self.kind, step=self.step, compulsion=self.force, country=self.country,
            sector=self.sector, instrument=self.instrument,
            least_level=None if level is None else str(level),
        )  # fmt: skip


@evidence_app.command("list", short_help="Studies and what they found.")
@unbundled
def list_(
    wanted: FindingOptions,
    level: Level = None,
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """List every finding with its study, the strongest design first.

    Example: ketenkaart evidence list --kind law --step impact
    """
    from ketenkaart.services.evidence.reading import chosen_findings, evidence_base
    from ketenkaart.services.evidence.rows import FINDING_COLUMNS, finding_row

    choice = wanted.choice(level)
    base = evidence_base(folder)
    found = sorted(chosen_findings(base, choice), key=lambda item: (-item.level, item.study))
    rows = [finding_row(item, base) for item in found]
    if printed_as_data(format, FINDING_COLUMNS, rows, "findings"):
        return
    if not found:
        say("No finding is known for this. `ketenkaart evidence gaps` says whether anybody looked.")
    else:
        print_table(
            [Column("Study"), Column("Kind", spare=1), Column("Step"), Column("Way"),
             Column("Rung", "right"), Column("Finding", wide=True), Column("Grade", spare=2)],
            [
                [item.study, ", ".join(item.kinds), item.step.value,
                 item.way.value.replace("_", " "), str(item.level), item.about.en,
                 item.citation.grade.value]
                for item in found
            ],
        )  # fmt: skip
        studies = len({item.study for item in found})
        say(f"{len(found)} findings of {studies} studies. Directions are not votes.")


@evidence_app.command("show", short_help="One study: question, design, findings, limits.")
def show(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Its id, from `evidence list`.")],
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show one study with everything it found, its limits, and which theories cite it.

    Example: ketenkaart evidence show kit_2020
    """
    from ketenkaart.services.evidence.reading import evidence_base, find_study
    from ketenkaart.services.evidence.rows import FINDING_COLUMNS, finding_row, study_data

    base = evidence_base(folder)
    found = find_study(study, folder)
    if format is Format.JSON:
        print_json(study_data(found, base))
    elif format is Format.CSV:
        print_csv(FINDING_COLUMNS, [finding_row(item, base) for item in base.of(found.id)])
    else:
        _print_study(found.id, base)


@evidence_app.command("map", short_help="Kinds of measures by step: what was studied, how well.")
def show_map(
    force: Force = None,
    country: Country = None,
    sector: Sector = None,
    level: Level = None,
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show the evidence map: per kind of measure and step, studies by design and direction.

    An empty cell says whether anybody searched. "Nothing found" and "not searched" differ.

    Example: ketenkaart evidence map --force binding
    """
    from ketenkaart.services.evidence.reading import evidence_base, map_cells

    choice = FindingOptions(force=force, country=country, sector=sector).choice(level)
    _print_cells(map_cells(evidence_base(folder), choice), format)


@evidence_app.command("gaps", short_help="Where no study with a comparison group is known.")
def gaps(
    level: Annotated[
        int, typer.Option(min=0, max=5, help="Rung of design that a cell must have.")
    ] = 3,
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """List the cells of the map without a study of a design that can show an effect.

    Example: ketenkaart evidence gaps --level 4 --format csv
    """
    from ketenkaart.services.evidence.reading import evidence_base, gap_cells

    cells = gap_cells(evidence_base(folder), level)
    _print_cells(cells, format)
    if format is Format.TABLE:
        say(f"{len(cells)} cells lack a study of rung {level} or higher.")


@evidence_app.command("mean", short_help="Average comparable effects, or say why not.")
@unbundled
def mean(
    wanted: FindingOptions,
    level: Annotated[int, typer.Option(min=0, max=5, help="Rung of design, at least.")] = 3,
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """Average effects that measure the same, with a 95 % interval and what differs between them.

    Nothing is averaged that is not comparable, and votes are never counted.

    Example: ketenkaart evidence mean --kind law --step impact
    """
    from ketenkaart.core.monitor.evidence.grouping import group_effects, why_nothing
    from ketenkaart.services.evidence.reading import chosen_findings, evidence_base
    from ketenkaart.services.evidence.rows import GROUP_COLUMNS, group_data, group_row

    choice = wanted.choice()
    findings = chosen_findings(evidence_base(folder), choice)
    groups = group_effects(findings, level)
    if format is Format.JSON:
        why = None if groups else why_nothing(findings).value
        print_json({"groups": [group_data(item) for item in groups], "why_not": why})
    elif format is Format.CSV:
        print_csv(GROUP_COLUMNS, [group_row(item) for item in groups])
    elif not groups:
        say(f"No mean: {WHY_NOT[why_nothing(findings).value]}.")
    else:
        _print_groups(groups)


@evidence_app.command("searches", short_help="Who looked for studies, where, with which words.")
def searches(folder: Own = None, format: Printed = Format.TABLE) -> None:
    """List the searches for studies, and the documents that were looked at and left out.

    Example: ketenkaart evidence searches
    """
    from ketenkaart.services.evidence.reading import evidence_base
    from ketenkaart.services.evidence.rows import SEARCH_COLUMNS, search_row

    base = evidence_base(folder)
    rows = [search_row(item) for item in base.searches]
    if format is Format.JSON:
        left = [item.model_dump(mode="json") for item in base.left_out]
        found = [dict(zip(SEARCH_COLUMNS, row, strict=True)) for row in rows]
        print_json({"searches": found, "left_out": left})
    elif format is Format.CSV:
        print_csv(SEARCH_COLUMNS, rows)
    else:
        print_table(
            [Column("Day"), Column("Terms", wide=True), Column("Steps", spare=1),
             Column("Found"), Column("All hits read")],
            [
                [item.searched_on.isoformat(), "; ".join(item.terms),
                 ", ".join(step.value for step in item.steps),
                 ", ".join(item.found) or "nothing", "yes" if item.is_complete else "no"]
                for item in base.searches
            ],
        )  # fmt: skip
        say("", "Looked at and left out:")
        for item in base.left_out:
            say(f"  {item.title.en} ({item.by}): {item.why.en}")


@evidence_app.command("check", short_help="Check your own folder, and what files contradict.")
def check(folder: Own = None) -> None:
    """Check every file of evidence, against the dossiers and theories that name the same studies.

    The exit code is 2 where something is wrong.

    Example: ketenkaart evidence check --folder my_evidence
    """
    from ketenkaart.services.evidence.reading import evidence_base, faults

    base = evidence_base(folder)
    found = faults(base)
    for item in found:
        say(f"{'wrong' if item.is_wrong else 'note'}: {item.where}: {item.what}")
    wrong = [item for item in found if item.is_wrong]
    if wrong:
        raise InputError(
            f"{len(wrong)} contradictions between files", where="evidence",
            fix="Correct the file or the dossier.",
        )  # fmt: skip
    where = f" and {base.folder}" if base.folder else ""
    say(
        f"{len(base.studies)} studies with {len(base.findings)} findings in the package{where}: "
        "nothing contradicts."
    )


def _print_study(study_id: str, base: EvidenceBase) -> None:
    study = base.studies[study_id]
    design = base.designs[study.design]
    say(
        f"{study.title.en} ({study.by}, {study.published.isoformat()})",
        f"Question: {study.question.en}",
    )
    say(f"Design: {design.label.en}, rung {design.level} of 5. {design.asks.en}")
    if study.design_note:
        say(f"  {study.design_note.en}")
    n = f"{study.n:,} {study.n_of.en}" if study.n and study.n_of else f"n {study.n_state.value}"
    say(f"Population: {study.population.en} ({n.replace('_', ' ')}).")
    funding = f": {study.funding.en}" if study.funding else "."
    say(f"Independence: {study.independence.value}{funding}")
    print_table(
        [Column("Step"), Column("Way"), Column("Finding", wide=True), Column("Effect", wide=True),
         Column("From", spare=1), Column("Grade", spare=2)],
        [
            [item.step.value, item.way.value.replace("_", " "), item.about.en,
             _effect(item.effect, item.effect_state.value),
             f"dossier {item.dossier}" if item.dossier else "study", item.citation.grade.value]
            for item in base.of(study_id)
        ],
    )  # fmt: skip
    for limit in study.limits:
        say(f"Limit: {limit.en}")
    for use in base.uses:
        if use.finding.study == study_id:
            say(
                f"Cited by the theory {use.theory.id}, arrow {use.arrow.id}: "
                f"{use.finding.direction}."
            )
    say(
        f"Read in {study.citation.source} ({study.citation.locator}), {study.citation.grade.value}."
    )


def _effect(effect: object, state: str) -> str:
    from ketenkaart.core.monitor.evidence.types import Effect

    if not isinstance(effect, Effect):
        return state.replace("_", " ")
    ends = "no interval" if effect.low is None else f"{effect.low:.3g} to {effect.high:.3g}"
    unit = f" {effect.unit}" if effect.unit else ""
    return f"{effect.value:.3g}{unit} ({ends})"


def _print_cells(cells: tuple[MapCell, ...], format: Format) -> None:
    from ketenkaart.services.evidence.rows import MAP_COLUMNS, map_row

    rows = [map_row(cell) for cell in cells]
    if not printed_as_data(format, MAP_COLUMNS, rows, "cells"):
        print_table(
            [Column("Kind"), Column("Step"), Column("State"), Column("Best rung", "right"),
             Column("Findings by direction", wide=True), Column("Studies", wide=True, spare=1)],
            [
                [cell.kind, cell.step.value, _state(cell),
                 "" if cell.best_level is None else str(cell.best_level), _ways(cell),
                 ", ".join((*cell.studies, *(f"({name})" for name in cell.silent)))]
                for cell in cells
            ],
        )  # fmt: skip


def _state(cell: MapCell) -> str:
    word = STATES[cell.state.value]
    return f"{word} (first hits)" if word == "nothing found" and not cell.is_thorough else word


def _ways(cell: MapCell) -> str:
    from ketenkaart.core.monitor.evidence.types import Way

    counts = [(way.value.replace("_", " "), cell.count(way)) for way in Way]
    return ", ".join(f"{number} {name}" for name, number in counts if number)


def _print_groups(groups: tuple[EffectGroup, ...]) -> None:
    for item in groups:
        unit = f", in {item.key.unit}" if item.key.unit else ""
        say(f"{item.key.measures} ({item.key.step.value}; {item.key.measure.value}{unit})")
        for effect in item.effects:
            say(f"  {effect.study}: {effect.value:.4g}, standard error {effect.se:.4g}")
        for found, why in item.set_aside:
            say(f"  {found.study} is set aside: {why.value.replace('_', ' ')}")
        mean = item.pooled
        if mean is None:
            say(f"  No mean: {WHY_NOT[item.why_not.value] if item.why_not else ''}.")
            continue
        say(f"  Mean {mean.value:.4g}, 95 % from {mean.low:.4g} to {mean.high:.4g} (estimate; "
            f"random effects, {len(item.effects)} studies).",
            f"  Between studies: variance {mean.tau2:.4g} ({mean.tau2_low:.3g} to "
            f"{mean.tau2_high:.3g}), I2 {100 * mean.i2:.0f}%, Q {mean.q:.4g} on {mean.df} "
            f"degrees of freedom, p {mean.q_p:.2g}.")  # fmt: skip
        if mean.new_low is not None:
            say(f"  Another such study: from {mean.new_low:.4g} to {mean.new_high:.4g}.")
