"""A record with accounts and two letters under judgement, for pictures and browser tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from made_letters import BODY, CODING, large_letter, made_letter

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "een rustige middag in april"  # noqa: S105 - for tests and pictures alone
LETTER, LONG = "kst-31409-101", "kst-31409-102"


def fill_record(*, with_long: bool = True) -> dict[str, str]:
    """Fill a fresh record; returns keys of passages by what they are good for.

    Anna and Bram differ on one letter, which was read twice. The long one, when it is asked for,
    is judged and published.
    """

    from ketenkaart.core.ledger.judgement import Action, JudgedRecommendation
    from ketenkaart.services.accounts import actor_named, add_account
    from ketenkaart.services.actors import Role
    from ketenkaart.services.judging.judge import Decision, judge
    from ketenkaart.services.judging.readings import keep_reading, open_letter

    def decide(letter: str, name: str, **more: object) -> None:
        decision = Decision.model_validate(more)
        judge(letter=letter, decision=decision, actor=actor_named(name), at=AT)

    roles = [Role.ADMINISTRATOR, Role.EDITOR, Role.CODER]
    add_account(name="anna", password=PASSWORD, roles=roles, actor=None, at=AT)
    anna = actor_named("anna")
    for name in ("bram", "carla"):
        add_account(name=name, password=PASSWORD, roles=[Role.CODER], actor=anna, at=AT)
    first = {name: facts for name, facts in CODING.items() if name != "K2"}
    keep_reading(read=made_letter(BODY, first), name="havens.txt", actor=anna, at=AT)
    keep_reading(read=made_letter(extractor="rules-2"), name="havens.txt", actor=anna, at=AT)
    keys = {item.code: item.key for item in open_letter(LETTER).candidates}
    for name in ("anna", "bram"):
        for code in ("D1", "R1", "R2"):
            decide(LETTER, name, action=Action.ACCEPT, keys=(keys[code],))
    decide(LETTER, "anna", action=Action.REJECT, keys=(keys["R3"],))
    decide(LETTER, "bram", action=Action.ACCEPT, keys=(keys["R3"],))
    old = open_letter(LETTER).by_key[keys["R2"]].fields
    changed = JudgedRecommendation.model_validate(
        old.model_dump() | {"response_class": "outside_scope", "summary_nl": "Maak boetes openbaar"}
    )
    decide(LETTER, "bram", action=Action.CORRECT, keys=(keys["R2"],), fields=(changed,))
    if with_long:
        fill_long()
    return {
        "key": keys["R3"], "promise": keys["K1"], "paper": keys["D1"], "apart": keys["R2"],
    }  # fmt: skip


def fill_long() -> None:
    """Keep, judge and publish a letter of 120 proposals."""
    from ketenkaart.core.ledger.publishing import LetterFacts
    from ketenkaart.services.accounts import actor_named
    from ketenkaart.services.judging.exchange import export_rows, import_judgements
    from ketenkaart.services.judging.publish import publish_judged
    from ketenkaart.services.judging.readings import keep_reading, open_letter

    anna, carla = actor_named("anna"), actor_named("carla")
    keep_reading(read=large_letter(), name="lang.txt", actor=anna, at=AT)
    left = [row | {"action": "accept"} for row in export_rows(open_letter(LONG))]
    import_judgements(letter=LONG, rows=left, actor=carla, at=AT)
    facts = LetterFacts(
        id=LONG, title_nl="Een lange reactie", sender="De Minister", date=date(2022, 9, 20)
    )
    publish_judged(letter=LONG, facts=facts, actor=anna, at=AT)


def session_of(name: str) -> str:
    """Return the key of a new session of an account."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    return client.cookies["ketenkaart-session"].value
