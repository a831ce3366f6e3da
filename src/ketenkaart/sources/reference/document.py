"""Read one YAML file as plain data that remembers on which line every value stands.

Only the plain part of YAML is understood: mappings, sequences and scalars. Tags, anchors and
aliases are refused, so a file can neither build objects nor blow itself up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ketenkaart.core.errors import ReferenceDataError

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 500_000

Key = str | int
Trail = tuple[Key, ...]
Model = TypeVar("Model", bound=BaseModel)

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})?\.[0-9]{1,30}([eE][-+]?[0-9]{1,2})?\Z")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_ADVICE = {
    "missing": "Add the key.",
    "extra_forbidden": "Remove the key, or correct its spelling.",
}
_EVENTS = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Place:
    """Where a value starts, and where its parts start."""

    line: int
    parts: dict[Key, _Place] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is still being read."""

    data: dict[str, Any] | list[Any]
    place: _Place
    key: str | None = None
    key_line: int = 0
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one file (str, int, float, bool, None, list, dict), and its lines."""

    name: str
    data: Any
    places: _Place

    def line(self, path: Trail) -> int:
        """Return the line of the value at `path`, or of the nearest part that exists."""
        place = self.places
        for key in path:
            below = place.parts.get(key)
            if below is None:
                break
            place = below
        return place.line

    def where(self, path: Trail) -> str:
        """Return `file:line (key 'name')`, with the innermost named key of `path`."""
        names = [str(key) for key in path if isinstance(key, str)]
        suffix = f" (key '{names[-1]}')" if names else ""
        return f"{self.name}:{self.line(path)}{suffix}"

    def fail(self, path: Trail, what: str, fix: str) -> NoReturn:
        """Raise a `ReferenceDataError` that names this file, the line of `path` and its key."""
        raise ReferenceDataError(what, where=self.where(path), fix=fix)

    def parse(self, model: type[Model]) -> Model:
        """Return the whole file as `model`, without guessing types.

        Raises `ReferenceDataError` for the first thing that does not fit, with its line.
        """
        try:
            return model.model_validate_json(json.dumps(self.data), strict=True)
        except ValidationError as error:
            self._explain(error)

    def mappings(self) -> Iterator[tuple[Trail, dict[str, Any]]]:
        """Yield every mapping of the file with its path, in the order of the file."""
        waiting: list[tuple[Trail, Any]] = [((), self.data)]
        while waiting:
            path, value = waiting.pop()
            below: list[tuple[Trail, Any]] = []
            if isinstance(value, dict):
                yield path, value
                below = [((*path, key), part) for key, part in value.items()]
            elif isinstance(value, list):
                below = [((*path, index), part) for index, part in enumerate(value)]
            waiting.extend(reversed(below))

    def require_unique(self, path: Trail, values: Iterable[Key], key: str | None = "id") -> None:
        """Fail on the second of two equal `values`, listed at `path` under `key` of each item."""
        seen: set[Key] = set()
        for index, value in enumerate(values):
            if value in seen:
                place = (*path, index) if key is None else (*path, index, key)
                self.fail(place, f"'{value}' stands here twice", "Give each one once.")
            seen.add(value)

    def require_known(self, path: Trail, value: Key, known: Iterable[Key], noun: str) -> None:
        """Fail when `value`, which stands at `path`, is not one of `known`."""
        if value not in known:
            names = sorted(str(item) for item in known)
            choices = ", ".join(get_close_matches(str(value), names) or names[:8])
            self.fail(
                path, f"Unknown {noun} '{value}'", f"Use one that is declared, such as {choices}."
            )

    def _explain(self, error: ValidationError) -> NoReturn:
        first = error.errors(include_url=False)[0]
        path = self._known_prefix(first["loc"])
        if first["type"] == "missing":
            what = f"The key '{first['loc'][-1]}' is missing"
            path = (*path, str(first["loc"][-1]))
        elif first["type"] == "extra_forbidden":
            what = f"Unknown key '{first['loc'][-1]}'"
        else:
            what = f"Not valid: {first['msg'].removeprefix('Value error, ')}"
            if not isinstance(first["input"], dict | list):
                what = f"{what}, not {first['input']!r:.60}"
        if error.error_count() > 1:
            what = f"{what}; {error.error_count() - 1} more in this file"
        self.fail(path, what, _ADVICE.get(first["type"], "Correct the value."))

    def _known_prefix(self, location: tuple[Key, ...]) -> Trail:
        # pydantic adds its own steps for unions; those are no keys of the file
        place, path = self.places, list[Key]()
        for key in location:
            if key in place.parts:
                place = place.parts[key]
                path.append(key)
        return tuple(path)


def read_document(path: Path, name: str) -> Document:
    """Read the YAML file at `path`; messages call it `name`.

    Raises `ReferenceDataError` when the file is absent, too large or no plain YAML.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReferenceDataError(
            f"The file cannot be read ({reason})", where=name, fix="Put the file there."
        ) from None
    if len(raw) > MAX_BYTES:
        raise ReferenceDataError(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB", where=name, fix="Split it."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReferenceDataError(
            "The file is not UTF-8", where=f"{name}:{line}", fix="Save it as UTF-8."
        ) from None
    return parse_text(text, name)


def parse_text(text: str, name: str) -> Document:
    """Read YAML text; `name` is what messages call the file.

    >>> document = parse_text("a:\\n  - b: 1\\n  - b: yes\\n", "x.yml")
    >>> document.data
    {'a': [{'b': 1}, {'b': 'yes'}]}
    >>> document.where(("a", 1, "b"))
    "x.yml:3 (key 'b')"
    """
    reader = _Reader(name)
    try:
        for event in yaml.parse(text, Loader=_EVENTS):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ReferenceDataError(
            f"Not valid YAML: {error.problem or error.context}",
            where=f"{name}:{line}{reader.last_key()}",
            fix="Check the indentation, quotes and colons there.",
        ) from None
    except yaml.reader.ReaderError:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start() if found else 0) + 1
        raise ReferenceDataError(
            "Not valid YAML: a character that may not stand in text",
            where=f"{name}:{line}{reader.last_key()}",
            fix="Remove the control character.",
        ) from None
    return reader.document()


class _Reader:
    """Builds data and lines from parser events, with a stack of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stack: list[_Open] = []
        self.data: Any = None
        self.root = _Place(1)
        self.values = 0
        self.documents = 0

    def document(self) -> Document:
        return Document(self.name, self.data, self.root)

    def last_key(self) -> str:
        key = next((item.latest for item in reversed(self.stack) if item.latest is not None), None)
        return f" (key '{key}')" if key is not None else ""

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(line, "A second document starts here", "Keep one per file.")
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event, line)

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._refuse(line, f"More than {MAX_VALUES} values", "Split the file.")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(line, "Anchors and aliases are not allowed", "Write the value out.")
        if _tag(event) not in (None, "!"):
            self._refuse(line, f"The tag {_tag(event)} is not allowed", "Write a plain value.")
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, line)
        else:
            data: dict[str, Any] | list[Any] = (
                {} if isinstance(event, yaml.MappingStartEvent) else []
            )
            self._open(data, line)

    def _take_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.data, dict) and top.key is None:
            top.latest = event.value
            if event.value in top.data:
                self._refuse(line, f"The key '{event.value}' stands here twice", "Remove one.")
            top.key, top.key_line = event.value, line
        else:
            self._add(event.value if event.style else _plain(event.value), _Place(line))

    def _open(self, data: dict[str, Any] | list[Any], line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(line, f"More than {MAX_DEPTH} levels deep", "Make the file flatter.")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.data, dict) and top.key is None:
            self._refuse(line, "A key must be a word", "Write a plain key before the colon.")
        place = _Place(line)
        self._add(data, place)
        self.stack.append(_Open(data, place))

    def _add(self, value: Any, place: _Place) -> None:
        if not self.stack:
            self.data, self.root = value, place
            return
        top = self.stack[-1]
        if isinstance(top.data, dict):
            assert top.key is not None  # noqa: S101 - a value follows its key
            top.data[top.key] = value
            place.line = top.key_line
            top.place.parts[top.key] = place
            top.key = None
        else:
            top.place.parts[len(top.data)] = place
            top.data.append(value)

    def _refuse(self, line: int, what: str, fix: str) -> NoReturn:
        raise ReferenceDataError(what, where=f"{self.name}:{line}{self.last_key()}", fix=fix)


def _tag(event: yaml.NodeEvent) -> str | None:
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        return event.tag
    return None


def _plain(value: str) -> Any:
    """Return what an unquoted scalar means; `no`, `on` and dates stay text, as in JSON."""
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.match(value):
        return int(value)
    if _NUMBER.match(value):
        return float(value)
    return value
