"""Read the joint definitions that like-minded countries measure by."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.monitor.exchange.types import JointDocument
from ketenkaart.sources.reference.folder import read_file, reference_root


@lru_cache(maxsize=4)
def _joint(root: Path) -> JointDocument:
    document, content = read_file(root, "exchange/joint.yml", JointDocument)
    names = [f"{item.indicator}/{item.definition}" for item in content.definitions]
    document.require_unique(("definitions",), names, "definition")
    document.require_unique(("adopted",), [item.area for item in content.adopted], "area")
    return content


def load_joint_document(root: Path | None = None) -> JointDocument:
    """Return the joint definitions, with their version and who adopted them."""
    return _joint(reference_root(root))
