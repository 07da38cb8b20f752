"""Where events may be sent, as a subscription is made."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_address, ip_network

import pytest

from mock_server.events import Targets, kind_of
from tests.events.hostile_targets import ALLOWED, AT_CONNECTION, AT_SUBSCRIPTION, PRIVATE

HOSTILE = [(kind, url) for kind, urls in AT_SUBSCRIPTION.items() for url in urls]
# These say nothing of the network: no operator can allow them.
ALWAYS = (
    "decimal",
    "octal",
    "hexadecimal",
    "short",
    "mixed",
    "trailing dot",
    "trailing dots",
    "zone",
    "brackets",
    "user",
    "fragment",
    "port",
    "percent-encoding",
    "full width",
    "IDN",
    "blanks and controls",
    "scheme",
    "no host",
    "no name",
)


@pytest.mark.parametrize(("kind", "url"), HOSTILE)
def test_a_hostile_target_is_refused_in_words_that_repeat_nothing_of_it(kind: str, url: str) -> None:
    reason = Targets(allow_private=False).check_url(url)
    assert reason is not None, kind
    assert reason.isascii() and len(reason) < 120 and not reason.endswith(".")
    assert url.removeprefix("https://").strip("/") not in reason or len(url) < 12


def test_the_table_is_as_long_as_it_was_and_names_nothing_twice() -> None:
    urls = [url for _, url in HOSTILE] + [url for url, _ in AT_CONNECTION.values()]
    assert len(urls) == len(set(urls)) > 200


@pytest.mark.parametrize("url", ALLOWED)
def test_a_public_target_may_have_a_port_a_path_and_a_query(url: str) -> None:
    assert Targets(allow_private=False).check_url(url) is None


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_target_is_allowed_where_the_operator_says_so(url: str) -> None:
    assert Targets(allow_private=True).check_url(url) is None
    assert Targets(allow_private=False).check_url(url) is not None


@pytest.mark.parametrize(("kind", "url"), [each for each in HOSTILE if each[0] in ALWAYS])
def test_what_can_be_read_in_two_ways_is_refused_by_every_server(kind: str, url: str) -> None:
    assert Targets(allow_private=True).check_url(url) is not None, kind


@pytest.mark.parametrize("url", [url for url, _ in AT_CONNECTION.values()])
def test_names_are_not_looked_up_as_a_subscription_is_made(url: str) -> None:
    assert Targets(allow_private=False).check_url(url) is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("169.254.169.254", "a metadata address"),
        ("169.254.169.253", "a link-local address"),
        ("0.0.0.0", "the unspecified address"),
        ("255.255.255.255", "the broadcast address"),
        ("::1", "a loopback address"),
        ("::ffff:10.0.0.1", "a private address inside one of IPv6"),
        ("2002:7f00:1::", "a loopback address inside one of IPv6"),
        ("2001:0:7f00:1::1", "a loopback address inside one of IPv6"),
        ("2001:0:808:808::f7f7:f7f7", "a reserved address"),
        ("fd00:ec2::254", "a metadata address"),
        ("fd00:ec2::255", "a unique-local address"),
        ("1.1.1.1", None),
        ("2a00:1450::1", None),
    ],
)
def test_an_address_is_called_by_what_it_is(address: str, kind: str | None) -> None:
    assert kind_of(ip_address(address)) == kind


def test_nothing_that_the_registry_calls_private_is_public_but_what_documents_use() -> None:
    documents = [ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for first in range(256):
        for second in range(0, 256, 1 if first in {100, 169, 172, 192, 198, 203} else 51):
            address = ip_address(f"{first}.{second}.2.1")
            if not address.is_global and not any(address in each for each in documents):
                assert kind_of(address) is not None, address


def test_an_address_that_cannot_be_read_is_reached_by_nobody() -> None:
    for text in ("", "localhost", "127.1", "1.2.3.4.5", "[::1]", "::1::"):
        assert Targets(allow_private=True).check_address(text) is not None


def test_the_http_client_is_not_loaded_by_checking() -> None:
    script = (
        "import sys; from mock_server.events import Targets; Targets(False).check_url('https://example.com/')\n"
        "print('aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr
