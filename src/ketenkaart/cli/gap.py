"""`ketenkaart gap`, asked without a further word, and `ketenkaart why`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.late import Late, LateGroup
from ketenkaart.cli.numbers import amount, between, percent, rough
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import (
    By,
    CompositeNote,
    GapAnswer,
    GapQuery,
    Kind,
    Measure,
    Step,
    TotalRow,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Facts = Literal["published", "shipped"]
OneIssue = Annotated[
    str | None,
    typer.Option(metavar="ISSUE", help="One RBC issue, such as child_labour."),
]
OneCountry = Annotated[
    str | None,
    typer.Option(metavar="COUNTRY", help="One producing country: BGD or Bangladesh."),
]
OneSector = Annotated[
    str | None,
    typer.Option(
        metavar="SECTOR",
        help="One producing sector: its id, such as textiles, ISIC division or WIOD code.",
    ),
]
OnDay = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Instruments of this day; else the edition's."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        metavar="INSTRUMENT", help="Leave out an instrument, such as agt; may be repeated."
    ),
]
DEFENCE = "ketenkaart.cli.gap"
MOST_MISSING = 10
"""Missing facts that are printed; they come in the order of what they could be worth."""


class _More(LateGroup):
    """What defends the figures of the gap; each is imported when asked for."""

    late: ClassVar[dict[str, Late]] = {
        "credit": Late(f"{DEFENCE}_credit", "credit", "Which instrument is owed which part."),
        "sensitivity": Late(
            f"{DEFENCE}_sensitivity", "sensitivity", "Which assumption moves the gap most."
        ),
        "together": Late(
            f"{DEFENCE}_together", "together", "How instruments overlap, and where none is."
        ),
        "validate": Late(
            f"{DEFENCE}_validate", "validate", "Rank known cases: is the gap any good at it?"
        ),
    }


gap_app = typer.Typer(cls=_More, invoke_without_command=True, subcommand_metavar="[COMMAND]")


def _only_as_answer(context: typer.Context) -> None:
    """Refuse options of `gap` itself before a further command: they would be lost."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise InputError(
                f"--{name.replace('_', '-')} stands before {context.invoked_subcommand!r}",
                where="gap",
                fix=f"Write options after it: ketenkaart gap {context.invoked_subcommand} --...",
            )


@gap_app.callback()
def gap(
    context: typer.Context,
    *,
    issue: OneIssue = None,
    country: OneCountry = None,
    sector: OneSector = None,
    by: Annotated[By, typer.Option(help="What each row stands for.")] = "issue",
    measure: Annotated[
        Measure, typer.Option(help="What exposure counts; person-years are an estimate.")
    ] = "value_added",
    kind: Annotated[
        Kind, typer.Option(help="Breadth: is anybody reached? Depth: how far does it bind?")
    ] = "breadth",
    view: Annotated[
        View,
        typer.Option(
            help="Demand: what Dutch final buyers buy. Trade: what is imported, for exports too."
        ),
    ] = "demand",
    as_of: OnDay = None,
    without: Without = None,
    facts: Annotated[
        Facts, typer.Option(help="Facts as published in the data folder, or only as shipped.")
    ] = "published",
    format: Printed = Format.TABLE,
) -> None:
    """Show the governance gap in Dutch final demand, or imports, at producers abroad.

    The gap is the risk-weighted share of that chain which no instrument reaches, between a low
    and a high end.

    Example: ketenkaart gap --by country --issue child_labour --as-of 2019-11-22
    """
    if context.invoked_subcommand is not None:
        _only_as_answer(context)
        return
    from ketenkaart.services.exports import gap_columns, gap_json, gap_rows
    from ketenkaart.services.governance import compute_gap
    from ketenkaart.services.instruments.in_use import choose_facts

    choose_facts(facts)
    query = GapQuery(
        issue=issue,
        country=country,
        sector=sector,
        by=by,
        measure=measure,
        kind=kind,
        as_of=day(as_of),
        without=tuple(without or ()),
        view=view,
    )
    answer = compute_gap(query)
    if format is Format.JSON:
        print_json(gap_json(answer))
    elif format is Format.CSV:
        print_csv(gap_columns(answer), gap_rows(answer))
    else:
        print_answer(answer)
        if country and answer.total.member is not None and sector is None and view == "demand":
            _print_second_opinion(country)


def _print_second_opinion(country: str) -> None:
    """Say what split tables have of a country inside a region, where there are any."""
    from ketenkaart.services.chain.split_report import second_opinions
    from ketenkaart.warehouse.folder import chosen_data_folder

    for found in second_opinions(country, chosen_data_folder()):
        for row in found.rows:
            say(
                f"- A second estimate, from {found.edition} ({found.year}): value added "
                f"{rough(row.value)} million USD, between {rough(row.low)} and {rough(row.high)}. "
                "It follows the country's own accounts and trade "
                f"(`ketenkaart edition split-report {found.edition}`)."
            )


def _cells(label: str, row: TotalRow) -> list[str]:
    estimate = " (estimate)" if row.member is not None else ""
    return [
        label + estimate,
        amount(row.exposures["value_added"].central),
        rough(row.exposures["person_years"].central),
        amount(row.risk_weighted.central),
        between(row.gap.low, row.gap.high),
        percent(row.gap.central),
        between(row.gap_known_reach.low, row.gap_known_reach.high),
        percent(row.unknown_share.risk),
        percent(row.unknown_share.reach),
    ]


def print_answer(answer: GapAnswer) -> None:
    """Print an answer as a table, with its years, its range over issues and its notes."""
    from ketenkaart.services.register import names

    unit = "in million USD" if answer.measure == "value_added" else "weighed by person-years"
    columns = [
        Column(answer.by.capitalize(), wide=True),
        Column("Value added", "right"),
        Column("Person-years (est.)", "right", spare=3),
        Column("Risk-weighted", "right", spare=2),
        Column("Gap, low–high", "right"),
        Column("Central", "right"),
        Column("Known reach only", "right", spare=1),
        Column("Unknown risk", "right", spare=4),
        Column("Unknown reach", "right", spare=5),
    ]
    rows = [_cells(row.label.en, row) for row in answer.rows]
    is_composite = answer.by == "issue" and len(answer.years.risk) > 1
    rows.append(_cells("All issues (composite)" if is_composite else "Total", answer.total))
    of = "final demand" if answer.view == "demand" else "imports"
    title = f"Governance gap in {answer.kind} of Dutch {of} abroad, on {answer.as_of} ({unit})"
    print_table(columns, rows, title=title)
    risk = sorted({*answer.years.risk.values()})
    risk_years = f"{risk[0]}–{risk[-1]}" if len(risk) > 1 else f"{risk[0]}"
    say(
        "",
        f"Table {answer.years.table}; risk data {risk_years}; instruments of {answer.as_of}. "
        f"Edition {answer.edition}.",
        _facts(answer),
    )
    if len(answer.years.risk) > 1:
        say(
            "Over single issues the central gap is "
            f"{_ends(answer.issue_range.issues.low, answer.issue_range.issues.high)}; over every "
            "weighting of issues the ends are "
            f"{_ends(answer.issue_range.weights.low, answer.issue_range.weights.high)}."
        )
    weak = answer.total.weak_at_home
    if weak.low is not None:
        say(
            f"Unreached and in countries where the law is weak at home: {percent(weak.central)} "
            f"({between(weak.low, weak.high)}) of the weight."
        )
    for row in answer.rows:
        if row.composite is not None:
            say(_composite(row.label.en, row.composite))
    _print_instruments(answer)
    for note in answer.notes:
        say(f"- {note.en}")
    if answer.total.member is not None:
        say(
            "- That share follows broad activities only: a sector in which the country is strong "
            "can be far larger than shown."
        )
    if answer.not_researched:
        labels = names()
        missing = ", ".join(labels[issue].en for issue in answer.not_researched)
        say(f"- Not researched, no data: {missing}.")


def _facts(answer: GapAnswer) -> str:
    """Return which facts about instruments were used."""
    version = answer.facts.sha256[:8]
    if not answer.facts.published:
        return f"Facts about instruments as shipped (version {version})."
    changed = ", ".join(answer.facts.published)
    return f"Facts about instruments as shipped, but {changed} as published here ({version})."


def _ends(low: float | None, high: float | None) -> str:
    if low is None:
        return "unknown: too little is"
    first, last = percent(low), percent(high)
    return first if first == last else f"from {first} to {last}"


def _composite(name: str, note: CompositeNote) -> str:
    """Return who carries the average of a region of many countries, and its wider band."""
    carried = ", ".join(f"{item.label.en} {percent(item.share)}" for item in note.carriers[:5])
    return (
        f"{name}: {note.members} countries. Its average rests most on {carried}. If all "
        f"were its least or its most risky country: {amount(note.widest.low)} to "
        f"{amount(note.widest.high)} risk-weighted."
    )


def _print_instruments(answer: GapAnswer) -> None:
    for item in answer.total.instruments:
        if item.reach_is_known:
            share = percent(item.credit.share)
            say(f"+ {item.label.en}: credited with {share} of the weight.")
    for fact in answer.missing_facts[:MOST_MISSING]:
        worth = "" if fact.at_most is None else f"; could close at most {percent(fact.at_most)}"
        say(f"? {fact.label.en}: applies, reach unknown{worth}. Missing: {fact.missing.en}.")
    more = answer.missing_facts[MOST_MISSING:]
    if more:
        most = (
            "" if more[0].at_most is None else f", none worth more than {percent(more[0].at_most)}"
        )
        say(f"? and {len(more)} more of unknown reach{most}: --format json names them all.")
    if not answer.total.instruments:
        say("No instrument applies to this part of the chain on this day.")


def why(
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help="The id of a figure, from `gap --format json`.")
    ],
    format: Printed = Format.TABLE,
) -> None:
    """Show where a figure comes from: function, parameters, table, edition, sources.

    Example: ketenkaart why gap:breadth:value_added:2026-11-22:total@starter-2026.1
    """
    from ketenkaart.services.governance import explain

    trace = explain(figure)
    if format is Format.JSON:
        print_json(trace.model_dump(mode="json", exclude_none=True))
        return
    if format is Format.CSV:
        print_csv(("depth", "title", "value", "source", "locator", "grade"), _flat(trace.steps, 0))
        return
    say(trace.figure.en, trace.id, "")
    for depth, step in _walk(trace.steps, 0):
        say(_line(depth, step))


def _walk(steps: Sequence[Step], depth: int) -> list[tuple[int, Step]]:
    found: list[tuple[int, Step]] = []
    for step in steps:
        found.append((depth, step))
        found.extend(_walk(step.steps, depth + 1))
    return found


def _flat(steps: Sequence[Step], depth: int) -> list[list[Any]]:
    return [
        [
            level,
            step.title.en,
            step.value,
            step.citation.source if step.citation else None,
            step.citation.locator if step.citation else None,
            step.citation.grade.value if step.citation else None,
        ]
        for level, step in _walk(steps, depth)
    ]


def _line(depth: int, step: Step) -> str:
    parts = [f"{'  ' * depth}{'└ ' if depth else ''}{step.title.en}"]
    if step.value is not None:
        parts.append(f": {step.value}")
    if step.citation is not None:
        place = f", {step.citation.locator}" if step.citation.locator else ""
        parts.append(f" [{step.citation.source}{place}; {step.citation.grade}]")
    if step.detail is not None:
        parts.append(f"\n{'  ' * (depth + 1)}{step.detail.en}")
    return "".join(parts)
