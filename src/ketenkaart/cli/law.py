"""`ketenkaart law ...`: all its commands together."""

from __future__ import annotations

from ketenkaart.cli.law_facts import law_app

__all__ = ["law_app"]
