"""Options that several commands share: stated once, and taken as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints


def unbundled(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for Typer that takes the fields of its bundles as options of its own.

    A bundle is a dataclass whose fields are declared as options are: `Annotated`, with a default.
    Its options stand where it stands among the command's own.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Place:
    ...     country: str = "NLD"
    ...     sector: str | None = None
    >>> @unbundled
    ... def show(place: Place, top: int = 3) -> None:
    ...     print(place, top)
    >>> str(inspect.signature(show))
    "(*, country: str = 'NLD', sector: str | None = None, top: int = 3)"
    >>> show(sector="c4", top=1)
    Place(country='NLD', sector='c4') 1
    """
    hints = get_type_hints(command, include_extras=True)
    bundles: dict[str, type[Any]] = {}
    taken: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        hint = hints[name]
        if isinstance(hint, type) and is_dataclass(hint):
            bundles[name] = hint
            taken += _options(hint)
        else:
            taken.append(parameter.replace(annotation=hint, kind=parameter.KEYWORD_ONLY))

    @wraps(command)
    def taking(**given: Any) -> None:
        for name, bundle in bundles.items():
            own = {field.name: given.pop(field.name) for field in fields(bundle)
                   if field.name in given}  # fmt: skip
            given[name] = bundle(**own)
        command(**given)

    taking.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    taking.__annotations__ = {item.name: item.annotation for item in taken}
    return taking


def _options(bundle: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(bundle, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(bundle)
    ]
