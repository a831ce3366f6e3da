"""A small registry with everything in it, for pictures of the pages and for the browser."""

from __future__ import annotations

from datetime import UTC, date, datetime

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACES = (
    ("Alpha Knitting Ltd.", "BGD", 23.99, 90.42, ("14",)),
    ("Beta Fashions", "BGD", 23.7, 90.4, ("14",)),
    ("Gamma Garments Co., Ltd.", "KHM", 11.55, 104.9, ("14",)),
    ("Delta Footwear", "VNM", 10.8, 106.7, ("15",)),
    ("Epsilon Tekstil San. ve Tic. A.S.", "TUR", 41.0, 28.9, ("13", "14")),
    ("Zeta Spinning Mills Pvt. Ltd.", "IND", 11.1, 77.3, ("13",)),
    ("Eta Leather Works", "IND", 13.1, 80.3, ("15",)),
    ("Theta Apparel", "CHN", 23.1, 113.3, ("14",)),
    ("Iota (sector unknown)", "CHN", None, None, ()),
    ("Kappa Confecção", "PRT", 41.4, -8.4, ("14",)),
)


def fill_registry(account: str) -> dict[str, str]:
    """Fill a fresh record that holds `account`, which may do all; returns ids by what they show."""
    from ketenkaart.core.chain.facilities.proposals import PossibleMatch
    from ketenkaart.core.chain.facilities.types import (
        Contributor,
        ContributorKind,
        FacilityDraft,
        Workers,
    )
    from ketenkaart.core.chain.matching.cautions import Caution
    from ketenkaart.core.chain.wages import Pay
    from ketenkaart.services.accounts import actor_named, set_roles
    from ketenkaart.services.actors import Role
    from ketenkaart.services.facilities.asking import do_at_once, propose_matches, propose_merge
    from ketenkaart.services.facilities.registry import add_facilities
    from ketenkaart.services.facility_facts.programmes import link_programme
    from ketenkaart.services.facility_facts.sharing import ask_contact, give_voice, release_sharing
    from ketenkaart.services.facility_facts.wages import load_benchmarks, state_wage

    actor = actor_named(account)
    roles = actor.roles | {Role.MODERATOR, Role.EDITOR, Role.CONTRIBUTOR}
    set_roles(name=account, roles=roles, actor=actor, at=AT)
    actor = actor_named(account)

    def add(key: str, name: str, *places: tuple, named: bool) -> list[str]:
        made = add_facilities(
            drafts=[
                FacilityDraft(
                    country=country, name=title, address=f"{number} Mill Road, Sector {number}",
                    latitude=latitude, longitude=longitude, isic4=isic4,
                    sectors_given=("Apparel",) if isic4 else (), product_types=("Shirts",),
                    workers=Workers(250, 500),
                )
                for number, (title, country, latitude, longitude, isic4) in enumerate(places, 1)
            ],
            contributor=Contributor(key, name, ContributorKind.COVENANT, named),
            title=f"List of {name}", reason="an example", actor=actor, at=AT,
        )  # fmt: skip
        return [item.id for item in made]

    ids = add("example-covenant", "Voorbeeldconvenant", *PLACES, named=True)
    quiet = add("example-brand", "Voorbeeldmerk", PLACES[0], PLACES[3], named=False)
    for gone, into in zip(quiet, (ids[0], ids[3]), strict=True):
        asked = propose_merge(gone=gone, into=into, reason="one gate", actor=actor, at=AT)
        do_at_once(asked, reason="seen", actor=actor, at=AT)
    give_voice(account=account, contributor="example-brand", actor=actor, at=AT)
    release_sharing(actor=actor, at=AT)
    link_programme(
        facility=ids[0], programme="better_work", source="the programme's own list",
        start=date(2016, 5, 1), actor=actor, at=AT,
    )  # fmt: skip
    day = date(2026, 3, 1)
    paid = Pay(low=14000, high=15500, currency="BDT", per="month", on=day, kind="gross")
    state_wage(facility=ids[0], pay=paid, source="pay slips", area="Dhaka", actor=actor, at=AT)
    benchmarks = (
        "country,area,low,high,currency,per,on,kind,title,publisher\n"
        "BGD,Dhaka,20000,25000,BDT,month,2026-01-01,gross,Example benchmark,Nobody\n"
    )
    load_benchmarks(raw=benchmarks.encode(), name="x.csv", source="made up", actor=actor, at=AT)
    propose_matches(
        pairs=[
            PossibleMatch(*sorted((ids[6], ids[5])), 0.81, (("name", 4.2), ("address", -1.5)),
                          (Caution.OTHER_UNIT, Caution.NAMED_COUNTRY)),
            PossibleMatch(*sorted((ids[7], ids[8])), 0.55, (("name", 0.4),)),
        ],
        reason="compared by name and address", actor=actor, at=AT,
    )  # fmt: skip
    ask_contact(facility=ids[0], words="Samen op bezoek?", actor=actor, at=AT)
    return {"alpha": ids[0], "old": quiet[0], "unknown": ids[8]}
