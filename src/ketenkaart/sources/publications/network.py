"""Reach a few named government hosts and nothing else, at an address that was checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

from ketenkaart.core.errors import InputError

HOSTS = frozenset(
    {
        "zoek.officielebekendmakingen.nl",
        "www.officielebekendmakingen.nl",
        "repository.overheid.nl",
        "repository.officiele-overheidspublicaties.nl",
        "gegevensmagazijn.tweedekamer.nl",
        "www.tweedekamer.nl",
        "www.rijksoverheid.nl",
        "open.overheid.nl",
    }
)
"""Hosts of official publications; reached through https on its own port, and no others."""

Resolve = Callable[[str], Sequence[str]]

# Not `is_global`: that lets through translated (64:ff9b::/96), tunnelled (2002::/16, 2001::/32)
# and multicast addresses, behind which an inner network can stand. Source: the registries of
# special-purpose addresses at IANA.
_REFUSED_4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_ORDINARY_6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_6 = tuple(
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


class AddressRefusedError(InputError):
    """An address that is not fetched: not https, not on the list, or not a public address."""

    code = "address_refused"


def check_url(text: str, hosts: frozenset[str] = HOSTS) -> httpx.URL:
    """Return an address as a URL; raise `AddressRefusedError` unless it is https to a listed host.

    A name and password, a port of its own and anything but the exact host name are refused.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise _refused("that is no address", hosts) from None
    plain = text.isascii() and not any(sign in text for sign in " \\\t\r\n")
    if not plain or url.scheme != "https" or url.userinfo or url.port not in (None, 443):
        raise _refused("only https addresses without a name, password or port are fetched", hosts)
    if url.host not in hosts:
        raise _refused("its host is not on the list of official sites", hosts)
    return url.copy_with(fragment=None)


def _refused(why: str, hosts: frozenset[str]) -> AddressRefusedError:
    return AddressRefusedError(
        f"The address is not fetched: {why}",
        fix=f"Download the file yourself and give the file. Sites: {', '.join(sorted(hosts))}.",
    )


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to an ordinary machine on the public internet.

    >>> is_public("145.21.1.1"), is_public("::ffff:10.0.0.1"), is_public("64:ff9b::7f00:1")
    (True, False, False)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _REFUSED_4)
    is_ordinary = parsed in _ORDINARY_6 and parsed.scope_id is None
    return is_ordinary and not any(parsed in network for network in _REFUSED_6)


def resolve(host: str) -> list[str]:
    """Return the addresses that the system's resolver gives for a host."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class CheckedTransport(httpx.BaseTransport):
    """Resolves a host once, checks every address, and connects to the one that was checked.

    The name is still what the certificate must be for, and what the server is asked for. A name
    that changes its address between the check and the connection thus changes nothing.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        resolve: Resolve = resolve,
        hosts: frozenset[str] = HOSTS,
    ) -> None:
        self._inner = inner
        self._resolve = resolve
        self._hosts = hosts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to a checked address; raises `AddressRefusedError` or `ConnectError`."""
        url = check_url(str(request.url), self._hosts)
        try:
            addresses = list(self._resolve(url.host))
        except OSError as error:
            raise httpx.ConnectError("the name cannot be resolved", request=request) from error
        if not addresses:
            raise httpx.ConnectError("the name has no address", request=request)
        if not all(is_public(address) for address in addresses):
            raise _refused("its name leads to an address inside a network", self._hosts)
        checked = httpx.Request(
            request.method,
            url.copy_with(host=addresses[0]),
            headers=[("Host", url.host), *_without_host(request.headers)],
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return self._inner.handle_request(checked)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def _without_host(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.multi_items() if name.lower() != "host"]


def checked_client(
    inner: httpx.BaseTransport | None = None,
    resolve: Resolve = resolve,
    hosts: frozenset[str] = HOSTS,
) -> httpx.Client:
    """Return a client that reaches listed hosts at checked addresses, and follows nothing itself.

    Proxies and certificates from the environment are not used.
    """
    transport = CheckedTransport(inner or httpx.HTTPTransport(trust_env=False), resolve, hosts)
    return httpx.Client(
        transport=transport,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(5.0),
        headers={"User-Agent": "ketenkaart", "Accept-Encoding": "identity"},
    )
