"""What a provider says of itself, and what of it we accept."""

from typing import Any

import pytest
from adapters.web.openid.metadata import Metadata, Unsuitable, metadata_of, place_of

ISSUER = "https://id.example/realms/acme"
LOCAL = "http://127.0.0.1:8080"


def document(issuer: str = ISSUER, **changes: Any) -> dict[str, Any]:
    endpoints = {
        name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    }
    return {"issuer": issuer, **endpoints, **changes}


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("https://id.example", "https://id.example/.well-known/openid-configuration"),
        ("https://id.example/", "https://id.example/.well-known/openid-configuration"),
        ("https://id.example/a/v2.0", "https://id.example/a/v2.0/.well-known/openid-configuration"),
    ],
)
def test_where_it_is(issuer: str, place: str) -> None:
    assert place_of(issuer) == place


def test_the_least_it_must_say() -> None:
    assert metadata_of(document(), ISSUER) == Metadata(
        f"{ISSUER}/authorization_endpoint", f"{ISSUER}/token_endpoint", f"{ISSUER}/jwks_uri"
    )


def test_all_it_may_say() -> None:
    said = metadata_of(
        document(
            userinfo_endpoint=f"{ISSUER}/userinfo",
            authorization_response_iss_parameter_supported=True,
            token_endpoint_auth_methods_supported=["client_secret_post", 7],
            code_challenge_methods_supported=["plain", "S256"],
            id_token_signing_alg_values_supported=["RS256"],
            claims_supported=["sub", "email_verified"],
        ),
        ISSUER,
    )
    assert (said.userinfo_endpoint, said.names_itself) == (f"{ISSUER}/userinfo", True)
    assert (said.client_auth, said.challenges) == (("client_secret_post",), ("plain", "S256"))
    assert (said.algorithms, said.vouches) == (("RS256",), True)


@pytest.mark.parametrize(
    "named",
    [None, "", f"{ISSUER}/", ISSUER.upper(), "https://evil.example", ["x"], "https://id.example/{tenantid}"],
)
def test_it_must_call_itself_what_we_call_it(named: object) -> None:
    with pytest.raises(Unsuitable, match="calls itself"):
        metadata_of(document(issuer=ISSUER) | {"issuer": named}, ISSUER)


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize(
    "place",
    [
        "http://id.example/x",
        "http://127.0.0.1/x",
        "ftp://id.example/x",
        "//id.example/x",
        "https://",
        "https:///x",
        "https://[::1",
        "https://id.example/a b",
        "https://id.example/\n",
        7,
        ["https://id.example"],
    ],
)
def test_every_endpoint_is_encrypted(name: str, place: object) -> None:
    with pytest.raises(Unsuitable, match=f"no https:// address for {name}$"):
        metadata_of(document() | {name: place}, ISSUER)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_none_may_be_missing(name: str) -> None:
    with pytest.raises(Unsuitable, match=name):
        metadata_of(document() | {name: None}, ISSUER)


def test_a_provider_on_this_machine_may_speak_plainly_and_to_nobody_else() -> None:
    assert metadata_of(document(LOCAL), LOCAL).jwks_uri == f"{LOCAL}/jwks_uri"
    with pytest.raises(Unsuitable, match="jwks_uri"):
        metadata_of(document(LOCAL, jwks_uri="http://id.example/jwks"), LOCAL)
