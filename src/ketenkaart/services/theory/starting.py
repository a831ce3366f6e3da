"""A small theory that somebody can start from: it passes its own check."""

from __future__ import annotations

from ketenkaart.services.theory.reading import status_rule

_SMALL = """\
# A policy theory. Give it to: ketenkaart theory check my_theory.yml --svg my_theory.svg
id: my_theory
title: {{nl: "Mijn theorie", en: "My theory"}}
summary: {{nl: "Waarom de maatregel zou werken.", en: "Why the measure would work."}}
kinds: []        # kinds of instrument that it holds for, such as covenant
instruments: []  # or ids from `ketenkaart instruments list`
nodes:           # stages: input, activity, output, outcome, impact
  - id: subsidy
    stage: input
    text: {{nl: "Subsidie", en: "Subsidy"}}
    citation: {{source: own, grade: assumed}}
  - id: projects
    stage: output
    text: {{nl: "Projecten in de keten", en: "Projects in the chain"}}
    citation: {{source: own, grade: assumed}}
  - id: safer_work
    stage: impact
    text: {{nl: "Veiliger werk", en: "Safer work"}}
    sdg_targets: ["8.8"]           # from `ketenkaart theory sdg`; outcomes and impacts only
    issues: [occupational_safety]
    citation: {{source: own, grade: assumed}}
arrows:          # each needs an assumption; its status follows from the evidence
  - id: apply
    cause: subsidy
    effect: projects
    assumption: {{nl: "Bedrijven vragen aan.", en: "Companies apply."}}
    about: [motive]
    citation: {{source: own, grade: assumed}}
  - id: work
    cause: projects
    effect: safer_work
    assumption: {{nl: "Wat is geleerd, blijft.", en: "What was learned lasts."}}
    evidence:    # directions: supports, contradicts, mixed, not_found
      - finding: {{nl: "Voortgang gemeld.", en: "Progress was reported."}}
        direction: supports
        design: self_report        # {designs}
        citation: {{source: my_report, locator: "p. 3", grade: sure}}
    conflicts: []  # - {{entry: rbc_or_trade_promotion, why: {{nl: "", en: ""}}, citation: ...}}
    # is_feedback: true for an arrow that leads back, is_adverse: true for a feared side effect
    citation: {{source: own, grade: assumed}}
citation: {{source: own, grade: assumed}}
"""


def small_theory() -> str:
    """Return a small theory as YAML with comments; the study designs are those of the rule."""
    return _SMALL.format(designs=", ".join(design.id for design in status_rule().designs))
