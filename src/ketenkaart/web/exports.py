"""Downloads: rows as CSV that is safe to open in a spreadsheet, and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence

from django.http import Http404, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.exports import Cell, write_csv, write_parquet


def require_form(form: str, *more: str) -> None:
    """Raise `Http404` unless a file is asked for as CSV, JSON or one of the further forms."""
    if form not in {"csv", "json", *more}:
        raise Http404


def refusal(errors: Mapping[str, str]) -> InputError:
    """Return the first thing that is wrong with a question: a file has no place to show it."""
    where, problem = next(iter(errors.items()))
    return InputError(problem.rstrip("."), where=where)


def csv_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return a CSV file (RFC 4180, UTF-8); an absent value is an empty cell."""
    text = io.StringIO()
    write_csv(text, columns, rows)
    return _download(text.getvalue(), f"{name}.csv", "text/csv; charset=utf-8")


def json_download(name: str, content: object) -> HttpResponse:
    """Return a JSON file; an absent value is null."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return _download(text, f"{name}.json", "application/json")


def parquet_download(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    notes: Sequence[Text] = (),
) -> HttpResponse:
    """Return a Parquet file; an absent value is null."""
    stream = io.BytesIO()
    write_parquet(stream, columns, rows, notes)
    response = HttpResponse(stream.getvalue(), content_type="application/vnd.apache.parquet")
    response["Content-Disposition"] = f'attachment; filename="{name}.parquet"'
    return response


def text_download(name: str, text: str, kind: str) -> HttpResponse:
    """Return a file of text in UTF-8, of the media type `kind`."""
    return _download(text, name, kind)


def _download(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
