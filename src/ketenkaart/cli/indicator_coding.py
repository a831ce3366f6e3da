"""`ketenkaart indicator coding`: how far coders agree, and how often they err."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.indicator import indicator_app
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

if TYPE_CHECKING:
    from ketenkaart.services.monitor.coding import CodingAnswer

__all__ = ["indicator_app"]


class AgreementMetric(StrEnum):
    """What counts as a small difference between labels."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@indicator_app.command("coding", short_help="How far coders agree, and how often they err.")
def coding(  # noqa: PLR0917 - each is an option of its own
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A row per unit, a column per coder.")
    ],
    coders: Annotated[
        str, typer.Option(metavar="COLUMN,COLUMN", help="The first one's labels made the wave.")
    ],
    unit: Annotated[str, typer.Option(metavar="COLUMN", help="Names each unit.")] = "id",
    gold: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Settled truth, where it is known.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="Parts that differ; two coders need them without gold."
        ),
    ] = None,
    positive: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Which label is a case, unless yes and no.")
    ] = None,
    metric: Annotated[
        AgreementMetric, typer.Option(help="Of alpha: labels, ranks, or numbers.")
    ] = AgreementMetric.NOMINAL,
    order: Annotated[
        str | None, typer.Option(metavar="LOW,..,HIGH", help="Labels from low to high.")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="CODING.YML", help="Write the key `coding`, to put beside a wave."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Say how far coders agree, and how often each finds a case and leaves others alone.

    Without gold this follows from the labels alone, if coders err independently (latent classes).

    Example: ketenkaart indicator coding labels.csv --coders anna,bob --gold settled
    """
    from ketenkaart.services.monitor.coding import CodingFile, check_coding, keep_coding

    columns = tuple(part.strip() for part in coders.split(",") if part.strip())
    ranks = tuple(part.strip() for part in (order or "").split(",") if part.strip())
    answer = check_coding(
        CodingFile(file, unit, columns, gold, group), positive=positive, metric=metric.value,
        order=ranks,
    )  # fmt: skip
    if keep is not None:
        keep_coding(answer, keep, force=force)
    data = _data(answer)
    if format is Format.JSON:
        print_json(data)
    elif format is Format.CSV:
        print_csv(RATES, [[row[name] for name in RATES] for row in data["rates"]])
        if answer.cannot:
            tell(f"- How often coders err is not known: {answer.cannot}.")
    else:
        _print(answer)
        if keep is not None:
            say(f"Written to {keep.name}: put it under a wave of an indicator's file.")


RATES = ("coder", "sensitivity", "sensitivity_se", "specificity", "specificity_se", "method")


def _data(answer: CodingAnswer) -> dict[str, list[dict[str, object]]]:
    alpha = answer.alpha
    return {
        "kappas": [
            {"coders": item.variable, "units": item.items, "equal": item.equal,
             "kappa": item.value, "low": item.low, "high": item.high,
             "undefined": item.undefined}
            for item in answer.kappas
        ],
        "alpha": [
            {"metric": alpha.metric, "alpha": alpha.value, "low": alpha.low, "high": alpha.high,
             "units": alpha.units}
        ],
        "rates": [
            {"coder": name, "sensitivity": item.sensitivity,
             "sensitivity_se": item.sensitivity_se, "specificity": item.specificity,
             "specificity_se": item.specificity_se,
             "method": answer.method and answer.method.value}
            for name, item in zip(answer.coders, answer.every, strict=False)
        ],
        "cannot": [{"why": answer.cannot}] if answer.cannot else [],
    }  # fmt: skip


def _print(answer: CodingAnswer) -> None:
    print_table(
        [Column("Coders"), Column("Units", "right"), Column("Alike", "right"),
         Column("Kappa", "right"), Column("95% interval")],
        [
            [item.variable, str(item.items), str(item.equal), _figure(item.value),
             _ends(item.low, item.high)]
            for item in answer.kappas
        ],
    )  # fmt: skip
    alpha = answer.alpha
    say(
        f"Krippendorff's alpha ({alpha.metric}): {_figure(alpha.value)}"
        f"{' (' + _ends(alpha.low, alpha.high) + ')' if alpha.low is not None else ''}, over "
        f"{alpha.units} units coded more than once."
    )
    if answer.every:
        print_table(
            [Column("Coder"), Column("Finds a case", "right"), Column("SE", "right"),
             Column("Leaves others alone", "right"), Column("SE", "right")],
            [
                [name, f"{item.sensitivity:.1%}", f"{item.sensitivity_se:.3f}",
                 f"{item.specificity:.1%}", f"{item.specificity_se:.3f}"]
                for name, item in zip(answer.coders, answer.every, strict=True)
            ],
        )  # fmt: skip
        if answer.method is not None and answer.method.value != "gold":
            say(
                "Estimate from the labels alone: nobody settled the truth. It supposes that coders "
                "err independently; where they err on the same units, they are worse than this."
            )
    if answer.cannot:
        say(f"How often coders err is not known: {answer.cannot}.")


def _figure(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
