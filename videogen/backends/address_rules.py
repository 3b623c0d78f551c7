"""Which machines a server address that people enter may lead to, asked at every connection."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Self
from urllib.parse import urlsplit

import httpx

from videogen.errors import InvalidInputError

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

# This machine and private networks (RFC 1918, RFC 4193): where a GPU box stands.
NEAR = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
# Where clouds keep their machines' keys and names outside the link-local range.
METADATA = tuple(
    ipaddress.ip_network(text) for text in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefusedError(OSError):
    """The name leads to a machine that the rules shut out; its text is safe to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """Near machines by default, else the networks that the operator names; never metadata."""

    networks: tuple[IpNetwork, ...] = NEAR

    @classmethod
    def of(cls, networks: Sequence[str]) -> Self:
        """Raises: InvalidInputError: no network."""
        if not networks:
            return cls()
        return cls(networks=tuple(_network(text) for text in networks))

    def check(self, url: str) -> None:
        """Before an address is kept or asked; a name that leads nowhere passes, as it may later.

        Raises: InvalidInputError: it leads to a machine outside the rules.
        """
        parts = urlsplit(url)
        try:
            self.reachable(parts.hostname or "", port_of(url))
        except AddressRefusedError as error:
            raise InvalidInputError(
                "address_refused", field="comfy_url", value=parts.hostname, detail=error
            ) from None
        except OSError:
            return

    def reachable(self, host: str, port: int) -> list[str]:
        """The addresses behind a name, each of them allowed: connect to these, not to the name.

        Raises: AddressRefusedError. OSError: the name is unknown.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            raise OSError(f"no name: {host}") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not self._allows(ipaddress.ip_address(address)):
                raise AddressRefusedError(f"{address} is outside the allowed networks")
        return addresses

    def _allows(self, address: IpAddress) -> bool:
        inner = _embedded(address)
        if inner is not None and not self._allows(inner):
            return False
        shut = (
            address.is_link_local
            or address.is_multicast
            or address.is_unspecified
            or address == IPv4Address("255.255.255.255")
            or any(address in network for network in METADATA)
        )
        is_named = inner is not None and isinstance(address, IPv6Address) and address.ipv4_mapped
        return not shut and (bool(is_named) or any(address in one for one in self.networks))


class CheckedTransport(httpx.HTTPTransport):
    """Connects to the address that was checked, so that a name cannot lead elsewhere meanwhile."""

    def __init__(self, rules: AddressRules, *, limits: httpx.Limits) -> None:
        super().__init__(trust_env=False, limits=limits)
        self._rules = rules

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises: httpx.ConnectError: as well for a machine that the rules shut out."""
        host = request.url.host
        try:
            addresses = self._rules.reachable(host, port_of(str(request.url)))
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from None
        for address in addresses[:-1]:
            try:
                return super().handle_request(_to(request, address, host))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return super().handle_request(_to(request, addresses[-1], host))


def port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme in {"https", "wss"} else 80)


def _to(request: httpx.Request, address: str, host: str) -> httpx.Request:
    """The same request; certificate and Host header are still the name's."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def _network(text: str) -> IpNetwork:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidInputError(
            "server_network", field="VIDEOGEN_SERVER_NETWORKS", value=text
        ) from None


def _embedded(address: IpAddress) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
