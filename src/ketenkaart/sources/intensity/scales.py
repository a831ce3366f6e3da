"""Load the intensity table of every issue."""

from __future__ import annotations

from pathlib import Path

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.risk.host import HostScale
from ketenkaart.core.risk.scale import Scale
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.labels import load_sectors

FOLDER = "intensity"
GOODS_FILE = "dol_goods.csv"


HOST_FILE = "host_governance.yml"


def load_host_scale(root: Path | None = None) -> HostScale:
    """Return the declared indicator and cut point of weak law at home.

    Raises `ReferenceDataError` naming file, line and key.
    """
    return read_file(reference_root(root), HOST_FILE, HostScale)[1]


def load_scales(root: Path | None = None) -> dict[str, Scale]:
    """Return the table of every issue that has one, by issue, in order of file name.

    `root` is a reference folder; without it, the one of the package. Raises `ReferenceDataError`
    naming file, line and key, also for a sector or source that is not declared, and for a file
    whose name is not its issue.
    """
    base = reference_root(root)
    sectors = {sector.id for sector in load_sectors(root)}
    found: dict[str, Scale] = {}
    for path in sorted((base / FOLDER).glob("*.yml")):
        if path.with_suffix(".csv").exists():
            continue  # the sidecar of a table, not an issue
        name = f"{FOLDER}/{path.name}"
        document, scale = read_file(base, name, Scale)
        if scale.issue != path.stem:
            document.fail(("issue",), f"{path.name} is about {scale.issue}", "Rename the file.")
        for key in ("sectors", "not_applicable"):
            for k, sector in enumerate(getattr(scale, key)):
                document.require_known((key, k), sector, sectors, "sector")
        found[scale.issue] = scale
    if not found:
        raise ReferenceDataError(
            "There is no intensity table", where=FOLDER, fix="Add one file per issue."
        )
    return found
