"""Print an answer about the chain: for people with names and intervals, for pipes as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ketenkaart.cli.numbers import NOT_GIVEN, amount, percent
from ketenkaart.cli.output import Column, Format, print_csv, print_json, print_table, say, tell

if TYPE_CHECKING:
    from ketenkaart.services.chain.answer import ChainAnswer

PLACE = frozenset({"country", "sector"})
LOW, HIGH, ERROR = "low", "high", "standard_error"
MILLIONS = {"MUSD": "million USD", "MEUR": "million EUR", "M.EUR": "million EUR"}
_STORED = re.compile(r"[a-z]+(_[a-z]+)+")


def print_answer(answer: ChainAnswer, format: Format) -> None:
    """Print an answer in the form asked for; notes go to the readers of each form."""
    from ketenkaart.services.chain.estimated import with_estimate_notes

    answer = with_estimate_notes(answer)
    if format is Format.JSON:
        print_json(answer.as_json())
    elif format is Format.CSV:
        tell(f"note: {_sums(answer)}")
        for note in answer.notes:
            tell(f"note: {note.en}")
        print_csv(answer.columns, answer.rows)
    else:
        print_for_people(answer)


def print_for_people(answer: ChainAnswer) -> None:
    """Print an answer as a table under its title, with its facts and notes below."""
    columns, rows = _table(answer)
    say(f"{titled(answer.title)} ({_units(answer)})", "")
    print_table(columns, rows)
    say("")
    print_facts(answer)


def print_facts(answer: ChainAnswer) -> None:
    """Print what holds for an answer as a whole: totals, its edition, and notes."""
    for line in facts_as_lines(answer.facts):
        say(line)
    say(f"Edition {answer.edition}.")
    for note in answer.notes:
        say(f"- {note.en}")


def spoken_unit(unit: str) -> str:
    """Return the unit of a table in words where it is one of those that we know.

    >>> spoken_unit("MUSD"), spoken_unit("person-years")
    ('million USD', 'person-years')
    """
    return MILLIONS.get(unit, unit)


def facts_as_lines(facts: Mapping[str, Any], indent: str = "", is_share: bool = False) -> list[str]:
    """Return facts by name as indented lines for people; shares in per cent."""
    lines = []
    for name, value in facts.items():
        if name == "unplaced":  # the notes name these rows, with the reasons
            continue
        if name == "uncertainty" and isinstance(value, Mapping):
            lines += [f"{indent}{line}" for line in interval_lines(value)]
            continue
        if name == "extensions":
            lines += [_extension_line(item) for item in value]
            continue
        if name == "rates":
            lines += [f"{indent}Rate: one {code} is {rate:g}" for code, rate in value.items()]
            continue
        label = f"{indent}{_words(name)}"
        inside = is_share or "share" in name
        if isinstance(value, Mapping):
            lines += [f"{label}:", *facts_as_lines(value, indent + "  ", inside)]
        elif isinstance(value, list | tuple):
            said = ", ".join(_fact(item, inside) for item in value)
            lines += [f"{label}: {said}"] if said else []
        else:
            lines.append(f"{label}: {_fact(value, inside)}")
    return lines


def interval_lines(facts: Mapping[str, Any]) -> list[str]:
    """Return in a few lines how sure the sums are, and how their intervals were made.

    What only says how well the draws did stands in JSON.
    """
    share = percent(facts["interval_share"]).replace(".0%", "%")
    lines = [f"How sure ({share} intervals, an estimate):"]
    for name, value in facts.items():
        if isinstance(value, Mapping) and LOW in value and HIGH in value:
            shown = percent if name == "share" else amount
            lines.append(f"  {_words(name)}: {_ends(value[LOW], value[HIGH], shown)}")
        elif name == "first_is_largest_share":
            lines.append(f"  The first path is the largest in {percent(value)} of the draws.")
    how = "first order"
    if facts.get("draws"):
        how = f"{facts['draws']:,} draws, seed {facts['seed']}"
        off = facts.get("largest_off_by_share")
        how += "" if off is None else f"; an end is off by at most {percent(off)} of its width"
    lines.append(
        f"  Error model: {facts['error_model']} (grade {facts['grade']}), errors "
        f"{facts['errors']}; {how}."
    )
    return lines


def _table(answer: ChainAnswer) -> tuple[list[Column], list[list[str]]]:
    """Return headings and cells: ends of an interval in one column, and places in words."""
    kept = [
        k
        for k, name in enumerate(answer.columns)
        if name not in PLACE or any(row[k] is not None for row in answer.rows)
    ]
    pairs = {k: k + 1 for k in kept if _opens_interval(answer.columns, k)}
    shown = [k for k in kept if k - 1 not in pairs]
    columns = [_column(answer, k, is_interval=k in pairs) for k in shown]
    rows = [
        [
            _interval(answer, row, k, pairs[k]) if k in pairs else _cell(answer, k, row[k])
            for k in shown
        ]
        for row in answer.rows
    ]
    words = list(_places_in_words(answer))
    if any(words):
        columns.append(Column("In words", wide=True, spare=1))
        rows = [[*row, said] for row, said in zip(rows, words, strict=True)]
    return columns, rows


def _places_in_words(answer: ChainAnswer) -> Iterator[str]:
    """Give the name of each row's place; empty where rows are no places or have no names."""
    at = {name: k for k, name in enumerate(answer.columns) if name in {*PLACE, "partner", "code"}}
    if not at or not answer.rows:
        return
    from ketenkaart.core.errors import KetenkaartError
    from ketenkaart.services.chain.naming import buyer_name, edition_names

    try:
        names = edition_names(answer.edition)
    except KetenkaartError:  # a table that stands in no store has no names
        return
    for row in answer.rows:
        cells = {name: str(row[k]) for name, k in at.items() if row[k] is not None}
        region = names.regions.get(cells.get("country", cells.get("partner", "")))
        code = cells.get("sector", cells.get("code", ""))
        sector = names.sectors.get(code) or (buyer_name(code) if "code" in cells else None)
        yield ": ".join(said.en for said in (region, sector) if said is not None)


def _opens_interval(columns: Sequence[str], k: int) -> bool:
    name = columns[k]
    is_low = name == LOW or name.endswith(f"_{LOW}")
    return is_low and k + 1 < len(columns) and columns[k + 1] == f"{name.removesuffix(LOW)}{HIGH}"


def _interval(answer: ChainAnswer, row: Sequence[Any], low: int, high: int) -> str:
    shown = percent if answer.columns[low] in answer.shares else amount
    return _ends(row[low], row[high], shown)


def _ends(low: Any, high: Any, shown: Any) -> str:
    """Return an interval; both ends once where they read alike.

    >>> _ends(1267.0, 1851.9, amount), _ends(-3.2, 4.0, amount), _ends(None, None, amount)
    ('1,267–1,852', '-3.2 to 4.0', '–')
    """
    if low is None or high is None:
        return NOT_GIVEN
    first, last = shown(low), shown(high)
    if first == last:
        return str(first)
    return f"{first} to {last}" if low < 0 else f"{first}–{last}"


def _column(answer: ChainAnswer, k: int, *, is_interval: bool) -> Column:
    name = answer.columns[k]
    is_number = any(isinstance(row[k], float) for row in answer.rows)
    # Where the terminal is narrow, what is said of layers goes first: their standard errors, then
    # their ends, then layers themselves, the deepest before the others.
    is_layer = name.startswith(("layer_", "deeper"))
    spare = 2 if name.endswith(ERROR) else int(name.endswith("_spread"))
    spare = k if is_layer and name not in {"layer_0", "deeper"} else spare
    if is_layer and (is_interval or name.endswith(ERROR)):
        spare = k + 1000 * (1 + name.endswith(ERROR))
    title = _words(name)
    if is_interval:
        before = name.removesuffix(LOW).rstrip("_")
        title = f"{_words(before)} low–high" if before else "Low–high"
    elif len(_extensions(answer)) > 1 and name in _extensions(answer):
        title += f" ({spoken_unit(_extensions(answer)[name])})"
    return Column(title, "right" if is_number else "left", spare=spare)


STATES = frozenset({"not_researched", "none_known", "only_general"})


def _cell(answer: ChainAnswer, k: int, value: Any) -> str:
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float):
        return percent(value) if answer.columns[k] in answer.shares else amount(value)
    is_state = answer.columns[k] == "use" or value in STATES
    return str(value).replace("_", " ") if is_state else str(value)


def titled(title: str) -> str:
    """Return a title that begins with words, not with the name of what is counted.

    >>> titled("value_added behind final demand of NLD")
    'Value added behind final demand of NLD'
    """
    for name in ("value_added", "person_years"):
        title = title.replace(name, name.replace("_", " "))
    return title[:1].upper() + title[1:]


def _units(answer: ChainAnswer) -> str:
    units = dict.fromkeys(map(spoken_unit, _extensions(answer).values()))
    return ", ".join(units) if units else spoken_unit(answer.unit)


def _extensions(answer: ChainAnswer) -> dict[str, str]:
    """Return the units of what is counted, by name, where it is more than one thing."""
    found = answer.facts.get("extensions", ())
    return {item["extension"]: item["unit"] for item in found if isinstance(item, Mapping)}


def _extension_line(item: Mapping[str, Any]) -> str:
    said = _fact(item.get("total"), is_share=False)
    return f"Total {item['extension'].replace('_', ' ')}: {said} {spoken_unit(item['unit'])}"


def _sums(answer: ChainAnswer) -> str:
    """Return in one line what a CSV has no column for: what is counted, its unit, and the sums."""
    sums = {name: answer.facts.get(name) for name in ("total", "rest")}
    said = [f"{name} {value:,.6g}" for name, value in sums.items() if isinstance(value, float)]
    return "; ".join((titled(answer.title), _units(answer), *said, f"edition {answer.edition}"))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _fact(value: Any, is_share: bool) -> str:
    if isinstance(value, Mapping):
        return " ".join(_fact(item, is_share) for item in value.values())
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float):
        return percent(value) if is_share else amount(value)
    return value.replace("_", " ") if _STORED.fullmatch(str(value)) else str(value)
