"""How the desk shows a provider who it is."""

import base64
from dataclasses import replace

import pytest
from adapters.web.openid.exchange import request_for
from adapters.web.openid.metadata import Unsuitable
from adapters.web.openid.settings import OpenIdSettings

PUBLIC = OpenIdSettings("https://id.example", "desk", "https://desk.example/sign-in/openid", b"k" * 32)
SECRET = replace(PUBLIC, client_id="de:sk", client_secret="a b+c%:ü")
GRANT = {
    "grant_type": "authorization_code",
    "code": "c-1",
    "code_verifier": "v-1",
    "redirect_uri": "https://desk.example/sign-in/openid",
}


def test_a_public_client_has_nothing_to_show_but_its_name() -> None:
    asked = request_for("c-1", "v-1", PUBLIC, ("client_secret_basic",))
    assert (asked.form, "Authorization" in asked.headers) == ({**GRANT, "client_id": "desk"}, False)


def test_the_secret_in_the_header_is_written_as_in_a_form() -> None:
    """RFC 6749 section 2.3.1 and appendix B."""
    asked = request_for("c-1", "v-1", SECRET, ("client_secret_post", "client_secret_basic"))
    assert asked.form == GRANT
    pair = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic "))
    assert pair == b"de%3Ask:a+b%2Bc%25%3A%C3%BC"


def test_the_secret_in_the_form() -> None:
    asked = request_for("c-1", "v-1", SECRET, ("private_key_jwt", "client_secret_post"))
    assert asked.form == {**GRANT, "client_id": "de:sk", "client_secret": "a b+c%:ü"}
    assert "Authorization" not in asked.headers


def test_no_way_we_know() -> None:
    with pytest.raises(Unsuitable, match="in no way we know"):
        request_for("c-1", "v-1", SECRET, ("private_key_jwt",))


def test_nothing_of_it_is_shown() -> None:
    shown = repr(request_for("c-1", "v-1", SECRET, ("client_secret_basic",))) + repr(SECRET)
    assert not [each for each in ("c-1", "v-1", "a b", "kkk") if each in shown]
