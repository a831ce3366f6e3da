"""Read the product groups of the effect monitor: which CPV codes begin them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.effect.groups import Grouping, ProductGroup
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.sources.reference.document import Document, read_document
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "effect/product_groups.yml"
Beginning = Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]


class GroupEntry(Frozen):
    """One group as the file has it."""

    id: Identifier
    name: Text
    codes: tuple[Beginning, ...] = Field(min_length=1)
    without: tuple[Beginning, ...] = ()
    overlaps: tuple[Identifier, ...] = ()


class GroupsFile(Frozen):
    """The content of `product_groups.yml`: the groups, and where they and their codes come from."""

    citation: Citation
    mapping_citation: Citation
    groups: tuple[GroupEntry, ...] = Field(min_length=1)


@lru_cache(maxsize=4)
def _read(root: Path) -> tuple[Grouping, GroupsFile]:
    document, content = read_file(root, FILE, GroupsFile)
    return _checked(document, content), content


def _checked(document: Document, content: GroupsFile) -> Grouping:
    document.require_unique(("groups",), [item.id for item in content.groups])
    names = [item.id for item in content.groups]
    seen: dict[str, str] = {}
    for k, item in enumerate(content.groups):
        for j, other in enumerate(item.overlaps):
            document.require_known(("groups", k, "overlaps", j), other, names, "product group")
        for j, code in enumerate(item.codes):
            if code in seen:
                document.fail(
                    ("groups", k, "codes", j), f"CPV {code} stands in {seen[code]} already",
                    "Give each beginning to one group.",
                )  # fmt: skip
            seen[code] = item.id
    return Grouping(
        [
            ProductGroup(item.id, item.name, item.codes, item.without, item.overlaps)
            for item in content.groups
        ]
    )


def load_product_groups(root: Path | None = None) -> tuple[Grouping, GroupsFile]:
    """Return the groups that come with the package, and the file they stand in.

    Raises `ReferenceDataError` with file and line.
    """
    return _read(reference_root(root))


def read_product_groups(path: Path) -> Grouping:
    """Return the groups of a user's own file. Raises `InputError` with file and line."""
    try:
        document = read_document(path, path.name)
        return _checked(document, document.parse(GroupsFile))
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
