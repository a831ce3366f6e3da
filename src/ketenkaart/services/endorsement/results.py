"""Results of a run as a file: JSON, JSON lines, CSV or Parquet; written whole or not at all."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ketenkaart.core.errors import InputError
from ketenkaart.services.endorsement.rows import LISTS, DocumentRow, RunSummary, row_of
from ketenkaart.services.endorsement.running import Run
from ketenkaart.services.exports import write_csv
from ketenkaart.services.monitor.writing import require_free, write_bytes

FORMS = (".json", ".jsonl", ".csv", ".parquet")
FLAT = (
    "file", "sha256", "state", "language", "pages", "level", "level_name", "stance",
    "is_boilerplate", "is_partial", "page", "passage", "other_instruments", "reason",
    "reader",
)  # fmt: skip
"""The columns of CSV: the first deciding passage and its page stand for all passages."""
LARGEST_BYTES = 4 << 30


def require_form(path: Path, *, force: bool) -> None:
    """Raise `InputError` unless a run can be written there: known ending, folder there, no file."""
    if path.suffix.casefold() not in FORMS:
        raise InputError(
            f"{path.name} has no ending that says how to write it",
            where="--output",
            fix=f"Use {', '.join(FORMS)}.",
        )
    require_free(path, force=force)


def summary_data(summary: RunSummary) -> dict[str, Any]:
    """Return a summary as plain data."""
    return asdict(summary)


def run_data(run: Run, rows: Sequence[DocumentRow] | None = None) -> dict[str, Any]:
    """Return a run as plain data: `documents`, all or those given, and the `summary` of all."""
    shown = run.rows if rows is None else rows
    return {
        "documents": [row.as_data() for row in shown],
        "summary": summary_data(run.summary),
    }


def flat_row(row: DocumentRow) -> list[Any]:
    """Return a document as one row of cells, in the order of `FLAT`."""
    data = row.as_data()
    deciding = next(iter(row.deciding), {})
    others = "; ".join(sorted({str(item["instrument"]) for item in row.other_instruments}))
    more = {"page": deciding.get("page"), "passage": deciding.get("text")}
    return [(data | more | {"other_instruments": others or None})[name] for name in FLAT]


def write_results(path: Path, run: Run, rows: Sequence[DocumentRow], *, force: bool) -> None:
    """Write rows of a run in the form that the file's ending says."""
    write_bytes(path, _content(path.suffix.casefold(), run, rows), force=force)


def _content(form: str, run: Run, rows: Sequence[DocumentRow]) -> bytes:
    if form == ".json":
        return (json.dumps(run_data(run, rows), ensure_ascii=False, indent=1) + "\n").encode()
    if form == ".jsonl":
        lines = (json.dumps(row.as_data(), ensure_ascii=False) + "\n" for row in rows)
        return "".join(lines).encode()
    if form == ".csv":
        text = io.StringIO()
        write_csv(text, FLAT, map(flat_row, rows))
        return text.getvalue().encode()
    return _parquet(rows)


def _parquet(rows: Iterable[DocumentRow]) -> bytes:
    import polars as pl  # noqa: PLC0415 - seldom asked for, slow to load

    place: dict[str, Any] = {
        "page": pl.Int64,
        "start": pl.Int64,
        "end": pl.Int64,
        "text": pl.String,
    }
    passage = place | {
        "level": pl.Int64, "stance": pl.String, "ground": pl.String, "cues": pl.List(pl.String),
        "steps": pl.List(pl.String), "is_deciding": pl.Boolean,
    }  # fmt: skip
    schema: dict[str, Any] = {
        "file": pl.String, "sha256": pl.String, "state": pl.String, "language": pl.String,
        "pages": pl.Int64, "level": pl.Int64, "level_name": pl.String, "stance": pl.String,
        "is_boilerplate": pl.Boolean, "is_partial": pl.Boolean,
        "passages": pl.List(pl.Struct(passage)),
        "steps": pl.List(pl.Struct(place | {"step": pl.String})),
        "other_instruments": pl.List(pl.Struct(place | {"instrument": pl.String})),
        "reason": pl.String, "reader": pl.String,
    }  # fmt: skip
    stream = io.BytesIO()
    pl.DataFrame([row.as_data() for row in rows], schema=schema).write_parquet(stream)
    return stream.getvalue()


def read_results(path: Path) -> tuple[DocumentRow, ...]:
    """Return the rows of a file that `write_results` wrote, in any of its forms.

    From CSV come no passages. Raises `InputError` with the row for what does not fit.
    """
    if not path.is_file():
        raise InputError(f"There is no file {str(path)[:200]!r}", where="RESULTS", fix="Check it.")
    if path.stat().st_size > LARGEST_BYTES:
        raise InputError("The file is too large", where=str(path), fix="Give it in parts.")
    form = path.suffix.casefold()
    if form not in FORMS:
        raise InputError(
            f"{path.name} is no file of results", where="RESULTS", fix=f"Use {', '.join(FORMS)}."
        )
    rows = _raw(path, form)
    return tuple(row_of(item, f"{path.name}, document {n}") for n, item in enumerate(rows, start=1))


def _raw(path: Path, form: str) -> Iterable[Any]:
    import polars as pl  # noqa: PLC0415 - Parquet and CSV alone need it

    try:
        if form == ".parquet":
            return pl.read_parquet(path).to_dicts()
        if form == ".csv":
            return [_unflat(row) for row in pl.read_csv(path, infer_schema=False).to_dicts()]
        text = path.read_text(encoding="utf-8")
        if form == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        documents = json.loads(text)["documents"]
    except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        first = (str(error).splitlines() or ["?"])[0][:200]
        raise InputError(
            f"{path.name} cannot be read: {first}", where="RESULTS",
            fix="Give a file that `ketenkaart endorsement read --output` wrote.",
        ) from error  # fmt: skip
    if not isinstance(documents, list):
        raise InputError(f"{path.name} holds no list of documents", where="RESULTS", fix="Check.")
    return documents


def _unflat(row: dict[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in row.items() if name not in {*LISTS, "page", "passage"}}
    file = str(data.get("file") or "")
    data["file"] = file[1:] if file[:1] == "'" and file[1:2] in {"=", "+", "-", "@"} else file
    for name in ("is_partial", "is_boilerplate"):
        data[name] = {"True": True, "true": True, "False": False, "false": False}.get(
            str(data.get(name))
        )
    return data
