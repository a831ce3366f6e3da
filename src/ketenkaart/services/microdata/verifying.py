"""Verify an export: that no file changed, and that what its record says of risk is so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.types import STATE_SUFFIX
from ketenkaart.services.microdata.columns import STATE_WORDS
from ketenkaart.services.microdata.exporting import CODEBOOK, MANIFEST, RECORD

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_.-]+)\Z")


@dataclass(slots=True)
class Verified:
    """What was looked at, and every fault found; none means that the export is as it was made."""

    checks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def verify(folder: Path) -> Verified:
    """Recompute every hash, the counts of the codebook, and k and l by plain grouping.

    Raises `InputError` for a folder that is no export.
    """
    if not folder.is_dir():
        raise InputError(
            f"There is no folder {folder.name}", where=str(folder), fix="Name an export."
        )
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InputError(
            f"{folder.name} holds no {MANIFEST}", where=str(folder),
            fix="Name a folder that `ketenkaart microdata export` made.",
        )  # fmt: skip
    found = Verified()
    listed = _hashes(folder, found)
    if found.faults:
        return found
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        variables = json.loads((folder / CODEBOOK).read_text(encoding="utf-8"))["variables"]
        for name in sorted(name for name in listed if name.startswith("data.")):
            found.faults += _data(folder / name, record, variables)
            found.checks.append(f"{name}: rows, columns, counts, k and l")
        found.faults += _xml(folder / "codebook.xml", variables)
        found.checks.append("codebook.xml: variables in their order")
    except (ValueError, KeyError, TypeError, OSError, pl.exceptions.PolarsError) as error:
        found.faults.append(f"The export cannot be read: {type(error).__name__} {error}"[:200])
    return found


def _hashes(folder: Path, found: Verified) -> set[str]:
    """Compare every file with the manifest; return the names listed."""
    listed: set[str] = set()
    lines = (folder / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        match = _LINE.match(line)
        if match is None:
            found.faults.append(f"{MANIFEST}, row {number}: not a hash and a name")
            continue
        digest, name = match.groups()
        listed.add(name)
        path = folder / name
        if not path.is_file():
            found.faults.append(f"{name}: is listed and not there")
        elif sha256(path.read_bytes()).hexdigest() != digest:
            found.faults.append(f"{name}: is not as it was when the export was made")
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    found.faults += [f"{name}: is there and not listed" for name in sorted(there - listed)]
    needed = {RECORD, CODEBOOK, "codebook.xml"} - listed
    found.faults += [f"{name}: is not listed" for name in sorted(needed)]
    found.checks.append(f"{len(listed)} files against {MANIFEST}")
    return listed


def _data(path: Path, record: dict[str, Any], variables: list[dict[str, Any]]) -> Iterator[str]:
    if path.suffix == ".csv":
        frame = pl.read_csv(path, infer_schema=False)
    else:
        frame = pl.read_parquet(path)
        extra = [name for name in frame.columns if name.endswith(STATE_SUFFIX)]
        for name in extra:
            value = name.removesuffix(STATE_SUFFIX)
            word = pl.when(pl.col(name) == "known").then(pl.col(value).cast(pl.String))
            frame = frame.with_columns(word.otherwise(pl.col(name)).alias(value))
        frame = frame.drop(extra)
    if frame.columns != [item["name"] for item in variables]:
        yield f"{path.name}: its columns are not those of the codebook"
        return
    if frame.height != record["rows"]:
        yield f"{path.name}: has {frame.height} rows, and the record says {record['rows']}"
    yield from _counts(path.name, frame, variables)
    yield from _risk(path.name, frame, record)


def _counts(name: str, frame: pl.DataFrame, variables: list[dict[str, Any]]) -> Iterator[str]:
    for item in variables:
        column = frame[item["name"]].cast(pl.String)
        for word, count in item["missing"].items():
            there = int((column == word).sum())
            if there != count:
                yield f"{name}: {item['name']} is {word} {there} times; the codebook says {count}"


def _risk(name: str, frame: pl.DataFrame, record: dict[str, Any]) -> Iterator[str]:
    quasi, after = record["quasi"], record["risk_after"]
    by = quasi or [pl.lit(0).alias("_all")]
    k = frame.group_by(by).agg(pl.col(record["unit"]).n_unique())[record["unit"]].min()
    if k != after["k"]:
        yield f"{name}: the fewest units in a group are {k}; the record says {after['k']}"
    if quasi and int(str(k)) < record["rules"]["k"]:
        yield f"{name}: a group has {k} units, and the rule asks {record['rules']['k']}"
    lowest = []
    for sensitive in record["sensitive"]:
        value = pl.col(sensitive).cast(pl.String)
        known = value.filter(~value.is_in(list(STATE_WORDS)) & value.is_not_null())
        lowest.append(frame.group_by(by).agg(known.n_unique().alias("_l"))["_l"].min())
    found = min((int(str(item)) for item in lowest), default=None)
    if found != after["l"]:
        yield f"{name}: the fewest sensitive values are {found}; the record says {after['l']}"
    if quasi and found is not None and record["rules"]["l"] > 1 and found < record["rules"]["l"]:
        yield f"{name}: a group has {found} sensitive values; the rule asks {record['rules']['l']}"


def _xml(path: Path, variables: list[dict[str, Any]]) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(path.read_bytes(), parser)
    names = [item.get("name") for item in root.iter("{ddi:codebook:2_5}var")]
    if names != [item["name"] for item in variables]:
        yield f"{path.name}: its variables are not those of codebook.json"
