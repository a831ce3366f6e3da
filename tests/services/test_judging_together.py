"""Two people judge one letter at the same moment: nothing is lost, nothing fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
START = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from ketenkaart.services.stores import prepare_stores
prepare_stores(Path(os.environ["KETENKAART_DATA"]))
from datetime import UTC, datetime
from ketenkaart.core.ledger.judgement import Action
from ketenkaart.services.accounts import actor_named, add_account
from ketenkaart.services.actors import Role
from ketenkaart.services.judging.judge import Decision, judge
from ketenkaart.services.judging.readings import keep_reading, open_letter
from made_letters import made_letter
AT = datetime(2026, 11, 22, tzinfo=UTC)
"""
FILL = """
word = "een rustige middag in april"
roles = [Role.ADMINISTRATOR, Role.CODER]
add_account(name="anna", password=word, roles=roles, actor=None, at=AT)
add_account(
    name="bram", password=word, roles=[Role.CODER], actor=actor_named("anna"), at=AT
)
keep_reading(read=made_letter(), name="x", actor=actor_named("anna"), at=AT)
"""
JUDGE = """
me = actor_named(sys.argv[1])
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for action in (Action.ACCEPT, Action.REJECT) * 2:
    for item in open_letter("kst-31409-101").candidates:
        decision = Decision(action=action, keys=(item.key,))
        judge(letter="kst-31409-101", decision=decision, actor=me, at=AT)
"""
COUNT = """
from ketenkaart.db.record import models as rows
found = open_letter("kst-31409-101")
noted = rows.AuditEntry.objects.filter(action__startswith="judge_").count()
sizes = [len(found.coding(name).by_key) for name in ("anna", "bram")]
sys.stdout.write(f"{len(found.judgements)} {sizes} {noted}")
"""


def program(code: str) -> str:
    return START.format(tests=str(TESTS)) + code


@pytest.mark.long
def test_two_coders_at_once_lose_nothing(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    environment["KETENKAART_DATA"] = str(tmp_path)

    def start(code: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", program(code), *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    _, complaint = start(FILL).communicate(timeout=120)
    assert complaint == ""
    both = [start(JUDGE, name) for name in ("anna", "bram")]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        _, complaint = process.communicate(timeout=120)
        assert (process.returncode, complaint) == (0, "")
    counted, _ = start(COUNT).communicate(timeout=120)
    given = 2 * 4 * 6
    assert counted == f"{given} [6, 6] {given}", "each judgement is kept, and noted in the trail"
