"""Say whose demand a chain leads to."""

from __future__ import annotations

from ketenkaart.core.chain.demands import buyers_of
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.called import region_called, sector_called
from ketenkaart.services.chain.naming import Names, buyer_name
from ketenkaart.services.chain.question import HOME, Question

FINAL_BUYERS = Text(nl="kopers", en="buyers")


def whose_demand(table: WorldTable, names: Names, question: Question) -> Text:
    """Say whose demand a chain leads to: "huishoudens in Nederland"."""
    if question.purchases is not None:
        return Text(nl="de inkoop op de lijst", en="the purchases on the list")
    if question.sector is not None:
        region, _, sector = question.sector.partition(".")
        region = region_called(table, region)
        sector = sector_called(table, sector)
        what = names.at(region, sector)
        return Text(nl=f"alle productie van {what.nl}", en=f"all output of {what.en}")
    region = region_called(table, question.demand or HOME)
    who = [buyer_name(_category(table, region, buyer)) for buyer in question.buyers]
    where = names.placed[region]
    bought = who or [FINAL_BUYERS]
    return Text(
        nl=f"{' en '.join(item.nl for item in bought)} {where.nl}",
        en=f"{' and '.join(item.en for item in bought)} {where.en}",
    )


def _category(table: WorldTable, region: str, buyer: str) -> str:
    known = buyers_of(table, region)
    text = buyer.strip().casefold()
    found = [code for code in known if text == code.casefold()]
    found += [code for code in known if text in code.casefold().replace("-", "_").split("_")]
    return found[0] if found else buyer
