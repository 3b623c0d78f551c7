"""Which server addresses are let through, at the form and at every connection."""

import socket
from collections.abc import Callable

import httpx
import pytest

from tests.backends.odd_server import OddServer
from videogen.backends import AddressRules, connect_comfy
from videogen.backends.address_rules import AddressRefusedError, CheckedTransport
from videogen.errors import BackendUnavailableError, InvalidInputError
from videogen.texts import error_message

LIMITS = httpx.Limits()


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.9", "fd12::5"])
def test_this_machine_and_private_networks_are_near_enough(host: str) -> None:
    assert AddressRules().reachable(host, 8188) == [host]


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "224.0.0.1",
        "0.0.0.0",
        "::",
        "8.8.8.8",
        "2852039166",  # 169.254.169.254 as one number
        "0xa9fea9fe",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_metadata_and_the_open_internet_are_refused_however_written(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        AddressRules().reachable(host, 80)


def test_named_networks_take_the_place_of_the_near_ones_and_never_open_metadata() -> None:
    rules = AddressRules.of(["203.0.113.0/24", "0.0.0.0/0", "::/0"])
    narrow = AddressRules.of(["192.168.20.0/24"])

    assert rules.reachable("203.0.113.7", 80) == ["203.0.113.7"]
    assert rules.reachable("::ffff:203.0.113.7", 80) == ["::ffff:203.0.113.7"]
    with pytest.raises(AddressRefusedError):
        rules.reachable("169.254.169.254", 80)
    with pytest.raises(AddressRefusedError):
        narrow.reachable("127.0.0.1", 80)


def test_a_network_that_is_none_names_the_setting() -> None:
    with pytest.raises(InvalidInputError) as refused:
        AddressRules.of(["my house"])

    assert "VIDEOGEN_SERVER_NETWORKS: my house" in error_message(refused.value, "en")


def test_the_form_names_the_field_and_where_it_leads() -> None:
    with pytest.raises(InvalidInputError) as refused:
        AddressRules().check("http://169.254.169.254:80")

    said = error_message(refused.value, "en")
    assert (refused.value.field, refused.value.value) == ("comfy_url", "169.254.169.254")
    assert "outside the allowed networks" in said


def answers(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    """A name server that says something else each time."""
    left = list(addresses)

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        address = left.pop(0) if host == "gpu.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up


def test_a_name_that_leads_elsewhere_later_is_refused_then(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = httpx.URL(odd.url).port
    names = answers("127.0.0.1", "127.0.0.1", "169.254.169.254")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    rules = AddressRules()
    rules.check(f"http://gpu.example:{port}")

    with httpx.Client(transport=CheckedTransport(rules, limits=LIMITS)) as http:
        first = http.get(f"http://gpu.example:{port}/")
        with pytest.raises(httpx.ConnectError) as refused:
            http.get(f"http://gpu.example:{port}/")

    assert first.status_code < 600
    assert first.request.url.host == "gpu.example"
    assert "169.254.169.254 is outside" in str(refused.value)


def test_one_forbidden_address_among_several_shuts_a_name_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = answers("127.0.0.1")("gpu.example", 80) + answers("8.8.8.8")("gpu.example", 80)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(AddressRefusedError):
        AddressRules().reachable("gpu.example", 80)


def test_a_back_end_outside_the_rules_is_unavailable_and_says_why() -> None:
    backend = connect_comfy("http://127.0.0.1:9", AddressRules.of(["10.0.0.0/8"]))

    with pytest.raises(BackendUnavailableError) as refused:
        backend._wire.send("GET", "/system_stats")
    backend.close()

    assert "outside the allowed networks" in str(refused.value)
