"""Read the CAHRA list: whole countries, or regions of a country."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ketenkaart.core.errors import TableError
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.tabular import require_file


@dataclass(frozen=True, slots=True)
class Listing:
    """A country on the list: all of it, or `regions` regions (ISO 3166-2) of it."""

    country: str
    is_whole: bool
    regions: int


class _Region(BaseModel):
    model_config = ConfigDict(extra="ignore")
    code: str = Field(min_length=1)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")
    iso3: str
    whole: bool = Field(alias="wholeCountry")
    regions: list[_Region] | None


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")
    entries: list[_Entry] = Field(min_length=1)


def read_cahra(path: Path) -> dict[str, Listing]:
    """Return the listing of every listed country, by alpha-3 code.

    A country that is not on the list is not thereby safe: the list is indicative and not
    exhaustive. Raises `TableError` naming the entry for an unknown code, a country listed twice,
    or an entry that is neither whole nor has regions.
    """
    try:
        content = _File.model_validate(json.loads(require_file(path).read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise TableError(
            f"{path.name} is not a CAHRA list ({first['msg']})",
            where=".".join(str(part) for part in first["loc"]),
            fix="Fetch the list again.",
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TableError(
            f"{path.name} is not JSON ({error})", where=str(path), fix="Fetch the list again."
        ) from error
    known = set(country_keys().codes)
    found: dict[str, Listing] = {}
    for k, entry in enumerate(content.entries):
        regions = len(entry.regions or [])
        problem = (
            f"names an unknown country {entry.iso3!r}"
            if entry.iso3 not in known
            else f"lists {entry.iso3} twice"
            if entry.iso3 in found
            else f"lists {entry.iso3} neither whole nor in part"
            if entry.whole == bool(regions)
            else None
        )
        if problem:
            raise TableError(
                f"{path.name} {problem}", where=f"entries.{k}", fix="Correct the entry."
            )
        found[entry.iso3] = Listing(entry.iso3, entry.whole, regions)
    return found
