"""Commands that are imported when asked for, so that help and small commands start fast."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Late:
    """Where a command is found (module and name in it), and what the list of commands says."""

    module: str
    attribute: str
    short_help: str

    def load(self, name: str) -> Any:
        """Import the command, a function or a group, and return it under its name."""
        found = getattr(import_module(self.module), self.attribute)
        holder = typer.Typer(
            add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
        )
        holder.callback()(_nothing)
        if isinstance(found, typer.Typer):
            holder.add_typer(found, name=name, short_help=self.short_help)
        else:
            holder.command(name, short_help=self.short_help)(found)
        return get_group(holder).commands[name]


def _nothing() -> None:
    """Let a Typer of one command stay a group."""


class _Commands(MutableMapping[str, Any]):
    """Commands by name; one that is late is imported when it is looked at, not when listed."""

    def __init__(self, late: dict[str, Late], there: MutableMapping[str, Any]) -> None:
        self._late = late
        self._there = there

    def __getitem__(self, name: str) -> Any:
        if name not in self._there and name in self._late:
            self._there[name] = self._late[name].load(name)
        return self._there[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._there[name] = command

    def __delitem__(self, name: str) -> None:
        del self._there[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._late, *(name for name in self._there if name not in self._late)])

    def __len__(self) -> int:
        return len({*self._late, *self._there})


class LateGroup(TyperGroup):
    """A group of commands of which `late` are imported when asked for; listed in that order.

    `sections` gives the titles under which commands are listed; the others follow.
    """

    late: ClassVar[dict[str, Late]] = {}
    sections: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands(dict(self.late), self.commands)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as the parent has it
        """Return the names of all commands."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as the parent
        """Write the list of commands from what is known of them without importing any."""
        rows = {
            name: self.late[name].short_help
            if name in self.late
            else self.commands[name].get_short_help_str(formatter.width)
            for name in self.commands
        }
        widest = max(map(len, rows), default=0)
        titled = {name for names in self.sections.values() for name in names}
        others = tuple(name for name in rows if name not in titled)
        for title, names in (*self.sections.items(), ("Commands", others)):
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name.ljust(widest), rows[name]) for name in names])
