"""Addresses of the site, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web import followup_urls, views
from ketenkaart.web.chain.addresses import patterns as chain_patterns
from ketenkaart.web.defence.addresses import patterns as defence_patterns
from ketenkaart.web.effect.addresses import patterns as effect_patterns
from ketenkaart.web.endorsement.addresses import patterns as endorsement_patterns
from ketenkaart.web.evidence.addresses import patterns as evidence_patterns
from ketenkaart.web.facilities.addresses import patterns as facility_patterns
from ketenkaart.web.instruments.addresses import patterns as instrument_patterns
from ketenkaart.web.judging.addresses import patterns as judging_patterns
from ketenkaart.web.laws.addresses import patterns as law_patterns
from ketenkaart.web.mix.addresses import patterns as mix_patterns
from ketenkaart.web.monitor.addresses import patterns as monitor_patterns
from ketenkaart.web.norms.addresses import patterns as norms_patterns
from ketenkaart.web.theory.addresses import patterns as theory_patterns

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("gap/", views.gap, name="gap"),
    path("gap/data.<str:form>", views.gap_data, name="gap_data"),
    path("why/<path:figure>", views.why, name="why"),
    *defence_patterns,
    *chain_patterns,
    *facility_patterns,
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/data.<str:form>", views.ledger_data, name="ledger_data"),
    path("ledger/commitments/", views.commitments, name="commitments"),
    *followup_urls.urlpatterns,
    path("ledger/<str:code>/", views.recommendation, name="recommendation"),
    *instrument_patterns,
    *law_patterns,
    *mix_patterns,
    *endorsement_patterns,
    *effect_patterns,
    *evidence_patterns,
    *monitor_patterns,
    *theory_patterns,
    *norms_patterns,
    path("parliament/motions/", views.motions, name="motions"),
    path("parliament/motions/data.<str:form>", views.motions_data, name="motions_data"),
    path("parliament/motions/<str:number>/", views.motion, name="motion"),
    path("parliament/papers/", views.papers, name="papers"),
    path("parliament/papers/data.<str:form>", views.papers_data, name="papers_data"),
    path(
        "parliament/toezeggingen.json",
        views.parliament_commitments,
        name="parliament_commitments",
    ),
    *judging_patterns,
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("account/", views.account, name="account"),
    path("sources/", views.sources, name="sources"),
    path("glossary/", views.glossary, name="glossary"),
]
