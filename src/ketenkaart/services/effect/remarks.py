"""What a reader must know beside estimates of effects, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketenkaart.core.monitor.effect.effects import SAID, EffectRow, WithoutData
from ketenkaart.core.provenance import Text
from ketenkaart.services.effect.answers import AnswerFile, Per
from ketenkaart.services.effect.records import DrawRecord
from ketenkaart.sources.reference.product_groups import load_product_groups, read_product_groups

PLAIN = "horvitz_thompson"


def remarks(
    file: AnswerFile,
    rows: Sequence[EffectRow],
    wanted: Sequence[str],
    per: Per,
    without_data: WithoutData,
    groups_file: Path | None,
) -> list[Text]:
    """Return the remarks about one period: reference, groups left out, silence, double counting."""
    found = [
        Text(
            en="Every effect is an estimate against a reference, with versus without; it is "
            + ("over the term of contracts." if per == "term" else "per year."),
            nl="Elk effect is een schatting ten opzichte van een referentie, met tegenover zonder; "
            + (
                "het geldt over de looptijd van contracten."
                if per == "term"
                else "het is per jaar."
            ),
        )
    ]
    found.extend(_left_out(file.record))
    for name in wanted:
        found.extend(_silent(name, rows, without_data))
        if count := file.unreferenced(name):
            found.append(
                Text(
                    en=f"{name}: {count} contracts give an effect and name no reference.",
                    nl=f"{name}: {count} contracten geven een effect en noemen geen referentie.",
                )
            )
    found.extend(_doubles(file, rows, groups_file))
    return found


def _left_out(record: DrawRecord) -> list[Text]:
    found: list[Text] = []
    idle = ", ".join(item.group for item in record.groups if not item.drawn)
    if idle:
        found.append(
            Text(
                en=f"Not sampled, so unknown and in no total: {idle}.",
                nl=f"Niet in de steekproef, dus onbekend en in geen totaal: {idle}.",
            )
        )
    if record.empty_groups:
        names = ", ".join(record.empty_groups)
        found.append(
            Text(
                en=f"No tenders in this period: {names}.",
                nl=f"Geen aanbestedingen in deze periode: {names}.",
            )
        )
    bare = [(i.group, i.tenders - i.reached) for i in record.groups if i.drawn]
    words = ", ".join(f"{group} {count}" for group, count in bare if count > 0)
    if words:
        found.append(
            Text(
                en=f"Tenders without a known value are in no total: {words}.",
                nl=f"Aanbestedingen zonder bekende waarde zitten in geen totaal: {words}.",
            )
        )
    return found


def _silent(name: str, rows: Sequence[EffectRow], without_data: WithoutData) -> list[Text]:
    mine = [r for r in rows if r.figure == name and r.group and r.method == PLAIN]
    silent = sum(row.without_data for row in mine)
    none = sum(row.not_applicable for row in mine)
    found: list[Text] = []
    if silent and without_data == "zero":
        found.append(
            Text(
                en=f"{name}: {silent} drawn contracts have no figure and count as nothing, so a "
                "total is a floor where no effect is negative; its interval knows nothing of them.",
                nl=f"{name}: {silent} getrokken contracten hebben geen cijfer en tellen als niets, "
                "dus een totaal is een ondergrens als geen effect negatief is; het interval weet "
                "niets van hen.",
            )
        )
    elif silent:
        found.append(
            Text(
                en=f"{name}: {silent} drawn contracts have no figure; those with data in the same "
                "group stand for them, by value. That silence may go with the effect is in no "
                "figure.",
                nl=f"{name}: {silent} getrokken contracten hebben geen cijfer; die met gegevens in "
                "dezelfde groep staan voor hen, naar waarde. Dat zwijgen met het effect kan "
                "samenhangen, zit in geen cijfer.",
            )
        )
    if none:
        found.append(
            Text(
                en=f"{name}: not applicable to {none} contracts; these add nothing.",
                nl=f"{name}: niet van toepassing op {none} contracten; die voegen niets toe.",
            )
        )
    return found


def _doubles(file: AnswerFile, rows: Sequence[EffectRow], groups_file: Path | None) -> list[Text]:
    """Return which groups of a total may count one effect twice."""
    grouping = load_product_groups()[0] if groups_file is None else read_product_groups(groups_file)
    there = {str(row.group) for row in rows if row.group and row.status in SAID}
    pairs = grouping.counted_twice(there)
    found: list[Text] = []
    if pairs:
        en = ", ".join(f"{a} and {b}" for a, b in pairs)
        nl = ", ".join(f"{a} en {b}" for a, b in pairs)
        found.append(
            Text(
                en=f"The total over groups may count one effect twice: {en}.",
                nl=f"Het totaal over groepen kan één effect dubbel tellen: {nl}.",
            )
        )
    more = sum(bool(text) for text in file.texts("other_groups", absent=""))
    if more:
        found.append(
            Text(
                en=f"{more} drawn contracts also have codes of another product group; each counts "
                "in the group of its main code.",
                nl=f"{more} getrokken contracten hebben ook codes van een andere productgroep; elk "
                "telt in de groep van zijn hoofdcode.",
            )
        )
    return found


def wave_remarks(
    after: DrawRecord, before: DrawRecord, wanted: Sequence[str], both: Sequence[str]
) -> list[Text]:
    """Return what makes two periods unlike."""
    found: list[Text] = []
    apart = ", ".join(name for name in wanted if name not in both)
    if apart:
        found.append(
            Text(
                en=f"No difference for {apart}: not asked before in the same unit.",
                nl=f"Geen verschil voor {apart}: eerder niet in dezelfde eenheid gevraagd.",
            )
        )
    now = {item.group for item in after.groups if item.drawn}
    then = {item.group for item in before.groups if item.drawn}
    if now != then:
        new, old = (", ".join(sorted(part)) or "-" for part in (now - then, then - now))
        found.append(
            Text(
                en=f"Only now sampled: {new}; only before: {old}. The difference of totals is "
                "over the groups estimated in both; that of shares over all of each.",
                nl=f"Alleen nu getrokken: {new}; alleen eerder: {old}. Het verschil van totalen "
                "gaat over de groepen die in beide zijn geschat; dat van aandelen over alle.",
            )
        )
    if after.currency != before.currency:
        found.append(
            Text(
                en=f"Contracts are sized in {after.currency} now and in {before.currency} before.",
                nl=f"Contracten zijn nu gemeten in {after.currency}, eerder in {before.currency}.",
            )
        )
    return found
