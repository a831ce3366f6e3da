"""Intensities: the declared tables of reference/intensity, applied to the sources they name."""

from ketenkaart.sources.intensity.build import CellTable, build_intensity
from ketenkaart.sources.intensity.scales import GOODS_FILE, load_host_scale, load_scales

__all__ = ["GOODS_FILE", "CellTable", "build_intensity", "load_host_scale", "load_scales"]
