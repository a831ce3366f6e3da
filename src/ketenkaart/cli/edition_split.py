"""`ketenkaart edition split` and `split-report`: countries inside a region of a world table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.numbers import percent, rough
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from ketenkaart.services.chain.split_report import SplitReport
    from ketenkaart.services.chain.splitting import SplitPlan

PLAN = ("country", "is_known", "share", "output", "low", "high", "value_added", "largest")
REPORT = ("country", "sector", "value", "low", "high", "is_split")
SHOWN = 30


def split(
    edition: Annotated[str, typer.Argument(help="Id of a world table.")],
    source: Annotated[Path, typer.Option("--from", help="Folder with the publishers' files.")],
    countries: Annotated[
        str | None, typer.Option(help="Codes of three letters, such as BGD,VNM,KHM.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Every country of the region that has accounts.")
    ] = False,
    prior: Annotated[
        str | None,
        typer.Option(help="proportional, accounts, trade, factories (default) or employment."),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(help="Your own exchange rates, CSV: country,per_usd. They go before all."),
    ] = None,
    name: Annotated[str | None, typer.Option("--id", help="Id to keep it under.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come out; keep nothing.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Split the rest of the world of a table into countries: an estimate that keeps every flow.

    Example: ketenkaart edition split wiod2013-2011 --from ../shared/data --countries BGD,VNM,KHM
    """
    from ketenkaart.cli.edition_add import print_entry
    from ketenkaart.cli.progress import Share
    from ketenkaart.services.chain.splitting import plan_split, split_table
    from ketenkaart.warehouse.folder import chosen_data_folder

    chosen = _chosen(countries, whole)
    kind = _prior(prior)
    folder = chosen_data_folder()
    if dry_run:
        plan = plan_split(edition, source, chosen, prior=kind, rates=rates, data_folder=folder)
        _print_plan(plan, format)
        return
    with Share() as share:
        entry = split_table(
            edition,
            source,
            chosen,
            prior=kind,
            rates=rates,
            name=name,
            data_folder=folder,
            progress=share.show,
        )
    print_entry(entry, format)
    if format is Format.TABLE:
        say("", f"See what it says: ketenkaart edition split-report {entry.manifest.id}")


def split_report(
    edition: Annotated[str, typer.Argument(help="Id of a table that was split.")],
    demand: Annotated[str | None, typer.Option(help="Whose final demand. Default: NLD.")] = None,
    by: Annotated[str, typer.Option(help="country or node.")] = "country",
    countries: Annotated[
        str | None, typer.Option(help="Only these, such as BGD,VNM. Default: all that were split.")
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="How many rows. Default: all.")] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Say where in a split region the value added behind a demand arises, with intervals.

    Example: ketenkaart edition split-report wiod2013-2011-split --by node --countries BGD
    """
    from ketenkaart.services.chain.split_report import report_split
    from ketenkaart.warehouse.folder import chosen_data_folder

    found = report_split(
        edition,
        demand=demand,
        by=by,
        countries=None if countries is None else _codes(countries),
        data_folder=chosen_data_folder(),
    )
    _print_report(found, top, format)


def _chosen(countries: str | None, whole: bool) -> tuple[str, ...] | None:
    from ketenkaart.core.errors import InputError

    if whole == (countries is not None):
        raise InputError(
            "Say which countries to split off" if not whole else "--all leaves nothing to name",
            where="--countries",
            fix="Give --countries BGD,VNM,KHM or --all, one of the two.",
        )
    return None if countries is None else _codes(countries)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _prior(name: str | None) -> Any:
    from ketenkaart.core.chain.split.types import Prior
    from ketenkaart.core.errors import InputError
    from ketenkaart.services.chain.splitting import DEFAULT_PRIOR

    if name is None:
        return DEFAULT_PRIOR
    if name not in set(Prior):
        raise InputError(
            f"There is no prior {name[:40]!r}", where="--prior", fix=f"Use {', '.join(Prior)}."
        )
    return Prior(name)


def _print_plan(plan: SplitPlan, format: Format) -> None:
    rows = [
        [row.country, row.is_known, row.share, row.output, row.low, row.high, row.value_added,
         " ".join(row.largest)]
        for row in plan.rows
    ]  # fmt: skip
    if format is Format.JSON:
        print_json({
            "edition": plan.edition,
            "region": plan.region,
            "unit": plan.unit,
            "year": plan.year,
            "prior": plan.prior.value,
            "nodes": plan.nodes,
            "memory_bytes": plan.bytes,
            "without_exchange_rate": list(plan.without_rate),
            "count": len(rows),
            "rows": [dict(zip(PLAN, row, strict=True)) for row in rows],
        })  # fmt: skip
    elif format is Format.CSV:
        print_csv(PLAN, rows)
    else:
        known = [row for row in plan.rows if row.is_known]
        say(
            f"{plan.region} of {plan.edition}, prior {plan.prior.value}: an estimate. Nothing is "
            "kept.",
            f"{plan.nodes:,} nodes, about {plan.bytes / 2**30:.1f} GiB of memory.",
            "",
        )
        print_table(
            [
                Column("Country"), Column("Of value added", "right"), Column("Output", "right"),
                Column("Low", "right"), Column("High", "right"),
                Column("Largest sectors", wide=True),
            ],
            [
                [row.country or f"rest ({plan.region})", percent(row.share), rough(row.output),
                 rough(row.low), rough(row.high), " ".join(row.largest)]
                for row in known
            ],
        )  # fmt: skip
        unknown = [row.country for row in plan.rows if not row.is_known]
        say("", f"Output in {plan.unit} a year, {plan.year}.")
        if plan.without_rate:
            say(f"Without exchange rate (see --rates): {', '.join(plan.without_rate)}.")
        if unknown:
            say(f"Unknown, and part of the rest: {', '.join(unknown)}.")


def _print_report(found: SplitReport, top: int | None, format: Format) -> None:
    shown = found.rows[: top or len(found.rows)]
    rows = [[row.country, row.sector, row.value, row.low, row.high, row.is_split] for row in shown]
    if format is Format.JSON:
        print_json({
            "edition": found.edition,
            "demand": found.demand,
            "unit": found.unit,
            "year": found.year,
            "region": found.region,
            "prior": found.prior,
            "is_estimate": True,
            "total": found.total,
            "total_of_region": found.total_of_region,
            "count": len(found.rows),
            "rows": [dict(zip(REPORT, row, strict=True)) for row in rows],
        })  # fmt: skip
    elif format is Format.CSV:
        print_csv(REPORT, rows)
    else:
        say(
            f"ESTIMATE. Value added behind final demand of {found.demand}, {found.edition}, in "
            f"{found.unit} a year.",
            "",
        )
        limit = shown if top else shown[:SHOWN]
        print_table(
            [
                Column("Country"), *([Column("Sector")] if found.by == "node" else []),
                Column("Value added", "right"), Column("Low", "right"), Column("High", "right"),
            ],
            [
                [row.country + ("" if row.is_split else " (rest)"),
                 *([row.sector or ""] if found.by == "node" else []),
                 rough(row.value), rough(row.low), rough(row.high)]
                for row in limit
            ],
        )  # fmt: skip
        if len(limit) < len(found.rows):
            say("", f"{len(found.rows) - len(limit)} more rows: --top, or --format csv.")
        say(
            "",
            f"In the region as a whole {rough(found.total_of_region)}, in the world "
            f"{rough(found.total)}. The split keeps every flow of the table; a footprint still "
            "shifts, because who buys from whom inside the region now counts.",
            "Low and high: where the truth lay in nine of ten cases of the back-test "
            "(docs/methods/split.md).",
        )
