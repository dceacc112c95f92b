"""Signing in by OpenID Connect at a strict provider."""

from adapters.web.openid.sign_in import Arrived, OpenId

from tests.fakes.oidc_provider import FakeProvider

MEI_ARRIVED = Arrived("mei@acme.example", "Mei Tanaka", "zh", "/tickets?mine=1")


async def test_somebody_signs_in(openid: OpenId, provider: FakeProvider) -> None:
    begun = await openid.begin("/tickets?mine=1")
    query = await provider.visit(begun.url)
    assert await openid.finish(query, begun.kept) == MEI_ARRIVED
    assert provider.violations == []
