"""Proves, inside an environment without Django, that half of Ketenkaart is a plain data library.

Run by `make test` with the interpreter of .tools/base, where the wheel and the base lock file are
installed and nothing else. Every module named below is imported, and each command is tried.
"""

import importlib
import importlib.util
import pkgutil
import subprocess
import sys
from pathlib import Path

WITHOUT_DJANGO = (
    "ketenkaart.core",
    "ketenkaart.sources",
    "ketenkaart.warehouse",
    "ketenkaart.services.governance",
    "ketenkaart.services.editions",
)
COMMANDS = (
    ("gap", "--help"),
    ("gap", "--issue", "forced_labour", "--format", "json"),
    ("instruments", "list", "--format", "json"),
)
NEED_THE_SITE = (("ledger", "list"), ("up", "--no-serve"))
# Packages that only the site needs: present here, they would hide a wrong import.
SITE_ONLY = ("django", "csp", "whitenoise", "granian")


def main() -> int:
    """Return 0 when everything works, else 1 after naming what does not."""
    present = [name for name in SITE_ONLY if importlib.util.find_spec(name)]
    if present:
        print(f"This proves nothing: {', '.join(present)} can be imported here.", file=sys.stderr)
        return 1
    import_one("ketenkaart")
    names = [name for package in WITHOUT_DJANGO for name in modules(package)]
    print(f"{len(names)} modules imported without Django")
    program = Path(sys.executable).with_name("ketenkaart")
    worked = max(try_command(program, arguments) for arguments in COMMANDS)
    return max(worked, *(try_refusal(program, arguments) for arguments in NEED_THE_SITE))


def try_refusal(program: Path, arguments: tuple[str, ...]) -> int:
    """Run a command that needs more; return 0 when it says so in one message, no traceback."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    shown = " ".join(("ketenkaart", *arguments))
    is_clear = "ketenkaart[web]" in done.stderr and "Traceback" not in done.stderr
    if done.returncode != 1 or not is_clear:
        print(f"{shown}: exit {done.returncode}\n{done.stderr}", file=sys.stderr)
        return 1
    print(f"{shown}: says what it needs")
    return 0


def modules(package: str) -> list[str]:
    """Import a module and everything below it; return the names."""
    module = import_one(package)
    below = pkgutil.walk_packages(getattr(module, "__path__", []), prefix=f"{package}.")
    return [package, *(import_one(info.name).__name__ for info in below)]


def import_one(name: str):
    """Import one module, or stop with its name."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        sys.exit(f"{name} cannot be imported without Django: {error}")


def try_command(program: Path, arguments: tuple[str, ...]) -> int:
    """Run one command of the installed program; return 0 when it succeeds and prints something."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    shown = " ".join(("ketenkaart", *arguments))
    if done.returncode or not done.stdout.strip():
        print(f"{shown}: exit {done.returncode}\n{done.stdout}{done.stderr}", file=sys.stderr)
        return 1
    print(f"{shown}: works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
