"""The confined process really has no way out: tried from inside, past the interpreter."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hostile_papers import letter_xml

from ketenkaart.sources.documents import process, read
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.limits import DEFAULT, Limits
from ketenkaart.sources.documents.media import Form
from ketenkaart.sources.documents.process import Outcome, run
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason

# Calls into the C library, which no check of the interpreter sees.
_PROBE = """
import ctypes, errno, json, os, sys
from ketenkaart.sources.documents.inside.confine import confine, set_limits
from ketenkaart.sources.documents.limits import DEFAULT
libc = ctypes.CDLL(None, use_errno=True)
tries = {
    "open": lambda: libc.open(b"/etc/passwd", 0),
    "create": lambda: libc.open(b"/ketenkaart-escape", 0o102, 0o600),
    "socket": lambda: libc.socket(2, 1, 0),
    "local socket": lambda: libc.socket(1, 1, 0),
    "fork": lambda: libc.fork(),
    "execute": lambda: libc.execv(b"/bin/true", (ctypes.c_char_p * 2)(b"/bin/true", None)),
    "signal a parent": lambda: libc.kill(os.getppid(), 0),
    "look around": lambda: libc.getcwd(ctypes.create_string_buffer(99), 99) or -1,
    "raise limits": lambda: libc.setrlimit(9, (ctypes.c_ulong * 2)(1 << 40, 1 << 40)),
    "trace": lambda: libc.ptrace(0, 0, 0, 0),
}
if sys.argv[1] == "confined":
    set_limits(DEFAULT)
    walls = confine()
else:
    walls = ()
found = {}
for name, attempt in tries.items():
    if sys.argv[1] == "free" and name in ("fork", "execute", "trace", "raise limits", "create"):
        continue
    result = attempt()
    found[name] = errno.errorcode.get(ctypes.get_errno()) if result == -1 else "done"
os.write(1, json.dumps([walls, found]).encode())
"""

needs_filter = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="NOT RUN: the filter of system calls is for Linux on x86_64 and aarch64",
)


def _probe(mode: str) -> tuple[list[str], dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", _PROBE, mode], stdout=subprocess.PIPE, check=True, timeout=30
    )
    walls, found = json.loads(done.stdout)
    return walls, found


@needs_filter
def test_nothing_gets_out() -> None:
    walls, found = _probe("confined")
    assert "filter" in walls
    assert len(found) == 10
    assert set(found.values()) <= {"EPERM"}, found
    assert not Path("/ketenkaart-escape").exists()


@needs_filter
def test_the_probe_itself_can_get_out() -> None:
    """Without the walls the same calls succeed, so that the test above means something."""
    _, found = _probe("free")
    assert found["open"] == found["socket"] == found["local socket"] == "done"


def test_the_process_starts_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment is handed on; no module of the site, the record or the tables is loaded."""
    monkeypatch.setenv("KETENKAART_SECRET", "x")
    started: dict[str, object] = {}
    popen = subprocess.Popen

    def watch(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.update(options)
        return popen(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(process.subprocess, "Popen", watch)
    read_document(letter_xml(), name="brief.xml")
    assert started["env"] == {}
    code = (
        "import sys; import ketenkaart.sources.documents.inside.__main__;"
        + "".join(f"import ketenkaart.sources.documents.inside.{form.value};" for form in Form)
        + "print(*(m for m in ('django', 'pydantic', 'polars', 'numpy', 'httpx', 'yaml')"
        " if m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def _saying(lines: list[bytes]) -> read.Run:
    return lambda _form, _data, _limits: Outcome(lines=lines, is_complete=True)


@pytest.mark.parametrize(
    "lines",
    [
        [b"no json"],
        [b'{"ready":["filter"]}', b'{"whole":{"layout":"lines","raw":"x","parts":[["page",0,9]]}}'],
        [b'{"ready":["filter"]}', b'{"unknown":1}'],
        [b'{"ready":["filter"]}', b'{"end":{"facts":{},"notes":[["free words",[1]]]}}'],
        [b"[" * 100_000],
    ],
)
def test_a_process_that_was_taken_over_is_not_believed(
    lines: list[bytes],
) -> None:
    with pytest.raises(RefusedDocumentError) as refused:
        read_document(b"tekst", name="brief.txt", run=_saying(lines))
    assert refused.value.reason is Reason.CRASHED


@pytest.mark.parametrize(
    "parts",
    [
        '[["paragraph",0,99,null,null,null]]',
        '[["paragraph",3,2,null,null,null]]',
        '[["paragraph",4,8,null,null,null],["paragraph",0,3,null,null,null]]',
        '[["paragraph",0,6,null,null,null],["paragraph",4,8,null,null,null]]',
        '[["paragraph",0,4,null,null,null],["strong",2,6,null,null,null]]',
    ],
)
def test_parts_that_do_not_fit_the_text_are_not_believed(
    parts: str,
) -> None:
    whole = f'{{"whole":{{"layout":"blocks","raw":"abcdefghij","parts":{parts}}}}}'
    lines = [b'{"ready":["filter"]}', whole.encode(), b'{"end":{}}']
    with pytest.raises(RefusedDocumentError) as refused:
        read_document(b"tekst", name="brief.txt", run=_saying(lines))
    assert refused.value.reason is Reason.CRASHED


def test_without_walls_nothing_is_read() -> None:
    lines = [b'{"ready":["hook"]}', b'{"whole":{"layout":"lines","raw":"x"}}', b'{"end":{}}']
    with pytest.raises(RefusedDocumentError) as refused:
        read_document(b"tekst", name="brief.txt", run=_saying(lines))
    assert refused.value.reason is Reason.UNCONFINED


def _with_stand_in(code: str, monkeypatch: pytest.MonkeyPatch, limits: Limits = DEFAULT) -> Outcome:
    """Run a program of our own where the reader would run."""
    popen = subprocess.Popen

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return popen([command[0], "-I", "-S", "-c", code], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(process.subprocess, "Popen", start)
    return run(Form.TEXT, b"x" * 300_000, limits)


READY = 'import os,time; os.write(1, b\'{"ready":["filter"]}\\n\');'


def test_one_that_sleeps_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = _with_stand_in(READY + "time.sleep(60)", monkeypatch, Limits(processor_seconds=0.1))
    assert outcome.is_late
    assert outcome.seconds < 5


def test_one_that_never_starts_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = _with_stand_in("import time; time.sleep(60)", monkeypatch, Limits(start_seconds=0.3))
    assert outcome.is_late


def test_one_that_talks_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    code = READY + "\nwhile True: os.write(1, b'x' * 65536)"
    outcome = _with_stand_in(code, monkeypatch, Limits(max_output_bytes=1 << 20, wall_factor=20))
    assert outcome.is_flood


def test_one_that_claims_page_after_page_meets_the_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    code = READY + '\nwhile True: os.write(1, b\'{"page":"x"}\\n\'); time.sleep(0.001)'
    limits = Limits(processor_seconds=0.1, max_seconds=0.5, wall_factor=1.0)
    outcome = _with_stand_in(code, monkeypatch, limits)
    assert outcome.is_late
    assert 0.4 < outcome.seconds < 5


def test_one_that_does_not_listen_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    code = READY + 'os.close(0); os.write(1, b\'{"refused":"broken"}\\n\'); time.sleep(60)'
    outcome = _with_stand_in(code, monkeypatch)
    assert outcome.is_complete


def test_no_process_stays_behind() -> None:
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    before = children.read_text()
    for _ in range(3):
        read_document(letter_xml(), name="brief.xml")
    assert children.read_text() == before
