"""SDMX observation status beside our five states: what is lost, and what is not."""

from __future__ import annotations

from ketenkaart.core.monitor.indicators import Coverage
from ketenkaart.core.provenance import State

# Code list CL_OBS_STATUS of SDMX, versions 2.x. There is no code for a refusal, nor for a figure
# that nobody knows although it was asked: both are O, and the column STATE keeps them apart.
CODES = {
    State.KNOWN: "A",
    State.UNKNOWN: "O",
    State.NOT_RESEARCHED: "L",
    State.NOT_APPLICABLE: "M",
    State.REFUSED: "O",
}
ESTIMATED = "E"
WITH_VALUE = {"A", "B", "D", "E", "F", "G", "I", "K", "N", "P", "S", "U", "V"}
WITHOUT_VALUE = {
    "O": State.UNKNOWN,
    "Q": State.UNKNOWN,
    "L": State.NOT_RESEARCHED,
    "M": State.NOT_APPLICABLE,
    "H": State.NOT_APPLICABLE,
}
NOT_MEASURED = {"F": "a forecast", "I": "imputed"}
"""Codes of values that nobody measured."""


def status_code(state: State, coverage: Coverage) -> str:
    """Return the SDMX code of a measurement; a value from a sample is an estimate.

    >>> status_code(State.KNOWN, Coverage.SAMPLE), status_code(State.REFUSED, Coverage.UNKNOWN)
    ('E', 'O')
    """
    if state is State.KNOWN and coverage is Coverage.SAMPLE:
        return ESTIMATED
    return CODES[state]


def state_of(code: str, has_value: bool) -> State:
    """Return the state that a code and its cell stand for; raises `ValueError` where they clash.

    >>> state_of("L", has_value=False).value
    'not_researched'
    """
    if code in NOT_MEASURED:
        raise ValueError(f"status {code} is {NOT_MEASURED[code]}, no measurement")
    if code in WITH_VALUE:
        if not has_value:
            raise ValueError(f"status {code} has a value, and the cell is empty")
        return State.KNOWN
    if code in WITHOUT_VALUE:
        if has_value:
            raise ValueError(f"status {code} means that there is no value, and there is one")
        return WITHOUT_VALUE[code]
    raise ValueError(f"{code!r} is no code of CL_OBS_STATUS")
