"""`ketenkaart evidence advice|decide|export`: advice on initiatives; a person decides."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.evidence import Own, evidence_app
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import InputError, StoreError

if TYPE_CHECKING:
    from ketenkaart.services.evidence.advising import InitiativeAnswer

__all__ = ["evidence_app"]


@evidence_app.command("advice", short_help="Keep, stop, or not enough evidence, with reasons.")
def advice(
    initiative: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One initiative. Default: all.")
    ] = None,
    folder: Own = None,
    format: Printed = Format.TABLE,
) -> None:
    """Advise on the initiatives that are supported, by a stated rule; a person decides.

    What single further study would change the advice is said with it.

    Example: ketenkaart evidence advice better_work
    """
    from ketenkaart.services.evidence.advising import find_initiative, initiatives
    from ketenkaart.services.evidence.rows import ADVICE_COLUMNS, advice_data, advice_row

    every = initiatives(folder) if initiative is None else (find_initiative(initiative, folder),)
    if format is Format.JSON:
        print_json({"initiatives": [advice_data(item) for item in every]})
    elif format is Format.CSV:
        print_csv(ADVICE_COLUMNS, [advice_row(item) for item in every])
    elif initiative is None:
        _print_all(every)
    else:
        _print_one(every[0])


@evidence_app.command("decide", short_help="Keep a person's decision in your own folder.")
def decide(
    initiative: Annotated[str, typer.Argument(metavar="ID", help="The initiative.")],
    decision: Annotated[
        str,
        typer.Option(help="keep, keep_with_conditions, stop or wait_for_evidence."),
    ],
    reason: Annotated[str, typer.Option(help="Why, in a few sentences.")],
    by: Annotated[str, typer.Option(help="Who decides: a person, by name.")],
    folder: Own = None,
) -> None:
    """Keep what a person decided, beside the advice of that moment and a hash of its evidence.

    Earlier decisions stay in the file. An advice never decides.

    Example: ketenkaart evidence decide idh --decision wait_for_evidence --by "A. Jansen"
    --reason "The end evaluation comes in spring" --folder my_evidence
    """
    from ketenkaart.core.monitor.evidence.types import Choice
    from ketenkaart.services.evidence.advising import decide as keep
    from ketenkaart.services.evidence.reading import own_folder

    chosen = own_folder(folder)
    if chosen is None:
        raise InputError(
            "There is no folder to keep the decision in", where="--folder",
            fix="Name a folder of your own, or make `evidence` in the data folder.",
        )  # fmt: skip
    if decision not in {item.value for item in Choice}:
        raise InputError(
            f"{decision[:40]!r} is no decision", where="--decision",
            fix=f"Use one of {', '.join(item.value for item in Choice)}.",
        )  # fmt: skip
    made = keep(
        initiative=initiative, choice=Choice(decision), reason=reason, actor=by,
        at=datetime.now(UTC), folder=chosen,
    )  # fmt: skip
    say(f"Kept: {made.choice.value.replace('_', ' ')} for {made.initiative}, by {made.by}.")
    say(f"The advice at that moment: {made.advice.replace('_', ' ')}.")


@evidence_app.command("export", short_help="Everything as JSON, or all findings as CSV.")
def export(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--output",
            metavar="FILE",
            help="A .json or .csv file. Default: standard output.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="json or csv, without --out.")] = Format.JSON,
    folder: Own = None,
) -> None:
    """Write studies, findings, searches, advice and decisions to one file.

    Example: ketenkaart evidence export --out evidence.json
    """
    import io
    import json

    from ketenkaart.services.evidence.advising import initiatives
    from ketenkaart.services.evidence.reading import evidence_base
    from ketenkaart.services.evidence.rows import FINDING_COLUMNS, base_data, finding_row
    from ketenkaart.services.exports import write_csv

    wanted = out.suffix.removeprefix(".") if out else format.value
    if wanted not in ("json", "csv"):
        raise InputError(
            f"No export as {wanted or 'a file without an ending'}", where="--out, --format",
            fix="Use json or csv.",
        )  # fmt: skip
    base = evidence_base(folder)
    text = io.StringIO(newline="")
    if wanted == "json":
        json.dump(base_data(base, initiatives(folder)), text, ensure_ascii=False, indent=2,
                  default=str)  # fmt: skip
        text.write("\n")
    else:
        write_csv(text, FINDING_COLUMNS, [finding_row(item, base) for item in base.findings])
    if out is None:
        say(text.getvalue().removesuffix("\n"))
        return
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8", newline="")
        part.replace(out)
    except OSError as error:
        raise StoreError(
            f"The file cannot be written: {error.strerror or error}", where=str(out),
            fix="Name a file in a folder that exists and can be written.",
        ) from error  # fmt: skip
    say(f"Wrote {len(base.studies)} studies to {out.name}.")


def _print_all(every: tuple[InitiativeAnswer, ...]) -> None:
    from ketenkaart.services.evidence.advising import COUNSELS, GROUNDS

    print_table(
        [Column("Initiative"), Column("Advice"), Column("Studies", "right"),
         Column("Count", "right"), Column("Why", wide=True), Column("Decision", spare=1)],
        [
            [item.initiative.id, COUNSELS[item.advice.counsel].en,
             str(len({found.study for found in item.findings})),
             str(len({found.study for found in item.advice.counted})),
             GROUNDS[item.advice.ground].en,
             item.decisions[-1].choice.value.replace("_", " ") if item.decisions else "none yet"]
            for item in every
        ],
    )  # fmt: skip
    say("This is advice by a stated rule (docs/methods/evidence.md); a person decides.")


def _print_one(item: InitiativeAnswer) -> None:
    from ketenkaart.services.evidence.advising import ASIDE, COUNSELS, reasons

    say(f"{item.instrument.name.en}: {item.initiative.aim.en}")
    say(f"Advice: {COUNSELS[item.advice.counsel].en}. A person decides.")
    for reason in reasons(item):
        say(f"  {reason.en}")
    why = {(one.study, one.finding): ASIDE[reason].en for one, reason in item.advice.aside}
    if item.findings:
        print_table(
            [Column("Study"), Column("Step"), Column("Way"), Column("Rung", "right"),
             Column("Finding", wide=True), Column("Counts", wide=True)],
            [
                [one.study, one.step.value, one.way.value.replace("_", " "), str(one.level),
                 one.about.en, why.get((one.study, one.finding), "yes")]
                for one in item.findings
            ],
        )  # fmt: skip
    for response in item.initiative.responses:
        say(f"Response of {response.by} ({response.on.isoformat()}): {response.text.en}")
    for made in item.decisions:
        say(f"Decision by {made.by} at {made.at}: {made.choice.value.replace('_', ' ')}. "
            f"{made.reason}")  # fmt: skip
    if item.is_outdated:
        say("The evidence or the rule changed since the last decision.")
