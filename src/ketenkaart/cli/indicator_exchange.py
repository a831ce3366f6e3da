"""`ketenkaart indicator exchange ...`: series shared with other countries, and compared."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.indicator import STATES
from ketenkaart.cli.indicator_freezing import indicator_app
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.monitor.exchange.types import Comparison, SharedSeries

__all__ = ["indicator_app"]

exchange_app = typer.Typer(
    help="Share series with other countries, take theirs in, compare under joint definitions.",
    no_args_is_help=True,
)
indicator_app.add_typer(
    exchange_app, name="exchange", short_help="Share and compare series with other countries."
)
SDMX = typer.Option("--sdmx", help="Version of SDMX-CSV: 2.1 or 3.0.")
ASPECTS = {
    "scale": "scale",
    "unit": "unit",
    "direction": "direction",
    "definition": "definition",
    "unit_of_analysis": "unit of analysis",
    "frame": "frame",
}
VERDICTS = {
    "comparable": "comparable",
    "comparable_with_bridge": "comparable with a bridge",
    "not_comparable": "not comparable",
}


class Form(StrEnum):
    """The form of a file to share."""

    SDMX = "sdmx"
    JSON = "json"


@exchange_app.command("export", short_help="Write series as SDMX-CSV or JSON.")
def export(
    indicators: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|FILE.YML]...", help="Which indicators. Default: all."),
    ] = None,
    form: Annotated[Form, typer.Option("--form", help="sdmx or json.")] = Form.SDMX,
    sdmx: Annotated[str, SDMX] = "2.1",
    area: Annotated[str, typer.Option(help="Country of the series.")] = "NLD",
    sender: Annotated[str, typer.Option(help="Who sends them.")] = "Ketenkaart",
    out: Annotated[
        Path | None,
        typer.Option("--out", "--output", metavar="FILE", help="Default: standard output."),
    ] = None,
) -> None:
    """Write series for other countries: values, intervals, states, definitions and their hash.

    Example: ketenkaart indicator exchange export endorsement --out nld.csv
    """
    from ketenkaart.services.series_exchange.documents import write_json, write_text
    from ketenkaart.services.series_exchange.sdmx import SdmxVersion, write_sdmx
    from ketenkaart.services.series_exchange.sharing import chosen_indicators, shared_series

    if sdmx not in {version.value for version in SdmxVersion}:
        raise InputError(
            f"SDMX {sdmx[:10]!r} is not written", where="--sdmx", fix="Use 2.1 or 3.0."
        )
    if out is not None and out.suffix == ".json":
        form = Form.JSON
    series = shared_series(chosen_indicators(indicators or ()), sender=sender, area=area)
    text = write_json(series) if form is Form.JSON else write_sdmx(series, SdmxVersion(sdmx))
    if out is None:
        say(text.removesuffix("\n"))
        return
    write_text(out, text)
    say(f"Wrote {len(series)} series to {out.name}.")


@exchange_app.command("import", short_help="Check a file from another country, and keep it.")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SDMX-CSV (.csv) or our JSON.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "--output", metavar="DIR", help="Write an indicator file per series here."
        ),
    ] = None,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Keep good measurements beside faults.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Read series from another country; every fault is named by row and column.

    Each is held against the joint definitions. With --out they become indicator files, for
    `ketenkaart indicator show FILE.yml`.

    Example: ketenkaart indicator exchange import deu.csv --out received
    """
    from ketenkaart.core.monitor.exchange.comparing import definition_sha256
    from ketenkaart.services.series_exchange.documents import read_shared, write_indicators
    from ketenkaart.services.series_exchange.sharing import joint_definitions

    read = read_shared(file, keep_good=keep_good)
    for fault in read.faults:
        tell(f"left out: {fault}")
    joint = {item.sha256: item for item in joint_definitions()}
    columns = ("indicator", "area", "sender", "definition", "frame", "measurements", "known",
               "definition_sha256", "is_joint")  # fmt: skip
    rows = [
        [item.indicator, item.area, item.sender, item.definition, item.frame, len(item.points),
         sum(point.value is not None for point in item.points), definition_sha256(item),
         definition_sha256(item) in joint]
        for item in read.series
    ]  # fmt: skip
    if format is Format.JSON:
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"series": found, "faults": [str(fault) for fault in read.faults]})
    elif format is Format.CSV:
        print_csv(columns, rows)
    else:
        print_table(
            [Column("Indicator"), Column("Area"), Column("Definition"), Column("Frame", spare=1),
             Column("Measurements", "right"), Column("Known", "right"), Column("Joint")],
            [[*map(str, (r[0], r[1], r[3], r[4], r[5], r[6])), "yes" if r[8] else "no"]
             for r in rows],
        )  # fmt: skip
    if out is not None:
        paths = write_indicators(read.series, out)
        tell(f"Wrote {', '.join(path.name for path in paths)} to {out}.")


@exchange_app.command("compare", short_help="Two countries side by side: may they be joined?")
def compare(
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="A file they sent.")],
    ours: Annotated[
        str | None,
        typer.Option(metavar="ID|FILE", help="One of ours, or a shared file. Default: all ours."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Compare series of theirs with ours: differences side by side, joined only where they may be.

    Where definitions or frames differ, a day on which one country measured both ways is the bridge.
    Without one they are not joined.

    Example: ketenkaart indicator exchange compare deu.csv --ours endorsement
    """
    from ketenkaart.services.series_exchange.documents import read_shared
    from ketenkaart.services.series_exchange.rows import (
        COMPARISON_COLUMNS,
        comparison_data,
        comparison_rows,
    )
    from ketenkaart.services.series_exchange.sharing import compare_all

    found = compare_all(_ours(ours), read_shared(theirs).series)
    if format is Format.JSON:
        print_json({"comparisons": [comparison_data(item) for item in found]})
    elif format is Format.CSV:
        print_csv(COMPARISON_COLUMNS, [row for item in found for row in comparison_rows(item)])
    else:
        for item in found:
            _print(item)


@exchange_app.command("definitions", short_help="The joint definitions, by version.")
def definitions(format: Printed = Format.TABLE) -> None:
    """Show the joint definitions with their hashes, whether they still hold, and who adopted them.

    Example: ketenkaart indicator exchange definitions --format json
    """
    from ketenkaart.services.series_exchange.rows import (
        DEFINITION_COLUMNS,
        definition_row,
        joint_data,
    )
    from ketenkaart.services.series_exchange.sharing import joint_definitions, joint_document

    document, every = joint_document(), joint_definitions()
    if format is Format.JSON:
        print_json(joint_data(document, every))
    elif format is Format.CSV:
        print_csv(DEFINITION_COLUMNS, [definition_row(item) for item in every])
    else:
        say(f"Joint definitions, version {document.version}, since {document.since.isoformat()}.")
        print_table(
            [Column("Indicator"), Column("Definition"), Column("Text", wide=True),
             Column("SHA-256"), Column("Holds")],
            [
                [item.indicator, item.definition,
                 item.series.definition_text.en if item.series else "gone", item.sha256[:12],
                 "yes" if item.holds else "no: changed since"]
                for item in every
            ],
        )  # fmt: skip
        if not document.adopted:
            say("As far as known here, no country has adopted them yet: they are offered.")
        for adoption in document.adopted:
            since = f" since {adoption.on.isoformat()}" if adoption.on else ""
            say(f"{adoption.area}: {STATES.get(adoption.state.value, 'adopted')}{since}.")


def _ours(chosen: str | None) -> tuple[SharedSeries, ...]:
    from ketenkaart.services.series_exchange.documents import read_shared
    from ketenkaart.services.series_exchange.sharing import chosen_indicators, shared_series

    if chosen is not None and chosen.endswith((".csv", ".json")):
        return read_shared(Path(chosen)).series
    wanted = () if chosen is None else (chosen,)
    return shared_series(chosen_indicators(wanted), sender="Ketenkaart")


def _print(item: Comparison) -> None:
    ours, theirs = item.ours, item.theirs
    verdict = VERDICTS[item.comparability.value]
    say(
        f"{ours.indicator}: {ours.area} ({ours.definition}, {ours.frame}) beside {theirs.area} "
        f"({theirs.definition}, {theirs.frame}): {verdict}."
    )
    if item.differences:
        print_table(
            [Column("Differs in"), Column(ours.area, wide=True), Column(theirs.area, wide=True)],
            [[ASPECTS[one.aspect.value], one.ours.en, one.theirs.en] for one in item.differences],
        )
    if item.bridge is not None:
        se = "its error is not known" if item.bridge.se is None else f"error {item.bridge.se:.3g}"
        say(f"Bridge: {item.bridge.area} measured both ways on {item.bridge.on.isoformat()}; shift "
            f"{item.bridge.shift:+.3g} on the scale of the trend, {se}.")  # fmt: skip
    elif item.differences:
        say("Not joined: no day is known on which one country measured both ways.")
    for point in item.joined:
        if point.value is None:
            say(f"  {theirs.area} {point.on.isoformat()}: {STATES[point.state.value]}")
            continue
        ends = "" if point.low is None else f" ({point.low:.4g} to {point.high:.4g})"
        word = "estimate " if item.bridge else ""
        say(f"  {theirs.area} {point.on.isoformat()}: {word}{point.value:.4g}{ends}")
