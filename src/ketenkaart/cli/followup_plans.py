"""`ketenkaart followup plan|registers|survival`: plans, decisions, and how long it takes."""

from __future__ import annotations

from datetime import date

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.followup import AsOf, followup_app, on_day
from ketenkaart.cli.numbers import between, percent
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

__all__ = ["followup_app"]


@followup_app.command("plan")
def plan(as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """Print countdowns to promised decisions, and plans worked out backwards.

    Example: ketenkaart followup plan --as-of 2020-08-01
    """
    open_record()
    from ketenkaart.core.ledger.followup.dossier import in_words
    from ketenkaart.services.followup.planning import countdowns, plans

    on = on_day(as_of)
    rows: list[list[str]] = [
        [
            counted.countdown.id,
            counted.countdown.title.en,
            str(counted.expected),
            f"taken {counted.decision.decided_on}" if counted.decision else f"{counted.days} days",
            counted.grade.value,
        ]
        for counted in countdowns(on)
    ]
    for found, steps in plans(on):
        rows += [
            [
                found.id,
                in_words(step.milestone.name, "en"),
                str(step.ready_by or "unknown"),
                _progress(step.milestone.done_on, is_late=step.is_late),
                step.milestone.citation.grade.value,
            ]
            for step in steps
        ]
    columns = ("plan", "what", "day", "state", "grade")
    if format is Format.JSON:
        print_json({"as_of": on, "rows": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif format is Format.CSV:
        print_csv(columns, rows)
    else:
        named = [
            Column("Plan"), Column("What", wide=True), Column("Day"), Column("State"),
            Column("Grade"),
        ]  # fmt: skip
        print_table(named, rows)


def _progress(done_on: date | None, *, is_late: bool) -> str:
    if done_on is not None:
        return f"done {done_on}"
    return "day passed, not noted as done" if is_late else "to do"


@followup_app.command("registers")
def registers(format: Printed = Format.TABLE) -> None:
    """Print the decisions with their reasons, the goals that clash and the scope remarks.

    Example: ketenkaart followup registers --format json
    """
    open_record()
    from ketenkaart.core.ledger.followup.dossier import in_words
    from ketenkaart.services.followup.registers import decisions, entries

    decided, kept = decisions(), entries()
    if format is Format.JSON:
        print_json(
            {
                "decisions": [item.model_dump(mode="json") for item in decided],
                "entries": [entry.model_dump(mode="json") for entry in kept],
            }
        )
        return
    rows = [
        [
            "decision",
            item.about,
            in_words(item.title, "en"),
            in_words(item.reason, "en") if item.reason else "not recorded",
        ]
        for item in decided
    ]
    rows += [[e.kind.value, e.id, e.title.en, e.note or e.state.value] for e in kept]
    if format is Format.CSV:
        print_csv(("register", "about", "title", "reason_or_state"), rows)
        return
    named = [
        Column("Register"), Column("About"), Column("What", wide=True),
        Column("Reason or state", wide=True),
    ]  # fmt: skip
    print_table(named, rows)


@followup_app.command("survival")
def survival(as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """Print how long promises stay open: Kaplan-Meier, or why there is no curve yet.

    Example: ketenkaart followup survival --format json
    """
    open_record()
    from ketenkaart.core.ledger.followup.survival import LEAST_FOLLOWED, LEAST_KEPT, survival_of
    from ketenkaart.services.followup.reading import followed

    on = on_day(as_of)
    found = survival_of(followed(on), on)
    counts = {
        name: getattr(found, name)
        for name in ("kept", "open", "not_researched", "done_before", "no_day")
    }
    columns = ("days", "at_risk", "kept", "open_share", "low", "high")
    points = [[getattr(point, name) for name in columns] for point in found.points or ()]
    if format is Format.JSON:
        print_json(
            {
                "as_of": on.isoformat(),
                "counts": counts,
                "least_kept": LEAST_KEPT,
                "least_followed": LEAST_FOLLOWED,
                "points": [dict(zip(columns, row, strict=True)) for row in points]
                if found.points
                else None,
            }
        )
    elif format is Format.CSV:
        print_csv(columns, points)
    elif found.points is None:
        say(
            f"Too few verdicts for a curve: {found.kept} promises kept on a known day, "
            f"{found.followed} researched; it takes {LEAST_KEPT} and {LEAST_FOLLOWED}."
        )
    else:
        named = [Column(title, "right") for title in ("Days", "Followed", "Kept", "Open", "95%")]
        cells = [
            [
                str(p.days),
                str(p.at_risk),
                str(p.kept),
                percent(p.open_share),
                between(p.low, p.high),
            ]
            for p in found.points
        ]
        print_table(named, cells)
        say("", "An estimate, from the promises that somebody researched.")
