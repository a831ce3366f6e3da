"""Every sentence of the site, in Dutch and English, from the YAML files in this folder.

A key is `file.name`; a text may hold named fields in braces, filled in by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from ketenkaart.core.provenance import Text

# Ten times faster, and the first page that somebody asks for waits for it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Text]:
    """Return all texts by key, as `file.name`."""
    found: dict[str, Text] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        with file.open(encoding="utf-8") as handle:
            entries = yaml.load(handle, _LOADER)  # noqa: S506 - a safe loader, in C where it is
        for name, words in entries.items():
            found[f"{file.stem}.{name}"] = Text.model_validate(words)
    return MappingProxyType(found)


def say(key: str, language: str, /, **fields: object) -> str:
    """Return the text of `key` in `language` (`nl`, otherwise English) with its fields filled in.

    Raises `KeyError` for an unknown key: a missing text is a mistake in the program.

    >>> say("frame.name", "nl")
    'Ketenkaart'
    """
    words = texts()[key].in_language(language)
    return words.format(**fields) if fields else words


@lru_cache(maxsize=4)
def dutch_sentences(name: str) -> Mapping[str, str]:
    """Return the Dutch of sentences that services write in English, from a file in `services`."""
    with (FOLDER / "services" / f"{name}.yml").open(encoding="utf-8") as handle:
        return MappingProxyType(yaml.load(handle, _LOADER))  # noqa: S506 - as above
