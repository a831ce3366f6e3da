"""`ketenkaart letter evaluate`: how far a machine's reading agrees with a person's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.ledger.evaluation_types import Difference, Evaluation, Fault
from ketenkaart.core.ledger.scores import Share
from ketenkaart.core.ledger.types import ResponseClass

HEADINGS = ("record", "of", "measure", "hits", "of_count", "value", "low", "high")
NO_ANSWER = "no answer"
TITLES = {
    Fault.MISSED: "Missed",
    Fault.FALSE_ALARM: "False alarms",
    Fault.DIFFERENT: "Read otherwise",
}


def evaluate_letter(
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD.json", help="What a person found in the letter.")
    ],
    letter: Annotated[Path, typer.Argument(metavar="LETTER", help="The letter's file.")],
    format: Printed = Format.TABLE,
) -> None:
    """Measure the reading of one letter against its gold standard, one to one.

    A proposal counts when its sentence covers at least half of the gold's key phrase.

    Example: ketenkaart letter evaluate letter.ledger.json letter.txt
    """
    from ketenkaart.services.letter_scores import evaluate_file

    found = evaluate_file(gold, letter)
    if format is Format.JSON:
        print_json(found.model_dump(mode="json"))
    elif format is Format.CSV:
        print_csv(HEADINGS, _rows(found))
    else:
        _print(found)


def _rows(found: Evaluation) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for item in found.kinds:
        score = item.score
        together = 2 * score.matched + score.missed + score.false_alarms
        for measure, share in (("precision", score.precision), ("recall", score.recall)):
            rows.append(["score", item.of.value, measure, *_csv_share(share)])
        rows.append(
            ["score", item.of.value, "f1", 2 * score.matched, together, score.f1, None, None]
        )
    rows += [
        ["agreement", item.of.value, "share", *_csv_share(item.share)] for item in found.agreements
    ]
    rows += [
        ["confusion", item.gold or NO_ANSWER, item.read.value, item.count, None, None, None, None]
        for item in found.confusion
    ]
    return rows


def _csv_share(share: Share) -> list[Any]:
    return [share.hits, share.of, share.value, share.low, share.high]


def _print(found: Evaluation) -> None:
    say(f"{found.document}: estimates from one letter, with 95 % intervals", "")
    columns = [
        Column("Kind"), Column("Gold", "right"), Column("Matched", "right"),
        Column("Missed", "right"), Column("False", "right"), Column("Precision", "right"),
        Column("Recall", "right"), Column("F1", "right"),
    ]  # fmt: skip
    rows = []
    for item in found.kinds:
        s = item.score
        counts = [s.matched + s.missed, s.matched, s.missed, s.false_alarms]
        f1 = "n/a" if s.f1 is None else f"{s.f1:.3f}"
        rows.append([
            _words(item.of), *(str(n) for n in counts), shown(s.precision), shown(s.recall), f1,
        ])  # fmt: skip
    print_table(columns, rows)
    say("")
    print_table(
        [Column("Within matched pairs"), Column("Same", "right"), Column("Share", "right")],
        [
            [_words(item.of), f"{item.share.hits} of {item.share.of}", shown(item.share)]
            for item in found.agreements
        ],
    )
    say("")
    _print_confusion(found)
    for fault, title in TITLES.items():
        chosen = [item for item in found.differences if item.fault is fault]
        if chosen:
            say("", f"{title}:")
            print_table(
                [Column("Line", "right"), Column("Of"), Column("Id"), Column("Words", wide=True),
                 Column("Gold and reading", wide=True)],
                [_difference(item) for item in chosen],
            )  # fmt: skip


def shown(share: Share) -> str:
    """Return a share as "92 % (80-97)", and "n/a" where there is nothing to count.

    >>> shown(Share.from_counts(9, 10)), shown(Share.from_counts(0, 0))
    ('90 % (60-98)', 'n/a')
    """
    if share.value is None or share.low is None or share.high is None:
        return "n/a"
    return f"{100 * share.value:.0f} % ({100 * share.low:.0f}-{100 * share.high:.0f})"


def _print_confusion(found: Evaluation) -> None:
    if not found.confusion:
        return
    counts = {(item.gold, item.read): item.count for item in found.confusion}
    read = [cls for cls in ResponseClass if any(key[1] is cls for key in counts)]
    gold = [cls for cls in (*ResponseClass, None) if any(key[0] is cls for key in counts)]
    print_table(
        [Column("Gold \\ read"), *(Column(_words(cls), "right") for cls in read)],
        [
            [_words(g) if g else NO_ANSWER, *(str(counts.get((g, r), "·")) for r in read)]
            for g in gold
        ],
    )


def _difference(item: Difference) -> list[str]:
    said = [f"gold: {item.gold}"] if item.gold is not None else []
    said += [f"read: {item.read}"] if item.read is not None else []
    said += [f"gold calls this: {item.note}"] if item.note else []
    return [str(item.line), _words(item.of), item.id, item.text[:200], "; ".join(said)]


def _words(code: str) -> str:
    return code.replace("_", " ")
