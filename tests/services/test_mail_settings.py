"""The mail server comes from the environment; without one, mail has nowhere to go."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import ketenkaart.config

SETTINGS = Path(str(ketenkaart.config.__file__)).parent / "settings.py"
NAMES = ("HOST", "PORT", "USER", "PASSWORD", "FROM", "TLS")


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, object]:
    for name in NAMES:
        monkeypatch.delenv(f"KETENKAART_MAIL_{name}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"KETENKAART_MAIL_{name}", value)
    return runpy.run_path(str(SETTINGS))


def test_without_a_server_nothing_can_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)
    assert found["KETENKAART_MAIL_IS_SET"] is False
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.parametrize(
    ("tls", "port", "use"),
    [("starttls", 587, (True, False)), ("tls", 465, (False, True)), ("none", 587, (False, False))],
)
def test_a_server_is_used_as_it_is_described(
    monkeypatch: pytest.MonkeyPatch, tls: str, port: int, use: tuple[bool, bool]
) -> None:
    found = settings(monkeypatch, HOST="mail.example.org", TLS=tls, FROM="kk@example.org")
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == use
    assert found["DEFAULT_FROM_EMAIL"] == "kk@example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "smtp"),
        ("PORT", "0"),
        ("PORT", "-25"),
        ("PORT", "65536"),
        ("PORT", "９９"),
        ("PORT", "9" * 5000),
        ("TLS", "ssl"),
        ("FROM", "nobody"),
        ("FROM", "a@example.org\nBcc: b@example.org"),
    ],
)
def test_a_wrong_setting_is_named_and_closes_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    found = settings(monkeypatch, HOST="mail.example.org", **{name: value})
    fault = found["KETENKAART_MAIL_FAULT"]
    assert isinstance(fault, tuple)
    assert fault[0] == f"KETENKAART_MAIL_{name}"
    assert len(fault[1]) < 100
    assert found["EMAIL_USE_TLS"] is True, "never a quiet step back to an open line"
    assert isinstance(found["EMAIL_PORT"], int)
