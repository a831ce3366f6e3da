"""`ketenkaart indicator freeze|frozen`: baselines that somebody signed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.indicator import STATES
from ketenkaart.cli.indicator_coding import indicator_app
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import NotFoundError

__all__ = ["indicator_app"]


@indicator_app.command("freeze", short_help="Sign a baseline: it is never changed after.")
def freeze(
    indicator: Annotated[
        str, typer.Argument(metavar="ID|FILE.YML", help="An indicator, or a file of your own.")
    ],
    reason: Annotated[str, typer.Option(help="Why it is signed now, in a few words.")],
    actor: As = None,
) -> None:
    """Sign the baseline of an indicator, with its day, method and hash.

    It cannot be undone: a later measurement is a wave, not another baseline.

    Example: ketenkaart indicator freeze endorsement --reason "Start of the new plan" --as anna
    """
    from ketenkaart.sources.reference.indicators import find_indicator

    found = find_indicator(indicator)
    who = acting(actor)
    from ketenkaart.services.freezing import freeze_baseline

    frozen = freeze_baseline(indicator=found, reason=reason, actor=who, at=datetime.now(UTC))
    say(f"Frozen: the baseline of {frozen.indicator}, signed by {frozen.by}.")
    say(f"SHA-256 {frozen.sha256}")


@indicator_app.command("frozen", short_help="Baselines that were signed, and whether they hold.")
def frozen(format: Printed = Format.TABLE) -> None:
    """List the baselines that were signed, and whether the indicator still says the same.

    Example: ketenkaart indicator frozen --format json
    """
    open_record()
    from ketenkaart.services.freezing import frozen_baselines
    from ketenkaart.sources.reference.indicators import find_indicator

    columns = ("indicator", "state", "value", "on", "by", "at", "reason", "sha256", "is_whole",
               "agrees")  # fmt: skip
    data = []
    for item in frozen_baselines():
        try:
            agrees: bool | None = item.agrees_with(find_indicator(item.indicator))
        except NotFoundError:
            agrees = None
        base = item.baseline
        data.append([
            item.indicator, base.state.value, base.value, base.on and base.on.isoformat(), item.by,
            item.at.isoformat(timespec="seconds"), item.reason, item.sha256, item.is_whole, agrees,
        ])  # fmt: skip
    if printed_as_data(format, columns, data, "frozen"):
        return
    if not data:
        say("No baseline was signed yet: `ketenkaart indicator freeze ID --reason ... --as NAME`.")
    else:
        print_table(
            [Column("Indicator"), Column("Baseline"), Column("By"), Column("At"),
             Column("SHA-256", spare=1), Column("Holds", wide=True)],
            [
                [str(row[0]), STATES[str(row[1])] if row[2] is None else f"{row[2]:,.6g}",
                 str(row[4]), str(row[5]), str(row[7])[:12], _holds(row[8], row[9])]
                for row in data
            ],
        )  # fmt: skip


def _holds(is_whole: object, agrees: object) -> str:
    if not is_whole:
        return "no: the record was changed outside Ketenkaart"
    if agrees is None:
        return "yes; the indicator is a file of your own"
    return "yes" if agrees else "yes, but the indicator says otherwise now"
