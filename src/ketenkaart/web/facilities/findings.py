"""What was found in a list of facilities, in the language of the page."""

from __future__ import annotations

from ketenkaart.core.chain.facilities.listing.findings import Finding, finding_row
from ketenkaart.web.facilities.words import country_names
from ketenkaart.web.refusals import said
from ketenkaart.web.text import say

OTHERWISE = "unusable"
"""Findings of the registry's own checks, which say themselves what is the matter."""


def told(finding: Finding, language: str) -> tuple[str, str]:
    """Return what is the matter and what to do; the site's own fields instead of options."""
    if finding.code == OTHERWISE:
        return said(finding.what, language)[0], said(finding.fix, language)[0]
    fields = dict(finding.fields)
    if fields.get("near"):
        names = country_names(language)
        near = [f"{names.get(code, code)} ({code})" for code in fields["near"].split()]
        fields["near"] = say("facilities.or", language).join(near)
    what = say(f"facilities.finding_{finding.code}", language, **fields)
    return what, say(f"facilities.fix_{finding.fix_key or finding.code}", language, **fields)


def told_row(finding: Finding, language: str) -> list[str | int]:
    """Return a finding as a row of `FINDING_COLUMNS`, said in a language."""
    line, column, result, code, _, _, value = finding_row(finding)
    return [line, column, result, code, *told(finding, language), value]
