"""Check that the conditions of a law fit its vocabulary, its tables and each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketenkaart.core.governance.rules.types import Condition, Law, LawVersion, LineTable
from ketenkaart.core.governance.rules.vocabulary import FactDefinition, FactKind, Vocabulary
from ketenkaart.sources.reference.document import Document, Trail

FITS: dict[FactKind, tuple[str, ...]] = {
    "yes_no": ("is",),
    "count": ("more_than", "at_least", "less_than", "at_most", "equals"),
    "money": ("more_than", "at_least", "less_than", "at_most"),
    "date": ("on_or_after", "before"),
    "code": ("in_any_of",),
    "list": ("includes_any",),
    "quantities": (),
    "month_day": (),
}
Found = Iterator[tuple[Trail, Condition]]


def check_conditions(
    document: Document, law: Law, vocabulary: Vocabulary, tables: Mapping[str, LineTable]
) -> None:
    """Fail on the first condition of a law that could not be answered."""
    for index, version in enumerate(law.versions):
        _check_version(document, ("versions", index), version, vocabulary, tables)
    for index, duty in enumerate(law.duties):
        for path, condition in _walk(("duties", index, "when"), duty.when) if duty.when else ():
            _check_node(document, path, condition, vocabulary, tables)
            if condition.rule is not None:
                rules = [v.rules.keys() for v in law.versions if v.duties is None]
                shared = set.intersection(*(set(names) for names in rules)) if rules else set()
                document.require_known((*path, "rule"), condition.rule, shared, "rule")


def _check_version(
    document: Document,
    place: Trail,
    version: LawVersion,
    vocabulary: Vocabulary,
    tables: Mapping[str, LineTable],
) -> None:
    seen: dict[str, Trail] = {}
    _check_rules(document, place, version)
    for path, condition in _conditions(place, version):
        _check_node(document, path, condition, vocabulary, tables)
        if condition.rule is not None:
            document.require_known((*path, "rule"), condition.rule, version.rules, "rule")
        if condition.id is not None and seen.setdefault(condition.id, path) != path:
            document.fail(
                (*path, "id"), f"'{condition.id}' stands here twice", "Give each its own id."
            )


def _conditions(place: Trail, version: LawVersion) -> Found:
    if version.scope is not None:
        yield from _walk((*place, "scope"), version.scope)
    for name, rule in version.rules.items():
        yield from _walk((*place, "rules", name), rule)
    for index, item in enumerate(version.application):
        if item.when is not None:
            yield from _walk((*place, "application", index, "when"), item.when)
    for index, duty in enumerate(version.duties or ()):
        if duty.when is not None:
            yield from _walk((*place, "duties", index, "when"), duty.when)


def _walk(path: Trail, condition: Condition) -> Found:
    yield path, condition
    for key in ("all", "any", "none"):
        for index, part in enumerate(getattr(condition, key) or ()):
            yield from _walk((*path, key, index), part)
    if condition.count is not None:
        for index, part in enumerate(condition.count.of):
            yield from _walk((*path, "count", "of", index), part)
    for key in ("in_each_of_last", "in_one_of_last", "sustained", "years_back"):
        test = getattr(condition, key)
        if test is not None:
            yield from _walk((*path, key, "of"), test.of)


def _check_node(
    document: Document,
    path: Trail,
    condition: Condition,
    vocabulary: Vocabulary,
    tables: Mapping[str, LineTable],
) -> None:
    ids = [fact.id for fact in vocabulary.facts]
    if condition.any_line is not None:
        place: Trail = (*path, "any_line")
        document.require_known((*place, "table"), condition.any_line.table, tables, "table")
        document.require_known((*place, "fact"), condition.any_line.fact, ids, "fact")
        definition = vocabulary.find(condition.any_line.fact)
        if definition is None or definition.table != condition.any_line.table:
            document.fail((*place, "fact"), "It is not counted on this table", "Name another fact.")
    if condition.fact is None:
        return
    document.require_known((*path, "fact"), condition.fact, ids, "fact")
    definition = vocabulary.find(condition.fact)
    if definition is not None:
        _check_comparison(document, path, condition, definition, vocabulary)


def _check_comparison(
    document: Document,
    path: Trail,
    condition: Condition,
    definition: FactDefinition,
    vocabulary: Vocabulary,
) -> None:
    test = condition.tests[0]
    fits = FITS[definition.kind]
    if test not in fits:
        document.fail(
            (*path, test),
            f"'{definition.id}' is of kind {definition.kind} and cannot be tested with {test}",
            f"Use {' or '.join(fits) or 'another fact'}.",
        )
    if definition.kind == "money" and not condition.unit:
        document.fail(path, f"The unit of '{definition.id}' is missing", "Add unit: EUR or such.")
    if definition.kind == "money" and not (condition.unit or "").isupper():
        document.fail((*path, "unit"), "A currency has three capitals", "Write it as EUR.")
    if definition.kind != "money" and condition.unit is not None:
        document.fail((*path, "unit"), f"'{definition.id}' is no amount of money", "Remove it.")
    if test == "equals" and not isinstance(condition.equals, int | float):
        document.fail((*path, "equals"), "A number belongs here", "Write a number.")
    codes = condition.in_any_of or condition.includes_any or ()
    known = set(definition.choices) | (set(vocabulary.groups) if test == "in_any_of" else set())
    for index, code in enumerate(codes):
        document.require_known((*path, test, index), code, known, "code")


def _check_rules(document: Document, place: Trail, version: LawVersion) -> None:
    """Fail when rules of a version refer to each other in a circle."""
    uses = {
        name: sorted(
            {part.rule for _, part in _walk((), rule) if part.rule is not None}
            & version.rules.keys()
        )
        for name, rule in version.rules.items()
    }
    done: set[str] = set()
    for start in uses:
        way: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            name, depth = waiting.pop()
            del way[depth:]
            if name in way:
                circle = " > ".join([*way[way.index(name) :], name])
                document.fail(
                    (*place, "rules", name),
                    f"Rules refer to each other in a circle: {circle}",
                    "Take one of the references out.",
                )
            if name in done:
                continue
            way.append(name)
            if not uses[name]:
                done.add(name)
            waiting.extend((used, depth + 1) for used in uses[name])
        done.add(start)
