"""Give up every right that reading a document does not need, before the first byte is parsed."""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable

from ketenkaart.sources.documents.limits import Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000

# What an interpreter and three parsing libraries do once all is loaded: memory, the two pipes,
# clocks, signals and the end. No files, no sockets, no other processes.
_X86_64: tuple[int, ...] = (
    0,
    1,
    3,
    5,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    24,
    25,
    28,
    35,
    36,
    38,
    39,
    60,
    96,
    98,
)
_X86_64 += (131, 186, 202, 228, 230, 231, 234, 318, 334)
_AARCH64: tuple[int, ...] = (
    62,
    63,
    64,
    57,
    80,
    222,
    226,
    215,
    214,
    134,
    135,
    139,
    124,
    216,
    233,
    101,
    102,
    103,
)
_AARCH64 += (172, 93, 169, 165, 132, 178, 98, 113, 115, 94, 131, 278, 293)
_FILTERS = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}

_FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn")


def set_limits(limits: Limits) -> None:
    """Bound memory, processor time, files and processes; what the system cannot bound is skipped.

    Core dumps are off, so that a crash leaves no document on disk.
    """
    seconds = int(limits.max_seconds) + 2
    for name, value in (
        ("RLIMIT_AS", limits.memory_bytes),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
    ):
        _bound(name, value)


def _bound(name: str, value: int) -> bool:
    if not hasattr(resource, name):
        return False
    try:
        resource.setrlimit(getattr(resource, name), (value, value))
    except (ValueError, OSError):
        return False
    return True


def confine() -> tuple[str, ...]:
    """Close the ways out and return which walls stand: "files", "filter", "network", "hook".

    "filter" is a list of permitted system calls that the kernel holds to; "network" is a network
    of the process's own, without any card, tried where there is no filter; "hook" is the
    interpreter's own refusal, which stops mistakes but not foreign machine code. Every import must
    be done before.
    """
    walls = ["files"] if _bound("RLIMIT_NOFILE", 3) else []
    sys.addaudithook(_refuse_event)
    walls.append("hook")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_void_p] * 4]
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if _filter(libc):
            walls.append("filter")
        elif libc.unshare(_NEW_USER_AND_NETWORK) == 0:
            walls.append("network")
    return tuple(walls)


def _refuse_event(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(event)


def _filter(libc: ctypes.CDLL) -> bool:
    """Have the kernel answer every system call that is not listed with "not permitted"."""
    known = _FILTERS.get(platform.machine())
    if known is None or sys.maxsize < 1 << 32:
        return False
    architecture, permitted = known
    load, equal, give = 0x20, 0x15, 0x06
    kill, refuse, permit = 0x80000000, 0x00050000 | 1, 0x7FFF0000
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    for index, number in enumerate(permitted):
        program.append((equal, len(permitted) - index, 0, number))
    program += [(give, 0, 0, refuse), (give, 0, 0, permit)]
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    held = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(held))
    held_header = ctypes.create_string_buffer(header, len(header))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(
        libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(held_header), 0, 0) == 0
    )


def stopwatch(limits: Limits) -> Callable[[int], None]:
    """Return a function that says how many pages are done; without it the process ends in time.

    The kernel ends the process when its processor time is up, also inside a library's loop.
    """
    start = time.process_time()

    def allow(pages: int) -> None:
        used = time.process_time() - start
        left = limits.seconds_allowed(pages) - used
        signal.setitimer(signal.ITIMER_PROF, max(left, 0.001))

    allow(0)
    return allow
