"""What is found in a list: which row, which column, what is the matter, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to its row."""

    REFUSED = "refused"
    """The row cannot be taken."""
    WARNED = "warned"
    """The row is taken, but not all that it says, or something in it deserves a look."""
    NOTED = "noted"
    """The row is taken whole; this is good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found; `line` is the row in the file, and 0 stands for all of it.

    `column` is the heading as it stands in the file, `value` the cell, cut short. Other languages
    say it by `code`, and what to do by `fix_key` (by default the code), with `fields` filled in.
    """

    line: int
    column: str
    severity: Severity
    code: str
    what: str
    fix: str
    value: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    fix_key: str = ""


FINDING_COLUMNS = ("row", "column", "result", "code", "what", "fix", "value")


def finding_row(finding: Finding) -> list[str | int]:
    """Return a finding as a row of `FINDING_COLUMNS`."""
    return [
        finding.line, finding.column, finding.severity.value, finding.code, finding.what,
        finding.fix, finding.value,
    ]  # fmt: skip


LISTED_MOST = 100_000


@dataclass(slots=True)
class ListReport:
    """What became of a list: how many rows were accepted, warned about and refused, and why.

    Accepted rows count those that were warned about. At most a hundred thousand findings are
    listed; `unlisted` says how many more there are, and `codes` counts all of them.
    """

    columns: dict[str, str] = field(default_factory=dict)
    """The field that each heading was read as; headings that were not used are absent."""
    unused: tuple[str, ...] = ()
    reading: str = ""
    accepted: int = 0
    warned: int = 0
    refused: int = 0
    blank: int = 0
    findings: list[Finding] = field(default_factory=list)
    unlisted: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """How many rows say something."""
        return self.accepted + self.refused

    def add(self, found: Iterable[Finding]) -> None:
        """Take up findings about the list as a whole."""
        for finding in found:
            self.codes[finding.code] += 1
            if len(self.findings) < LISTED_MOST:
                self.findings.append(finding)
            else:
                self.unlisted += 1

    def count(self, found: Iterable[Finding], *, is_accepted: bool) -> None:
        """Count a row with what was found in it."""
        findings = list(found)
        self.add(findings)
        if not is_accepted:
            self.refused += 1
            return
        self.accepted += 1
        self.warned += any(finding.severity is Severity.WARNED for finding in findings)
