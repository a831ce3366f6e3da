"""The mail server, from the environment: what was set, and whether it can be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "KETENKAART_MAIL_"
LARGEST_PORT = 65_535
_PORTS = {"starttls": 587, "tls": 465, "none": 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as it was set; `fault` is a setting, what is wrong with it, and what to do."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str
    fault: tuple[str, str, str] | None


def mail_server(environment: Mapping[str, str]) -> MailServer:
    """Return the mail server that the environment names.

    A wrong setting is no reason to close the site: it is kept as the fault that reminders stop on.

    >>> mail_server({"KETENKAART_MAIL_HOST": "mail.example.org"}).port
    587
    >>> mail_server({"KETENKAART_MAIL_PORT": "smtp"}).fault[:2]
    ('KETENKAART_MAIL_PORT', "'smtp' is no port")
    """
    given = {
        name: environment.get(PREFIX + name, "").strip() for name in ("HOST", "PORT", "TLS", "FROM")
    }
    tls, faults = given["TLS"] or "starttls", []
    if tls not in _PORTS:
        # Never a quiet step back to an open line.
        faults.append(("TLS", f"{tls[:40]!r} is no way to encrypt", "Use starttls, tls or none."))
        tls = "starttls"
    port, words = _PORTS[tls], given["PORT"]
    if words:
        if words.isascii() and words.isdigit() and 0 < int(words[:9]) <= LARGEST_PORT:
            port = int(words)
        else:
            fix = f"Give a number from 1 to {LARGEST_PORT}, or leave it out for {port}."
            faults.append(("PORT", f"{words[:40]!r} is no port", fix))
    sender = given["FROM"] or "ketenkaart@localhost"
    if not sender.isprintable() or "@" not in sender:
        faults.append(("FROM", f"{sender[:40]!r} is no sender", "Write it as name@example.org."))
        sender = "ketenkaart@localhost"
    first = next(iter(faults), None)
    return MailServer(
        host=given["HOST"],
        port=port,
        tls=tls,
        user=environment.get(f"{PREFIX}USER", ""),
        password=environment.get(f"{PREFIX}PASSWORD", ""),
        sender=sender,
        fault=None if first is None else (PREFIX + first[0], first[1], first[2]),
    )
