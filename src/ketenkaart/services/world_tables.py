"""Add world tables from their publishers' files, and open, list, verify and question them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.warehouse.folder import chosen_data_folder
from ketenkaart.warehouse.table_manifest import TableManifest
from ketenkaart.warehouse.world_tables import (
    find_table,
    list_tables,
    open_stored,
    read_table_manifest,
    verify_table,
)

if TYPE_CHECKING:
    import httpx

    from ketenkaart.core.chain.incoming import Heading, Incoming, Parts, Progress
    from ketenkaart.core.chain.table_checks import Checked
    from ketenkaart.core.chain.table_checks import Finding as Doubt
    from ketenkaart.core.chain.table_condition import Condition
    from ketenkaart.core.provenance import Text
    from ketenkaart.warehouse.table_manifest import Estimate

GROUPINGS: Mapping[str, tuple[str, ...]] = {
    "region": ("region",),
    "sector": ("sector",),
    "node": ("region", "sector"),
}
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A stored table in a list: its manifest, its folder, and its size in bytes."""

    manifest: TableManifest
    folder: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Who publishes a table and on what terms; `is_tried` as in the manifest."""

    title: Text
    publisher: str
    licence: str
    citation: str
    is_tried: bool


@dataclass(frozen=True, slots=True)
class ResidualRow:
    """What does not add up in a group of nodes, in the table's unit: sums, and sums of |residual|.

    `rows`: sales plus final demand minus output; `columns`: purchases plus value added minus
    output (zero by definition where value added is the residual).
    """

    name: str
    output: float
    rows: float
    columns: float
    rows_absolute: float
    columns_absolute: float


def open_world(edition_id: str, data_folder: Path | None = None) -> WorldTable:
    """Return a world table by id or path; its matrix stays on disk until it is used.

    Without `data_folder`, here and below: the one the user has chosen, or the usual one. Raises
    `NotFoundError`, listing the tables there are, and `EditionError` for a broken one.
    """
    return open_stored(find_table(edition_id, data_folder or chosen_data_folder()))


def world_tables(data_folder: Path | None = None) -> tuple[TableEntry, ...]:
    """Return the world tables there are, by id."""
    found = list_tables(data_folder or chosen_data_folder())
    return tuple(_entry(manifest, folder) for manifest, folder in found)


def kind_of(name: str, data_folder: Path | None = None) -> str:
    """Return `table` for a world table, `gap` for an edition that the gap can be computed from.

    Raises `NotFoundError`, listing both, for a name that is neither.
    """
    from ketenkaart.warehouse.editions import find_edition, list_editions  # noqa: PLC0415 - YAML

    folder = data_folder or chosen_data_folder()
    try:
        find_table(name, folder)
    except NotFoundError:
        try:
            find_edition(name, folder)
        except NotFoundError as error:
            known = [manifest.id for manifest, _ in list_editions(folder)]
            known += [manifest.id for manifest, _ in list_tables(folder)]
            raise NotFoundError(
                f"There is no edition {name[:80]!r}",
                fix=f"Known editions: {', '.join(known) or 'none'}; or give the path of a folder.",
            ) from error
        return "gap"
    return "table"


def residuals(
    name: str, by: str = "region", data_folder: Path | None = None
) -> tuple[ResidualRow, ...]:
    """Return what does not add up in a world table, by `region`, `sector` or `node`.

    Sums per group, largest |rows| first. Raises `InputError` for another grouping, and
    `NotFoundError` without the table.
    """
    from ketenkaart.warehouse.table_residuals import read_residuals  # noqa: PLC0415 - loads Polars

    if by not in GROUPINGS:
        raise InputError(
            f"Residuals cannot be listed by {by[:40]!r}",
            where="--by",
            fix=f"Use one of {', '.join(GROUPINGS)}.",
        )
    folder = find_table(name, data_folder or chosen_data_folder())
    return tuple(ResidualRow(*row) for row in read_residuals(folder, GROUPINGS[by]))


def show_table(name: str, data_folder: Path | None = None) -> TableEntry:
    """Return one world table with its findings; raises `NotFoundError` without it."""
    folder = find_table(name, data_folder or chosen_data_folder())
    return _entry(read_table_manifest(folder), folder)


def verify_world(name: str, data_folder: Path | None = None) -> TableEntry:
    """Check every byte of a world table; raises `EditionError` naming the file that differs."""
    folder = find_table(name, data_folder or chosen_data_folder())
    return _entry(verify_table(folder), folder)


def _entry(manifest: TableManifest, folder: Path) -> TableEntry:
    size = sum(entry.bytes for entry in (*manifest.files, *manifest.derived))
    return TableEntry(manifest, folder, size)


def add_table(
    kind: str,
    path: Path,
    *,
    year: int | None = None,
    name: str | None = None,
    data_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
) -> TableEntry:
    """Read a publisher's table, check it, and store it whole or not at all.

    `kind` is a key of `READERS`; `name` the id under which it is kept, by default the layout with
    its year. An edition of the same id is replaced. Raises `InputError` for a path or year that
    is not there, `TableError` naming row and column for a table that cannot be right, and
    `StoreError` where there is no room.
    """
    if kind not in READERS:
        raise InputError(
            f"There is no reader {kind[:40]!r}", fix=f"Use one of {', '.join(READERS)}."
        )
    if not path.exists():
        raise InputError(
            "There is nothing here to read", where=str(path), fix="Give a file or a folder."
        )
    folder = data_folder or chosen_data_folder()
    progress("opening", 0.0)
    return keep_table(READERS[kind](path, year), name=name, data_folder=folder, progress=progress)


def keep_table(
    incoming: Incoming,
    *,
    name: str | None = None,
    estimate: Estimate | None = None,
    data_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
) -> TableEntry:
    """Check an opened table, and store it whole or not at all.

    `estimate` says how it was made, where it was reckoned here and not published; such a table is
    listed as an estimate. Raises what `add_table` raises.
    """
    from ketenkaart.core.chain.table_checks import check  # noqa: PLC0415 - not for queries
    from ketenkaart.core.chain.table_condition import condition  # noqa: PLC0415 - as above
    from ketenkaart.core.chain.table_doubts import doubts  # noqa: PLC0415 - as above
    from ketenkaart.sources.reference.layouts import regions_of_layout  # noqa: PLC0415 - as above
    from ketenkaart.warehouse.table_writing import staging  # noqa: PLC0415 - as above
    from ketenkaart.warehouse.world_tables import tables_folder  # noqa: PLC0415 - as above

    folder = data_folder or chosen_data_folder()
    heading = incoming.heading
    edition = _edition_id(name, heading)
    with staging(folder, edition, heading.n) as place:
        parts = incoming.fill(place.Z, progress)
        progress("checking", 0.0)
        checked = check(heading, place.Z, parts)
        doubtful = doubts(heading, parts, regions_of_layout(heading.layout))
        A = place.store(heading, parts, checked.residuals, progress)
        progress("solving", 0.0)
        solved = condition(heading, A)
        manifest = _manifest(
            edition,
            incoming,
            parts,
            checked,
            (*doubtful, *checked.findings, *solved.findings),
            solved,
        )
        manifest = manifest.model_copy(
            update={
                "estimate": estimate,
                "files": place.files(),
                "derived": place.derived(),
            }
        )
        target = tables_folder(folder) / edition
        place.publish(manifest, target)
    progress("done", 1.0)
    return _entry(manifest, target)


def fetch_table(
    kind: str,
    url: str,
    *,
    year: int | None = None,
    name: str | None = None,
    data_folder: Path | None = None,
    progress: Progress = lambda _label, _done: None,
    make_client: Callable[[], httpx.Client] | None = None,
) -> TableEntry:
    """Fetch a publisher's table by https, and add it as `add_table` does; the file is not kept.

    Raises `AddressRefusedError` for any other address, `DownloadError` when it does not come
    whole, and what `add_table` raises.
    """
    from ketenkaart.sources.bulk.download import download, tables_client  # noqa: PLC0415 - httpx
    from ketenkaart.warehouse.table_writing import scratch  # noqa: PLC0415 - not for queries

    folder = data_folder or chosen_data_folder()
    with scratch(folder, "fetched") as place:
        path = download(url, place, progress, make_client or tables_client)
        return add_table(kind, path, year=year, name=name, data_folder=folder, progress=progress)


def _edition_id(name: str | None, heading: Heading) -> str:
    chosen = name or f"{heading.layout}-{heading.year}"
    if not _NAME.fullmatch(chosen):
        raise InputError(
            f"{chosen[:80]!r} cannot be the id of an edition",
            where="--id",
            fix="Use lowercase letters, digits, dots and hyphens, at most 80.",
        )
    from ketenkaart.warehouse.editions import STARTER  # noqa: PLC0415 - YAML

    if chosen.startswith(STARTER):
        raise InputError(
            f"{chosen!r} would be taken for the starter edition",
            where="--id",
            fix=f"Choose an id that does not begin with {STARTER!r}.",
        )
    return chosen


def _manifest(
    edition: str,
    incoming: Incoming,
    parts: Parts,
    checked: Checked,
    found: Sequence[Doubt],
    solved: Condition,
) -> TableManifest:
    from ketenkaart.warehouse.table_manifest import (  # noqa: PLC0415 - with the rest of adding
        TABLE_FORMAT,
        Balance,
        Column,
        Counted,
        Finding,
        SourceFile,
    )
    from ketenkaart.warehouse.world_tables import file_hash  # noqa: PLC0415 - as above

    heading = incoming.heading
    origin = _origin(incoming)
    node = int(solved.multipliers.argmax())
    files = [Path(file) for file in incoming.files]
    return TableManifest(
        format=TABLE_FORMAT,
        kind="table",
        id=edition,
        title=origin.title,
        publisher=origin.publisher,
        licence=origin.licence,
        citation=origin.citation,
        layout=heading.layout,
        is_tried=origin.is_tried,
        built_with=version("ketenkaart"),
        year=heading.year,
        unit=heading.unit,
        regions=heading.regions,
        sectors=heading.sectors,
        final_demand=tuple(
            Column(region=c.region, category=c.category) for c in heading.final_demand
        ),
        inventory=heading.inventory,
        value_added=tuple(parts.value_added),
        is_value_added_residual=parts.is_residual,
        satellites=tuple(
            Counted(name=name, unit=unit)
            for name, unit in zip(parts.satellites.names, parts.satellites.units, strict=True)
        ),
        balance=Balance(
            rows=checked.row_share,
            columns=None if parts.is_residual else checked.column_share,
            condition=solved.number,
            largest_multiplier=float(solved.multipliers[node]),
            largest_multiplier_node=heading.label(node),
        ),
        findings=tuple(
            [Finding(code=note.code, text=note.text) for note in parts.notes]
            + [
                Finding(code=item.note.code, text=item.note.text, places=item.places)
                for item in found
            ]
        ),
        sources=tuple(
            SourceFile(name=file.name, sha256=file_hash(file), bytes=file.stat().st_size)
            for file in files
        ),
        files=(),
        derived=(),
    )


def _origin(incoming: Incoming) -> Origin:
    from ketenkaart.core.provenance import Text  # noqa: PLC0415 - with the rest of adding
    from ketenkaart.sources.reference.layouts import load_layouts  # noqa: PLC0415 - as above

    known = getattr(incoming, "origin", None)
    if isinstance(known, Origin):
        return known
    described = getattr(incoming, "description", None)
    if described is not None:
        return Origin(
            title=described.title,
            publisher=described.publisher,
            licence=described.licence,
            citation="table.json",
            is_tried=True,
        )
    layout, source = load_layouts()[incoming.heading.layout]
    year = incoming.heading.year
    return Origin(
        title=Text(nl=f"{source.title.nl}, {year}", en=f"{source.title.en}, {year}"),
        publisher=source.publisher,
        licence=source.licence or "unknown",
        citation=source.id,
        is_tried=layout.is_tried,
    )


def _wiod(path: Path, year: int | None) -> Incoming:
    from ketenkaart.sources.wiod.release_2016 import open_wiod2016  # noqa: PLC0415 - loads Polars
    from ketenkaart.sources.wiod.world import is_wiod2013, open_wiod2013  # noqa: PLC0415 - as above

    return open_wiod2013(path, year) if is_wiod2013(path) else open_wiod2016(path, year)


def _icio(path: Path, year: int | None) -> Incoming:
    from ketenkaart.sources.icio import open_icio  # noqa: PLC0415 - loads Polars

    return open_icio(path, year)


def _exiobase(path: Path, year: int | None) -> Incoming:
    from ketenkaart.sources.exiobase import open_exiobase  # noqa: PLC0415 - loads Polars

    return open_exiobase(path, year)


def _figaro(path: Path, year: int | None) -> Incoming:
    from ketenkaart.sources.figaro import open_figaro  # noqa: PLC0415 - loads Polars

    return open_figaro(path, year)


def _plain(path: Path, year: int | None) -> Incoming:
    from ketenkaart.sources.plain_table import open_plain  # noqa: PLC0415 - loads Polars

    return open_plain(path, year)


READERS: Mapping[str, Callable[[Path, int | None], Incoming]] = {
    "wiod": _wiod,
    "icio": _icio,
    "exiobase": _exiobase,
    "figaro": _figaro,
    "table": _plain,
}
"""What reads each kind of table, by the word on the command line."""
