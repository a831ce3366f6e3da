"""From what somebody types to what is computed: which table, and whose demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.demands import final_demand, products_only, purchased, whole_output
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.called import node_called, region_called
from ketenkaart.services.chain.question import HOME, Question
from ketenkaart.services.chain.remembering import without_keeping
from ketenkaart.services.chain.tables import chosen_table, solver_for

if TYPE_CHECKING:
    from ketenkaart.services.chain.purchases import PurchaseList


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made out: the table, its solver, the demand y (n,) and what to call it."""

    table: WorldTable
    system: Solver
    y: Floats
    label: str
    purchases: PurchaseList | None = field(default=None)


def make_out(question: Question, data_folder: Path | None = None) -> Asked:
    """Return the table and the demand that a question means.

    Raises `InputError` for a code that the table lacks, naming the nearest ones, for two demands
    at once, and for a purchase list with a bad line.
    """
    check_one_demand(question)
    table = chosen_table(question.edition, data_folder)
    system = solver_for(table, question.edition, data_folder)
    if question.sector is not None:
        node = node_called(table, question.sector, "--demand-sector")
        y = whole_output(table, system, node)
        return Asked(table, system, y, f"the whole output of {table.label(node)}")
    if question.purchases is not None:
        return _purchased(question, table, system)
    region = home_region(table, question.demand)
    y = final_demand(table, region, question.buyers)
    label = f"final demand of {region}"
    if question.buyers:
        label += f" by {', '.join(question.buyers)}"
    if question.products:
        from ketenkaart.services.chain.coded_products import (  # noqa: PLC0415 - seldom asked
            product_weights,
        )

        weights, words = product_weights(question.products, table)
        y = products_only(table, y, weights)
        label += f" for products of {words}"
    return Asked(table, system, y, label)


def check_one_demand(question: Question) -> None:
    """Raise `InputError` where a question names more than one demand."""
    given = [
        name
        for name, value in (
            ("--demand", question.demand),
            ("--demand-sector", question.sector),
            ("--purchases", question.purchases),
        )
        if value is not None
    ]
    if len(given) > 1 and not (question.purchases and question.sector is None):
        raise InputError(
            f"{' and '.join(given)} cannot be asked together",
            where=given[1],
            fix="Ask about one demand at a time.",
        )
    if question.buyers and (question.sector or question.purchases):
        raise InputError(
            "Only final demand of a region has kinds of buyers",
            where="--buyer",
            fix="Use --buyer with --demand.",
        )
    if question.products and (question.sector or question.purchases):
        raise InputError(
            "Only final demand of a region is narrowed to products",
            where="--product",
            fix="Use --product with --demand.",
        )


def home_region(table: WorldTable, region: str | None, where: str = "--demand") -> str:
    """Return the table's code of a region; without one, the Netherlands.

    Raises `InputError` where the table lacks it.
    """
    return region_called(table, region or HOME, where)


def codes_of(kind: str, codes: Sequence[str], known: Sequence[str], where: str) -> list[str]:
    """Return the table's spelling of several codes, each once, in the order given."""
    return list(dict.fromkeys(matching_code(kind, code, known, where) for code in codes))


def _purchased(question: Question, table: WorldTable, system: Solver) -> Asked:
    from ketenkaart.services.chain.purchase_reading import (  # noqa: PLC0415 - seldom asked
        read_purchases,
    )

    if question.purchases is None:
        raise InputError("There is no purchase list", where="--purchases", fix="Name a file.")
    if isinstance(question.purchases, Path):
        found = read_purchases(
            question.purchases,
            table,
            home=home_region(table, question.demand),
            keep_good=question.keep_good,
            pricing=question.pricing,
        )
    else:
        found = question.purchases
    if not found.placed:
        first = found.rejected[0]
        raise InputError(
            f"No row of {found.name} has a place in the table: {first.why}",
            where=f"{found.name}, row {first.row}",
            fix=f"{first.fix} `ketenkaart chain purchases` lists all rows.",
        )
    label = f"the {found.lines} purchases in {found.name}"
    y = purchased(table, found.purchases)
    return Asked(table, without_keeping(system, found.worked_out), y, label, found)
