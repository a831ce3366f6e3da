"""US Department of Labor: goods made by child or forced labour, and child-labour findings."""

from ketenkaart.sources.dol.reader import (
    GoodsMapping,
    read_goods_list,
    read_goods_mapping,
    read_working_children,
)

__all__ = ["GoodsMapping", "read_goods_list", "read_goods_mapping", "read_working_children"]
