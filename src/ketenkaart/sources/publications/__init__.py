"""Official publications: from a number to a file, fetched once and kept."""

from ketenkaart.sources.publications.fetch import (
    Publication,
    PublicationUnavailableError,
    fetch_publication,
)
from ketenkaart.sources.publications.identifiers import PublicationId, parse_identifier
from ketenkaart.sources.publications.network import AddressRefusedError, checked_client

__all__ = [
    "AddressRefusedError",
    "Publication",
    "PublicationId",
    "PublicationUnavailableError",
    "checked_client",
    "fetch_publication",
    "parse_identifier",
]
