"""Read pages of the Tweede Kamer's open data: one record, a list, or a page that names the next.

A record that does not fit is a reject with file, record and field; the others are read. What the
publisher added since is tolerated and named once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.parliament.records import ENTITIES, Record

MAX_BYTES = 64_000_000
MAX_RECORDS = 200_000
MAX_DEPTH = 60
MAX_SHOWN = 60
_BY_NAME: Mapping[str, type[Record]] = {model.entity: model for model in ENTITIES}
_CONTEXT = re.compile(r"#(?:Collection\()?(?:[\w.]+\.)?(\w+)")


class Reject(Frozen):
    """A record that was not read: where it stands, what it is called, and what is wrong.

    `record` counts from 1; `name` is the number or id that the record gives itself, if any.
    """

    file: str
    record: int
    name: str
    field: str
    what: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one file or answer of the service holds.

    `next_link` is the address of the page that follows, `unknown` names properties that the
    publisher's published schema did not have, as "Zaak.Kleur".
    """

    entity: str
    records: tuple[Record, ...]
    next_link: str | None
    rejects: tuple[Reject, ...]
    unknown: tuple[str, ...]


def read_page(data: bytes, name: str) -> Page:
    """Return the records of one page; messages call it `name`.

    Raises `InputError` when it is no JSON, too large or too deep, an error message of the service,
    or holds records of an entity that is not read here.
    """
    content = read_json(data, name)
    rows, entity, next_link = _rows(content, name)
    if len(rows) > MAX_RECORDS:
        _refuse(f"The page holds {len(rows)} records, more than {MAX_RECORDS}", name, "Split it.")
    model = _model(rows, entity, name)
    records: list[Record] = []
    rejects: list[Reject] = []
    unknown: set[str] = set()
    for index, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            rejects.append(_reject(name, index, "", "", "is no object"))
            continue
        unknown |= _unknown(row, model)
        try:
            records.append(model.model_validate(row))
        except ValidationError as error:
            rejects.append(_explained(name, index, row, error))
    return Page(model.entity, tuple(records), next_link, tuple(rejects), tuple(sorted(unknown)))


def read_json(data: bytes, name: str) -> Any:
    """Return the JSON in `data`, without NaN and not nested without bound.

    Raises `InputError` otherwise.
    """
    if len(data) > MAX_BYTES:
        _refuse(f"The file is larger than {MAX_BYTES // 1_000_000} MB", name, "Split it.")
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        _refuse("The file is not UTF-8", name, "Fetch it again, as JSON.")
    except RecursionError:
        _refuse("The file is nested too deeply", name, "Fetch it again, from the publisher.")
    except ValueError as error:
        _refuse(f"The file is no JSON ({error})", name, "Fetch it again, as JSON.")
    if _depth(content) > MAX_DEPTH:
        _refuse("The file is nested too deeply", name, "Fetch it again, from the publisher.")
    return content


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no value")


def _depth(content: Any) -> int:
    """Return how deep a value is nested, without recursion."""
    deepest, waiting = 0, [(content, 1)]
    while waiting:
        value, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH:
            return depth
        parts: Iterable[Any] = ()
        if isinstance(value, dict):
            parts = value.values()
        elif isinstance(value, list):
            parts = value
        waiting.extend((part, depth + 1) for part in parts if isinstance(part, dict | list))
    return deepest


def _rows(content: Any, name: str) -> tuple[list[Any], str | None, str | None]:
    """Return the records of a page, the entity that it names, and the address of the next."""
    if isinstance(content, list):
        return content, None, None
    if not isinstance(content, dict):
        _refuse("The file holds neither a record nor a page of records", name, "Fetch it again.")
    if "error" in content and "Id" not in content:
        message = content["error"]
        words = message.get("message") if isinstance(message, dict) else message
        _refuse(f"The service answered with an error: {str(words)[:200]}", name, "Ask it again.")
    context = _CONTEXT.search(str(content.get("@odata.context", "")))
    entity = context[1] if context else None
    if "value" not in content:
        return [content], entity, None
    if not isinstance(content["value"], list):
        _refuse("The page's 'value' is no list", name, "Fetch it again.")
    link = content.get("@odata.nextLink")
    if link is not None and not isinstance(link, str):
        _refuse("The page's '@odata.nextLink' is no address", name, "Fetch it again.")
    return content["value"], entity, link


def _model(rows: list[Any], entity: str | None, name: str) -> type[Record]:
    if entity is not None and entity in _BY_NAME:
        return _BY_NAME[entity]
    keys = {key for row in rows[:5] if isinstance(row, dict) for key in row}
    if entity is None and not rows:
        return _BY_NAME["Zaak"]
    found = [model for model in ENTITIES if keys & model.signature]
    best = max(found, key=lambda model: len(keys & model.signature), default=None)
    if entity is not None or best is None:
        shown = f"'{entity[:MAX_SHOWN]}'" if entity else "an unknown kind"
        _refuse(f"The file holds records of {shown}", name, f"Read one of {', '.join(_BY_NAME)}.")
    return best


def _unknown(row: Mapping[str, Any], model: type[Record]) -> set[str]:
    """Return the properties that neither the record nor the publisher's schema knows."""
    fields = {field.alias: field for field in model.model_fields.values()}
    found: set[str] = set()
    for key, value in row.items():
        if "@" in key or key in model.unused:
            continue
        if key not in fields:
            found.add(f"{model.entity}.{key[:MAX_SHOWN]}")
            continue
        below = NAVIGATION.get((model.entity, key))
        parts = value if isinstance(value, list) else [value]
        if below is not None:
            for part in parts:
                if isinstance(part, dict):
                    found |= _unknown(part, below)
    return found


def _navigation() -> dict[tuple[str, str], type[Record]]:
    """Return which property of which entity holds records, and of what kind."""
    found: dict[tuple[str, str], type[Record]] = {}
    for model in ENTITIES:
        for field in model.model_fields.values():
            for entity in ENTITIES:
                if entity.__name__ in re.findall(r"\w+", str(field.annotation)):
                    found[model.entity, str(field.alias)] = entity
    return found


NAVIGATION = _navigation()
"""Which property of which entity holds records of another, and of which."""


def _explained(file: str, index: int, row: Mapping[str, Any], error: ValidationError) -> Reject:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        what = "is missing"
    else:
        given = first["input"]
        shown = f", not {given!r:.60}" if not isinstance(given, dict | list) else ""
        what = f"{first['msg'].removeprefix('Value error, ')}{shown}"
    more = error.error_count() - 1
    if more:
        what = f"{what}; {more} more in this record"
    name = next(
        (str(row[key]) for key in ("Nummer", "DocumentNummer", "Id") if row.get(key) is not None),
        "",
    )
    return _reject(file, index, name, field, what)


def _reject(file: str, index: int, name: str, field: str, what: str) -> Reject:
    return Reject(file=file, record=index, name=name[:MAX_SHOWN], field=field, what=what)


def _refuse(what: str, name: str, fix: str) -> NoReturn:
    raise InputError(what, where=name, fix=fix)
