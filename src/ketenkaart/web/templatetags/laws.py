"""Template tags of the law pages: a clause as a sentence, an amount of goods."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from ketenkaart.core.governance.rules.clauses import Clause
from ketenkaart.web.laws import words
from ketenkaart.web.render import language

register = template.Library()


@register.filter
def sentence(clause: Clause) -> SafeString:
    """Write the head of a clause, with the article where the law has it."""
    head = conditional_escape(words.sentence(clause, language()))
    if clause.article is None:
        return head
    return format_html('{} <span class="kk-soft">({})</span>', head, clause.article)


@register.filter
def shown(value: words.Shown) -> str:
    """Write a number, a day or a code in the language of the page."""
    return words.shown(value, language())


@register.filter
def code_groups(code: str) -> str:
    """Write a code of goods in the groups of the customs tariff.

    >>> code_groups("26090000"), code_groups("8103"), code_groups("2615900010")
    ('2609 00 00', '8103', '2615 90 00 10')
    """
    head, rest = code[:4], code[4:]
    return " ".join([head, *(rest[k : k + 2] for k in range(0, len(rest), 2))])
