"""`ketenkaart account add|list|roles|password|deactivate`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Role

if TYPE_CHECKING:
    from ketenkaart.services.accounts import Account

account_app = typer.Typer(
    help="Accounts: who may judge, publish, own and verify.", no_args_is_help=True
)

Roles = Annotated[list[Role], typer.Option("--role", help="A role; may be given again.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@account_app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name to log in with.")],
    role: Roles,
    acts_as: As = None,
    password_stdin: FromInput = False,
) -> None:
    """Make an account; the first one needs `--role administrator` and no `--as`.

    Example: ketenkaart account add anna --role coder --as beheer
    """
    open_record()
    from ketenkaart.services.accounts import add_account, has_accounts

    actor = acting(acts_as) if has_accounts() else None
    made = add_account(
        name=name,
        password=_password(password_stdin),
        roles=role,
        actor=actor,
        at=datetime.now(UTC),
    )
    say(f"Account {made.name} made: {_roles(made)}.")


@account_app.command("list")
def list_all(
    format: Printed = Format.TABLE,
) -> None:
    """List the accounts with their roles.

    Example: ketenkaart account list
    """
    open_record()
    from ketenkaart.services.accounts import list_accounts

    found = list_accounts()
    columns = ("name", "roles", "is_active", "last_login")
    rows = [
        [item.name, _roles(item), item.is_active, item.last_login and item.last_login.isoformat()]
        for item in found
    ]
    if printed_as_data(format, columns, rows):
        return
    if not rows:
        say("No accounts yet. Make the first: ketenkaart account add NAME --role administrator")
    else:
        print_table(
            [Column("Name"), Column("Roles", wide=True), Column("State"), Column("Last login")],
            [
                [
                    item.name,
                    _roles(item),
                    "open" if item.is_active else "closed",
                    f"{item.last_login:%Y-%m-%d %H:%M} UTC" if item.last_login else "never",
                ]
                for item in found
            ],
        )


@account_app.command("roles")
def roles(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Account.")],
    role: Roles,
    acts_as: As = None,
) -> None:
    """Give an account these roles instead of the ones it has.

    Example: ketenkaart account roles anna --role coder --role editor --as beheer
    """
    actor = acting(acts_as)
    from ketenkaart.services.accounts import set_roles

    changed = set_roles(name=name, roles=role, actor=actor, at=datetime.now(UTC))
    say(f"Account {changed.name} now holds: {_roles(changed)}.")


@account_app.command("password")
def password(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Account.")],
    acts_as: As = None,
    password_stdin: FromInput = False,
) -> None:
    """Give an account a new password; its sessions end.

    Example: ketenkaart account password anna --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.accounts import change_password

    new = _password(password_stdin)
    change_password(name=name, password=new, actor=actor, at=datetime.now(UTC))
    say(f"The password of {name} was changed.")


@account_app.command("deactivate")
def close(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Account.")],
    acts_as: As = None,
) -> None:
    """Close an account; what it did stays on the record.

    Example: ketenkaart account deactivate anna --as beheer
    """
    actor = acting(acts_as)
    from ketenkaart.services.accounts import deactivate

    deactivate(name=name, actor=actor, at=datetime.now(UTC))
    say(f"Account {name} is closed.")


def _roles(item: Account) -> str:
    return ", ".join(sorted(role.value for role in item.roles))


def _password(from_input: bool) -> str:
    """Return the password: asked twice on a terminal, or the first line of standard input."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError(
            "There is no terminal to ask for the password",
            where="--password-stdin",
            fix="Pass it on standard input with `--password-stdin`.",
        )
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
