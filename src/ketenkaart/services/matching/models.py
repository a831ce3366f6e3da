"""Models of matching: the one that comes with Ketenkaart, and files of others."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.matching.fellegi_sunter import Model, as_dict, check
from ketenkaart.core.errors import InputError

RETRAIN = "Train it again with `ketenkaart facility match-train`."


def load_model(path: Path | None = None) -> Model:
    """Return the model in a file, or the one that comes with Ketenkaart.

    Raises `InputError` naming the file and the key that is wrong.
    """
    file = path or Path(str(files("ketenkaart") / "reference" / "matching_model.json"))
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The model cannot be read", where=str(file), fix="Name a file that match-train wrote."
        ) from error
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError("The model is no JSON", where=str(file), fix=RETRAIN) from error
    return _model(found, file.name)


def _model(found: Any, name: str) -> Model:
    if not isinstance(found, dict):
        raise InputError("The model is no JSON object", where=name, fix=RETRAIN)
    try:
        model = Model(
            m=_levels(found["m"]),
            u=_levels(found["u"]),
            prior=float(found["prior"]),
            automatic=float(found["automatic"]),
            human=float(found["human"]),
            trained_on=str(found["trained_on"]),
            version=int(found["version"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"The model lacks a part, or one is no number: {error}", where=name, fix=RETRAIN
        ) from error
    return check(model)


def _levels(found: Mapping[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {str(field): tuple(float(value) for value in values) for field, values in found.items()}


def save_model(model: Model, path: Path) -> None:
    """Write a model as JSON, whole or not at all."""
    text = json.dumps(as_dict(model), indent=2) + "\n"
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        staged.write_text(text, encoding="utf-8")
        os.replace(staged, path)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise InputError(
            f"The model cannot be written: {error.strerror}", where=str(path), fix="Name another."
        ) from error
