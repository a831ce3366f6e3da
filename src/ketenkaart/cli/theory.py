"""`ketenkaart theory ...`: why a measure would work, and what of that has been tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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

if TYPE_CHECKING:
    from ketenkaart.core.governance.theory.assess import Assessment
    from ketenkaart.services.theory import SeenTheory

theory_app = typer.Typer(
    help="Policy theory: assumptions, evidence, the weakest link, conflicts with other goals.",
    no_args_is_help=True,
)
Named = Annotated[str, typer.Argument(metavar="THEORY", help="Its id, from `theory list`.")]
Perhaps = Annotated[
    str | None, typer.Argument(metavar="[THEORY]", help="Only this one. Default: all.")
]


@theory_app.command("list", short_help="The policy theories, with counts per status.")
def list_all(format: Printed = Format.TABLE) -> None:
    """List the policy theories, with how many of their assumptions have which status.

    Example: ketenkaart theory list
    """
    from ketenkaart.services.theory import list_theories
    from ketenkaart.services.theory.rows import LIST_COLUMNS, list_row

    rows = [list_row(seen) for seen in list_theories()]
    if not printed_as_data(format, LIST_COLUMNS, rows, "theories"):
        columns = [
            Column("Id"), Column("Theory", wide=True), Column("Arrows", "right"),
            Column("Untested", "right"), Column("Supported", "right"),
            Column("Contradicted", "right"), Column("Conflicts", "right", spare=1),
        ]  # fmt: skip
        print_table(columns, [[str(row[0]), str(row[2]), *map(str, row[3:])] for row in rows])


@theory_app.command("show", short_help="Show one theory: arrows, assumptions, evidence, status.")
def show(theory: Named, format: Printed = Format.TABLE) -> None:
    """Show one theory: each arrow with its assumption, its evidence and the status that follows.

    Example: ketenkaart theory show covenant
    """
    from ketenkaart.services.theory import find_theory

    print_theory(find_theory(theory), format)


@theory_app.command("untested", short_help="Assumptions that nobody is known to have tested.")
def untested(theory: Perhaps = None, format: Printed = Format.TABLE) -> None:
    """List the assumptions that no finding that counts speaks about.

    Example: ketenkaart theory untested procurement
    """
    from ketenkaart.core.governance.theory.types import AssumptionStatus
    from ketenkaart.services.theory.rows import ARROW_COLUMNS, arrow_row

    found = [
        (seen, item)
        for seen in _chosen(theory)
        for item in seen.with_status(AssumptionStatus.UNTESTED)
    ]
    rows = [arrow_row(seen, item) for seen, item in found]
    if not printed_as_data(format, ARROW_COLUMNS, rows, "untested"):
        columns = [
            Column("Theory"), Column("Arrow"), Column("Assumption", wide=True),
            Column("Findings", "right", spare=1), Column("Source", spare=2),
        ]  # fmt: skip
        cells = [
            [s.theory.id, i.arrow.id, i.arrow.assumption.en, str(len(i.arrow.evidence)),
             f"{i.arrow.citation.source} [{i.arrow.citation.grade}]"]
            for s, i in found
        ]  # fmt: skip
        print_table(columns, cells)
        every = sum(len(seen.found) for seen in _chosen(theory))
        say(
            f"{len(found)} of {every} are untested, as far as known here.",
            "Findings of too weak a design, or from a source not checked, do not count; see",
            "`ketenkaart theory rule`.",
        )


@theory_app.command("weakest", short_help="The weakest link from each input to each impact.")
def weakest(theory: Perhaps = None, format: Printed = Format.TABLE) -> None:
    """Show the best supported way from each input to each impact, and its weakest link.

    No other way from that input to that impact has a stronger weakest link.

    Example: ketenkaart theory weakest covenant
    """
    from ketenkaart.services.theory.rows import CHAIN_COLUMNS, chain_row

    pairs = [(seen, chain) for seen in _chosen(theory) for chain in seen.chains]
    rows = [chain_row(seen, chain) for seen, chain in pairs]
    if not printed_as_data(format, CHAIN_COLUMNS, rows, "chains"):
        columns = [
            Column("Theory"), Column("From"), Column("To"), Column("Weakest link is"),
            Column("Assumption", wide=True),
        ]  # fmt: skip
        cells = [
            [*map(str, row[:4]),
             "; ".join(seen.found[arrow].arrow.assumption.en for arrow in chain.weakest)]
            for (seen, chain), row in zip(pairs, rows, strict=True)
        ]  # fmt: skip
        print_table(columns, cells)
    if not rows and format is Format.TABLE:
        say("No input leads to an impact in this theory.")


@theory_app.command("conflicts", short_help="Goals that pull apart, and the arrows they touch.")
def conflicts(format: Printed = Format.TABLE) -> None:
    """List the register of trade-offs with the arrows that work against each goal.

    What was decided about a trade-off is recorded with `ketenkaart followup`.

    Example: ketenkaart theory conflicts
    """
    from ketenkaart.services.theory import trade_offs
    from ketenkaart.services.theory.rows import CONFLICT_COLUMNS, conflict_rows

    rows = conflict_rows(trade_offs())
    if not printed_as_data(format, CONFLICT_COLUMNS, rows, "conflicts"):
        columns = [
            Column("Trade-off", wide=True), Column("Theory"), Column("Arrow"),
            Column("Why", wide=True), Column("Grade", spare=1),
        ]  # fmt: skip
        print_table(columns, [[str(r[k] or "") for k in (2, 3, 4, 6, 8)] for r in rows])


@theory_app.command("scope", short_help="What was said to fall outside a study.")
def scope(format: Printed = Format.TABLE) -> None:
    """List the remarks that something falls outside the scope of a study.

    Example: ketenkaart theory scope
    """
    from ketenkaart.services.theory.reading import scope_notes

    names = ("id", "title_nl", "title_en", "description_nl", "description_en")
    rows = [[i, t.nl, t.en, d.nl, d.en] for i, t, d in scope_notes()]
    if not printed_as_data(format, names, rows, "scope"):
        columns = [Column("Id"), Column("What", wide=True), Column("Remark", wide=True)]
        print_table(columns, [[row[0], row[2], row[4]] for row in rows])


@theory_app.command("sdg", short_help="SDG targets with the issues and outcomes that bear on them.")
def sdg(format: Printed = Format.TABLE) -> None:
    """List the SDG targets, and which issues, outcomes and impacts bear on each.

    Example: ketenkaart theory sdg --format csv
    """
    from ketenkaart.services.theory import sdg_links
    from ketenkaart.services.theory.reading import issues_without_target
    from ketenkaart.services.theory.rows import SDG_COLUMNS, sdg_row

    rows = [sdg_row(link) for link in sdg_links()]
    if format is Format.JSON:
        print_json(
            {
                "targets": [dict(zip(SDG_COLUMNS, row, strict=True)) for row in rows],
                "issues_without_target": [issue.id for issue in issues_without_target()],
            }
        )
    elif format is Format.CSV:
        print_csv(SDG_COLUMNS, rows)
    else:
        columns = [
            Column("Target"), Column("In short", wide=True), Column("Issues", wide=True),
            Column("Outcomes and impacts", wide=True), Column("Grade", spare=1),
        ]  # fmt: skip
        print_table(columns, [[str(row[k] or "") for k in (0, 3, 4, 5, 8)] for row in rows])
        names = ", ".join(issue.id for issue in issues_without_target())
        say(f"No target is linked to: {names or 'nothing; every issue has one'}.")


@theory_app.command("rests", short_help="What the claim of an instrument rests on.")
def rests(
    instrument: Annotated[
        str, typer.Argument(metavar="INSTRUMENT", help="Its id, from `instruments list`.")
    ],
    format: Printed = Format.TABLE,
) -> None:
    """Show every assumption that the claim of an instrument rests on, with its status.

    Example: ketenkaart theory rests agt
    """
    from ketenkaart.services.theory import theories_of
    from ketenkaart.services.theory.rows import theory_json

    found = theories_of(instrument)
    if format is Format.JSON:
        print_json({"instrument": instrument, "theories": [theory_json(seen) for seen in found]})
    elif format is Format.CSV:
        _print_csv(found)
    elif not found:
        say(f"No policy theory covers {instrument}: nobody has written down why it would work.")
    else:
        for seen in found:
            print_theory(seen, format)


@theory_app.command("rule", short_help="How evidence becomes a status.")
def rule(format: Printed = Format.TABLE) -> None:
    """Show the rule by which evidence becomes a status, and the ladder of study designs.

    Example: ketenkaart theory rule
    """
    from ketenkaart.services.theory import status_rule

    found = status_rule()
    names = ("id", "label_nl", "label_en", "strength")
    rows = [[d.id, d.label.nl, d.label.en, d.strength.value] for d in found.designs]
    if format is Format.JSON:
        print_json(found.model_dump(mode="json"))
    elif format is Format.CSV:
        print_csv(names, rows)
    else:
        say(found.statement.en, "")
        aside = " or ".join(found.set_aside)
        say(f"Counts from: {found.counts_from}. Sources graded {aside} do not count yet.", "")
        columns = [Column("Design"), Column("Study", wide=True), Column("Strength")]
        print_table(columns, [[row[0], row[2], row[3]] for row in rows])


def _chosen(theory: str | None) -> tuple[SeenTheory, ...]:
    from ketenkaart.services.theory import find_theory, list_theories

    return list_theories() if theory is None else (find_theory(theory),)


def _print_csv(found: tuple[SeenTheory, ...]) -> None:
    from ketenkaart.services.theory.rows import ARROW_COLUMNS, arrow_row

    rows = [arrow_row(seen, item) for seen in found for item in seen.assessments]
    print_csv(ARROW_COLUMNS, rows)


def print_theory(seen: SeenTheory, format: Format) -> None:
    """Print one theory: its arrows with their assumptions, evidence and status."""
    from ketenkaart.services.theory.rows import theory_json

    if format is Format.JSON:
        print_json(theory_json(seen))
        return
    if format is Format.CSV:
        _print_csv((seen,))
        return
    theory = seen.theory
    say(f"{theory.title.en} ({theory.id})", theory.summary.en, "")
    columns = [
        Column("No", "right"), Column("From", wide=True), Column("To", wide=True),
        Column("Assumption", wide=True), Column("Status"), Column("Findings", "right", spare=1),
    ]  # fmt: skip
    print_table(columns, [_cells(seen, item) for item in seen.assessments])
    for item in seen.assessments:
        _print_evidence(seen, item)
    say("")
    for chain in seen.chains:
        numbers = ", ".join(str(seen.number(arrow)) for arrow in chain.weakest)
        status = seen.found[chain.weakest[0]].status.value
        start, end = theory.node(chain.start).text.en, theory.node(chain.end).text.en
        say(f"{start} -> {end}: weakest link {numbers} ({status})")
    for names, words in (
        (seen.loose_inputs, "leads to no impact"), (seen.loose_impacts, "follows from no input"),
    ):  # fmt: skip
        for name in names:
            say(f"Mind: '{name}' {words}.")


def _cells(seen: SeenTheory, item: Assessment) -> list[str]:
    arrow, node = item.arrow, seen.theory.node
    marks = [
        word
        for word, holds in (
            ("disputed", item.is_disputed), ("feedback", arrow.is_feedback),
            ("side effect", arrow.is_adverse),
        )
        if holds
    ]  # fmt: skip
    status = f"{item.status.value} ({', '.join(marks)})" if marks else item.status.value
    return [
        str(seen.number(arrow.id)), node(arrow.cause).text.en, node(arrow.effect).text.en,
        arrow.assumption.en, status, str(len(arrow.evidence)),
    ]  # fmt: skip


def _print_evidence(seen: SeenTheory, item: Assessment) -> None:
    from ketenkaart.services.theory import status_rule

    designs = {design.id: design for design in status_rule().designs}
    for found in item.arrow.evidence:
        design = designs[found.design]
        aside = ", does not count" if found in item.set_aside else ""
        place = f" {found.citation.locator}" if found.citation.locator else ""
        say(
            f"{seen.number(item.arrow.id):>2}  {found.direction.value}: {found.finding.en} "
            f"({design.label.en}: {design.strength.value}{aside}; {found.citation.source}{place} "
            f"[{found.citation.grade}])"
        )
    for conflict in item.arrow.conflicts:
        say(f"{seen.number(item.arrow.id):>2}  conflict with {conflict.entry}: {conflict.why.en}")
