"""Where webhooks may lead."""

import pytest
from bot.errors import Refused
from bot.policy import WebhooksPolicy
from bot.webhooks.places import checked, host_of, is_public

STRICT, AT_HOME = WebhooksPolicy(), WebhooksPolicy(allow_private=True)
PUBLIC = ("93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d822")
OURS = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.0.192",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2001::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "",
    "example.com",
    "0x7f000001",
    "127.1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address(address: str) -> None:
    assert is_public(address)
    assert checked("a.example", [address], STRICT) == (address,)


@pytest.mark.parametrize("address", OURS)
def test_no_public_address(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Refused, match="webhook_private"):
        checked("a.example", [address], STRICT)
    assert checked("a.example", [address], AT_HOME) == (address,)


@pytest.mark.parametrize("address", OURS)
def test_one_such_address_among_public_ones_is_enough(address: str) -> None:
    with pytest.raises(Refused, match="webhook_private"):
        checked("a.example", [PUBLIC[0], address], STRICT)


@pytest.mark.parametrize("policy", [STRICT, AT_HOME])
def test_a_name_that_nobody_knows(policy: WebhooksPolicy) -> None:
    with pytest.raises(Refused, match="webhook_unknown_host"):
        checked("a.example", [], policy)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example.com/desk?x=1&y=a@b", "hooks.example.com"),
        ("https://Example.com:8443", "example.com"),
        ("https://a_b.example.com./x", "a_b.example.com."),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://93.184.216.34/", "93.184.216.34"),
        ("https://[2606:4700::1111]:443/", "2606:4700::1111"),
        ("https://2130706433/", "2130706433"),
    ],
)
def test_an_address_and_its_host(url: str, host: str) -> None:
    assert host_of(url, STRICT) == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/x",
        "https://",
        "https:///x",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https://@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://exa mple.com/",
        "https://example.com/a b",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/\r\nHost: a",
        "https://example.com/\n",
        "https://bücher.example/",
        "https://a..example/",
        "https://-a.example/",
        "https://[::1%25eth0]/",
        "https://[::1/",
        "https://%31%32%37.0.0.1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        f"https://example.com/{'x' * 2000}",
    ],
)
@pytest.mark.parametrize("policy", [STRICT, AT_HOME])
def test_no_address_for_a_webhook(url: str, policy: WebhooksPolicy) -> None:
    with pytest.raises(Refused, match="webhook_url"):
        host_of(url, policy)


def test_only_https_unless_the_policy_says_so() -> None:
    with pytest.raises(Refused, match="webhook_scheme"):
        host_of("http://example.com/", STRICT)
    assert host_of("http://example.com/", AT_HOME) == "example.com"
