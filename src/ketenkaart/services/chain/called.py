"""Find a place or sector in a table by what people call it: a code, another code, or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import EditionError, InputError, NotFoundError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.naming import Names, names_of
from ketenkaart.services.chain.tables import STARTER
from ketenkaart.sources.reference.labels import load_countries

REST = frozenset({"row", "figw1", "rest"})
SHORTEST = 4
SHOWN = 60
_WORD = re.compile(r"\w+")


def region_called(table: WorldTable, text: str, where: str | None = None) -> str:
    """Return a table's code for a region, from that code, another code of it, or a name.

    Names are Dutch or English. Raises `InputError` for a country that the table counts in a
    region of several, naming that region, and for what no region is called.
    """
    folded = text.strip().casefold()
    if folded in {region.casefold() for region in table.regions}:
        return matching_code("region", text, table.regions, where)
    own, countries = regions_by_name(table)
    if folded in own:
        return own[folded]
    if folded not in countries:
        return matching_code("region", text, table.regions, where)
    raise _not_apart(table, countries[folded], where)


def sector_called(table: WorldTable, text: str, where: str | None = None) -> str:
    """Return a table's code for a sector, from that code or from words of its name.

    The words, Dutch or English, must fit one sector alone. Raises `InputError` otherwise, with the
    sectors that come near and what they are called.
    """
    return _sector(table, text.strip(), where)


def node_called(table: WorldTable, text: str, where: str | None = None) -> int:
    """Return the number of the node that `REGION.sector` names, in codes or names.

    Raises `InputError` for a text without a point, and for a region or sector there is not.
    """
    region, point, sector = _parted(table, text.strip())
    if not point:
        raise InputError(
            f"{text[:40]!r} names no sector of a region",
            where=where or "sector",
            fix=f"Write region and sector with a point between, such as {table.label(0)}.",
        )
    return table.node(region_called(table, region, where), sector_called(table, sector, where))


def nodes_called(table: WorldTable, text: str, where: str | None = None) -> list[int]:
    """Return the nodes of `REGION.sector`, of a region, or of a sector everywhere.

    Raises `InputError` for what is none of these.
    """
    wanted, width = text.strip(), len(table.sectors)
    if "." in wanted and wanted not in (*table.regions, *table.sectors):
        return [node_called(table, wanted, where)]
    known = {code.casefold() for code in table.sectors}
    if wanted.casefold() not in known and _is_place(table, wanted):
        start = table.regions.index(region_called(table, wanted, where)) * width
        return list(range(start, start + width))
    sector = _sector(table, wanted, where, table.regions)
    return list(range(table.sectors.index(sector), table.n, width))


def regions_by_name(table: WorldTable) -> tuple[dict[str, str], dict[str, str]]:
    """Return the table's regions, and ISO alpha-3 of all countries, by every code and name.

    Keys are in lower case.
    """
    countries = load_countries()
    alpha3 = {code.casefold(): found for code, found in countries.alpha3_by_any_code().items()}
    for country in countries.countries:
        alpha3 |= {country.name.nl.casefold(): country.alpha3}
        alpha3 |= {country.name.en.casefold(): country.alpha3}
    own = {
        alpha3[region.casefold()]: region for region in table.regions if region.casefold() in alpha3
    }
    found = {name: own[code] for name, code in alpha3.items() if code in own}
    return found | {region.casefold(): region for region in table.regions}, alpha3


def _not_apart(table: WorldTable, alpha3: str, where: str | None) -> InputError:
    """Say of a country in which region the table counts it, and how to come nearer to it."""
    name = load_countries().by_alpha3()[alpha3].name.en
    members = names.members if (names := _names(table)) is not None else {}
    rest = [region for region in table.regions if region.casefold() in REST]
    lies_in = [members[alpha3]] if alpha3 in members else rest
    if len(lies_in) == 1:
        fix = f"It is counted in {lies_in[0]}: ask that."
    else:
        fix = f"Ask the region it lies in, one of {', '.join(table.regions[:60])}."
    if rest and lies_in == rest and not table.edition.startswith(STARTER):
        fix += (
            f" Or split it off, an estimate: ketenkaart edition split {table.edition} "
            f"--countries {alpha3} --from FOLDER."
        )
    return InputError(
        f"{table.edition} does not show {name} apart", where=where or "region", fix=fix
    )


def _sector(table: WorldTable, wanted: str, where: str | None, regions: Sequence[str] = ()) -> str:
    """Return the code of a sector; `regions` are what else the text could have been meant for."""
    if wanted.casefold() in {sector.casefold() for sector in table.sectors}:
        return matching_code("sector", wanted, table.sectors, where)
    names = _sector_names(table)
    found = _by_words(wanted, names)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{wanted[:40]!r} is the name of several sectors",
            where=where or "sector",
            fix=f"Choose {_listed(found, names, ' or ')}.",
        )
    places = get_close_matches(wanted.upper(), regions, n=4, cutoff=0.6)
    near = places or _near(wanted, table.sectors, names)
    known = _listed((*regions[:SHOWN], *table.sectors[:SHOWN]), names, ", ")
    more = ", ..." if max(len(regions), len(table.sectors)) > SHOWN else "."
    raise InputError(
        f"There is no {'region or ' if regions else ''}sector {wanted[:40]!r}",
        where=where or "sector",
        fix=f"Did you mean {_listed(near, names, ' or ')}?"
        if near
        else f"Use one of {known}{more}",
    )


def _is_place(table: WorldTable, text: str) -> bool:
    own, countries = regions_by_name(table)
    return text.casefold() in own or text.casefold() in countries


def _parted(table: WorldTable, text: str) -> tuple[str, str, str]:
    """Return region, point and sector; a region's own code may hold a point."""
    for region in table.regions:
        if text.casefold().startswith(f"{region.casefold()}."):
            return region, ".", text[len(region) + 1 :]
    return text.partition(".")


def _names(table: WorldTable) -> Names | None:
    """Return the words for a table's codes; None for a table in no store, which has no layout."""
    try:
        return names_of(table)
    except (NotFoundError, EditionError):
        return None


def _sector_names(table: WorldTable) -> dict[str, Text]:
    names = _names(table)
    if names is None:
        return {sector: Text(nl=sector, en=sector) for sector in table.sectors}
    return dict(names.sectors)


def _by_words(text: str, names: dict[str, Text]) -> list[str]:
    """Return the sectors with all these words, or their beginnings, in a name of one language."""
    wanted = _WORD.findall(text.casefold().replace("_", " "))
    if not wanted or min(map(len, wanted)) < SHORTEST:
        return [code for code, name in names.items() if text.casefold() in _both(name)]
    return [
        code
        for code, name in names.items()
        if any(
            all(any(w.startswith(word) for w in _WORD.findall(said)) for word in wanted)
            for said in _both(name)
        )
    ]


def _near(text: str, sectors: Sequence[str], names: dict[str, Text]) -> list[str]:
    """Return the sectors with a code, or else a word in their name, that looks like this one."""
    folded = {sector.casefold(): sector for sector in sectors}
    close = get_close_matches(text.casefold(), folded, n=4, cutoff=0.6)
    if close:
        return [folded[code] for code in close]
    words: dict[str, list[str]] = {}
    for sector in sectors:
        for said in _both(names[sector]):
            for word in _WORD.findall(said):
                words.setdefault(word, []).append(sector)
    found = get_close_matches(text.casefold(), words, n=2, cutoff=0.7)
    return list(dict.fromkeys(sector for word in found for sector in words[word]))[:4]


def _both(name: Text) -> tuple[str, str]:
    return name.nl.casefold(), name.en.casefold()


def _listed(codes: Sequence[str], names: dict[str, Text], mark: str) -> str:
    said = {code: name.en for code, name in names.items() if name.en != code}
    return mark.join(f"{code} ({said[code]})" if code in said else code for code in codes)
