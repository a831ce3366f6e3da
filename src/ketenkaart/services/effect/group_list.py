"""The product groups of the effect monitor, as rows and with where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from ketenkaart.core.monitor.effect.groups import ProductGroup
from ketenkaart.services.exports import Cell
from ketenkaart.sources.reference.product_groups import GroupsFile, load_product_groups

GROUP_COLUMNS = ("id", "name_nl", "name_en", "cpv_begins", "cpv_without", "overlaps", "grade")


def listed_groups() -> tuple[tuple[ProductGroup, ...], GroupsFile]:
    """Return the groups, and the file that says how sure their codes are."""
    grouping, source = load_product_groups()
    return grouping.groups, source


def overlapping(group: ProductGroup, groups: Sequence[ProductGroup]) -> list[str]:
    """Return the groups that may count an effect of this one again, whichever names the other."""
    return [item.id for item in groups if item.id in group.overlaps or group.id in item.overlaps]


def group_rows() -> list[list[Cell]]:
    """Return the groups in the order of `GROUP_COLUMNS`; the grade is that of the codes."""
    groups, source = listed_groups()
    return [
        [
            item.id, item.name.nl, item.name.en, " ".join(item.codes), " ".join(item.without),
            " ".join(overlapping(item, groups)), source.mapping_citation.grade.value,
        ]
        for item in groups
    ]  # fmt: skip
