"""What the kinds of assumption are called, in both languages."""

from __future__ import annotations

from ketenkaart.core.governance.defence.pins import PinKind
from ketenkaart.core.provenance import Text

KIND_LABELS: dict[PinKind, Text] = {
    PinKind.UPTAKE: Text(nl="wie meedoet", en="uptake"),
    PinKind.LAYERS: Text(nl="tot welke laag", en="layers reached"),
    PinKind.OVERLAP: Text(nl="samenvallen", en="overlap of uptake"),
    PinKind.INTENSITY: Text(nl="klassewaarden", en="class values"),
    PinKind.CUT_POINTS: Text(nl="klassegrenzen", en="cut points"),
    PinKind.ISSUE_WEIGHT: Text(nl="gewicht van thema", en="issue weight"),
    PinKind.REGION_WEIGHTING: Text(nl="weging van landen", en="weighting of countries"),
    PinKind.FORCE: Text(nl="bindende kracht", en="force"),
    PinKind.OBLIGATION: Text(nl="plicht", en="duty"),
    PinKind.STEP_WEIGHT: Text(nl="gewicht van stap", en="step weight"),
}
