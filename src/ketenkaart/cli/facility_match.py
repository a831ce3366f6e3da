"""`ketenkaart facility match|match-train|match-evaluate`: one facility in two lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.numbers import NOT_GIVEN
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
from ketenkaart.cli.progress import Share

if TYPE_CHECKING:
    from ketenkaart.core.chain.facilities.types import FacilityRecord
    from ketenkaart.core.chain.matching.evaluation import Proportion
    from ketenkaart.core.chain.matching.outcomes import Match, RowResult
    from ketenkaart.services.matching.lists import ReadList
    from ketenkaart.services.matching.running import Matched

REGISTRY, ITSELF = "registry", "itself"
ModelFile = Annotated[
    Path | None,
    typer.Option("--model", metavar="FILE", help="A model that match-train wrote. Default: ours."),
]
COLUMNS = (
    "row", "name", "band", "matched_id", "matched_name", "probability", "why", "cautions",
)  # fmt: skip


@facility_app.command("match", short_help="Which rows of a list are known facilities.")
def match(
    list_file: Annotated[
        Path, typer.Argument(metavar="LIST", help="CSV or XLSX with name, address, country.")
    ],
    *,
    against: Annotated[
        str,
        typer.Option(metavar="registry|itself|FILE", help="What to match the list with."),
    ] = REGISTRY,
    engine: Annotated[
        str,
        typer.Option(metavar="auto|own|duckdb|spark", help="What weighs pairs; auto: by size."),
    ] = "auto",
    model: ModelFile = None,
    learn: Annotated[
        int | None,
        typer.Option(metavar="SEED", help="Learn a model on these lists first; long ones only."),
    ] = None,
    band: Annotated[
        str | None,
        typer.Option(metavar="automatic|human|new", help="Print only the rows in this band."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Say of each row of a list: known (automatic), perhaps (for a person), or new, and why.

    Nothing is stored. A run that was killed goes on where it was. Facilities of one firm, and
    firms at one address, are never matched without a person.

    Example: ketenkaart facility match list.csv --against other.csv --format csv
    """
    from ketenkaart.services.matching.asking import bands_named, match_file
    from ketenkaart.services.matching.lists import read_list

    wanted = bands_named(band)
    records = read_list(list_file)
    others = _others(against)
    with Share() as share:
        found = match_file(
            records.records,
            None if others is None else others.records,
            engine=engine,
            model=model,
            learn=learn,
            told=share.show,
        )
    _tell_rejected(list_file.name, records)
    if others is not None and against != REGISTRY:
        _tell_rejected(against, others)
    rows = list(found.results.within(wanted))
    names = _names(records.records, () if others is None else others.records)
    _print_matches(found, rows, names, format)


def _others(against: str) -> ReadList | None:
    """Return what to match with; None is the list itself."""
    from ketenkaart.services.matching.lists import ReadList, read_list

    if against == ITSELF:
        return None
    if against != REGISTRY:
        return read_list(Path(against))
    from ketenkaart.cli.acting import open_record

    open_record()
    from ketenkaart.services.facilities.registry import registry_records

    return ReadList(tuple(registry_records()), ())


def _tell_rejected(name: str, found: ReadList) -> None:
    for line in found.rejected[:20]:
        tell(f"left out, {name}, {line}")
    if len(found.rejected) > 20:
        tell(f"left out, {name}: {len(found.rejected) - 20} rows more")


def _names(*lists: tuple[FacilityRecord, ...]) -> list[dict[str, str]]:
    return [{record.key: record.name for record in records} for records in lists]


def _print_matches(
    found: Matched, rows: list[RowResult], names: list[dict[str, str]], format: Format
) -> None:
    own, others = names
    others = others or own
    if format is Format.JSON:
        print_json(
            {
                "engine": found.engine.value,
                **_counts(found),
                "keys_left_out": found.left_out,
                "rows": [_row_json(row, own, others) for row in rows],
            }
        )
        return
    cells = [line for row in rows for line in _lines(row, own, others)]
    if format is Format.CSV:
        print_csv(COLUMNS, cells)
        return
    columns = [
        Column("Row"),
        Column("Name", wide=True),
        Column("Band"),
        Column("Matched", spare=1),
        Column("Its name", wide=True),
        Column("Probability", align="right"),
        Column("Why", wide=True, spare=3),
        Column("Ask a person because", wide=True, spare=2),
    ]
    shown = [[_text(cell) for cell in line] for line in cells]
    print_table(columns, shown)
    counts = _counts(found)
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    say("", f"{said}. Probabilities are estimates; people decide the human band.")
    if found.left_out:
        say(f"{found.left_out} keys were shared by too many rows and not used to find pairs.")


def _counts(found: Matched) -> dict[str, int]:
    from ketenkaart.core.chain.matching.outcomes import Band

    return {band.value: found.count(band) for band in Band}


def _lines(row: RowResult, own: dict[str, str], others: dict[str, str]) -> list[list[Any]]:
    if not row.matches:
        return [[row.key, own[row.key], row.band.value, None, None, None, None, None]]
    first = [row.key, own[row.key], row.band.value]
    return [
        [*first, m.right, others.get(m.right), round(m.probability, 4), _why(m), _cautions(m)]
        for m in row.matches
    ]


def _text(cell: Any) -> str:
    if cell is None:
        return NOT_GIVEN
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _why(match: Match) -> str:
    return "; ".join(f"{text} ({bits:+.1f})" if bits else text for text, bits in match.reasons)


def _cautions(match: Match) -> str | None:
    from ketenkaart.core.chain.matching.cautions import CAUTIONS

    return "; ".join(CAUTIONS[caution] for caution in match.cautions) or None


def _row_json(row: RowResult, own: dict[str, str], others: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row.key,
        "name": own[row.key],
        "band": row.band.value,
        "matches": [
            {
                "id": m.right,
                "name": others.get(m.right),
                "probability": m.probability,
                "why": [{"said": text, "bits": bits} for text, bits in m.reasons],
                "cautions": [caution.value for caution in m.cautions],
            }
            for m in row.matches
        ],
    }


@facility_app.command("match-train", short_help="Learn what each field is worth on your lists.")
def match_train(
    list_file: Annotated[Path, typer.Argument(metavar="LIST", help="CSV or XLSX.")],
    *,
    against: Annotated[
        str, typer.Option(metavar="registry|itself|FILE", help="What to match the list with.")
    ] = ITSELF,
    pairs: Annotated[
        Path | None, typer.Option(metavar="PAIRS", help="Pairs that people labelled; they help.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the random pairs; same seed, same model.")] = 1,
    out: Annotated[
        Path, typer.Option("--out", "--output", metavar="FILE", help="Where to write the model.")
    ] = Path("matching_model.json"),
) -> None:
    """Train a model without labels, and write it as JSON for `facility match --model`.

    Example: ketenkaart facility match-train list.csv --against registry --out model.json
    """
    from ketenkaart.services.matching.asking import train_file
    from ketenkaart.services.matching.lists import read_list, read_pairs

    records = read_list(list_file)
    others = _others(against)
    model = train_file(
        records.records,
        None if others is None else others.records,
        pairs=read_pairs(pairs) if pairs is not None else (),
        seed=seed,
        trained_on=f"{list_file.name} with {against}, seed {seed}",
        out=out,
    )
    _tell_rejected(list_file.name, records)
    say(
        f"Wrote {out}: {model.prior:.1%} of the pairs that share a key are matches;"
        f" automatic from {model.automatic:.4f}, for people from {model.human:.4f}."
    )


@facility_app.command("match-refit", short_help="Add people's decisions to a model.")
def match_refit(
    *,
    model: ModelFile = None,
    out: Annotated[
        Path, typer.Option("--out", "--output", metavar="FILE", help="Where to write the model.")
    ] = Path("matching_model.json"),
) -> None:
    """Teach a model what people decided about pairs in the queue, and write it as JSON.

    Bands only become more careful: fewer pairs automatic, more for people.

    Example: ketenkaart facility match-refit --out model.json
    """
    from ketenkaart.cli.acting import open_record

    open_record()
    from ketenkaart.services.facilities.pairs import decided_pairs
    from ketenkaart.services.matching.asking import refit_on
    from ketenkaart.services.matching.lists import LabelledPair

    pairs = [LabelledPair(pair.left, pair.right, pair.is_match) for pair in decided_pairs()]
    found = refit_on(pairs, model=model, trained_on=f"{len(pairs)} decided pairs added", out=out)
    say(
        f"Wrote {out}, with {len(pairs)} decided pairs: automatic from {found.automatic:.4f},"
        f" for people from {found.human:.4f}."
    )


@facility_app.command("match-evaluate", short_help="How often matching is right, on your pairs.")
def match_evaluate(
    pairs: Annotated[
        Path, typer.Argument(metavar="PAIRS", help="CSV or JSON with labelled pairs.")
    ],
    *,
    model: ModelFile = None,
    wrong: Annotated[bool, typer.Option(help="Print each pair that came out wrong.")] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Measure precision and recall on pairs that people labelled, with 95 % intervals (Wilson).

    CSV: name_1, address_1, country_1, name_2, address_2, country_2, is_match (true or false);
    latitude_1 and so on if known. JSON: lists `match` and `distinct` of pairs of records.

    Example: ketenkaart facility match-evaluate pairs.csv --wrong
    """
    from ketenkaart.services.matching.asking import evaluate_pairs
    from ketenkaart.services.matching.lists import read_pairs

    labelled = read_pairs(pairs)
    found = evaluate_pairs(labelled, model=model)
    scores = found.scores
    measures = {
        "precision of the automatic band": scores.precision,
        "found: automatic or human, of true pairs": scores.found,
        "automatic, of true pairs": scores.automatic,
        "new, of pairs of two facilities": scores.spared,
    }
    if format is Format.JSON:
        print_json(
            {
                "pairs": scores.pairs,
                "measures": {name: _proportion(value) for name, value in measures.items()},
                "wrong": [_pair_json(item) for item in found.wrong],
            }
        )
        return
    cells = [[name, *_proportion(value).values()] for name, value in measures.items()]
    if format is Format.CSV:
        print_csv(["measure", "hits", "of", "share", "low", "high"], cells)
        return
    columns = [
        Column("Measure"),
        *(Column(title, align="right") for title in ("Hits", "Of", "Share", "Low", "High")),
    ]
    print_table(columns, [[_text(cell) for cell in line] for line in cells])
    say("", f"{scores.pairs} pairs; 95 % intervals by Wilson, as if pairs were drawn at random.")
    if wrong:
        for item in found.wrong:
            say(
                f"{item.match.band.value}, but {'one facility' if item.is_match else 'two'}: "
                f"{item.left.name} | {item.left.address} || {item.right.name} | "
                f"{item.right.address}: {_why(item.match)}"
            )


def _proportion(value: Proportion) -> dict[str, float | int | None]:
    return {
        "hits": value.hits,
        "of": value.of,
        "share": value.share,
        "low": value.low,
        "high": value.high,
    }


def _pair_json(item: Any) -> dict[str, Any]:
    return {
        "names": [item.left.name, item.right.name],
        "addresses": [item.left.address, item.right.address],
        "is_match": item.is_match,
        "band": item.match.band.value,
        "probability": item.match.probability,
        "why": [{"said": text, "bits": bits} for text, bits in item.match.reasons],
    }
