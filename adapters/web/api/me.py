"""What a token says of itself."""

from starlette.responses import Response

from adapters.web.api.once import shown
from adapters.web.api.operation import By, Operation
from adapters.web.api.shapes import TokenShape


class Me:
    def operations(self) -> list[Operation]:
        return [
            Operation("GET", "/me", self.me, "getMe", "What this token may do", "token", None, TokenShape)
        ]

    async def me(self, caller: By) -> Response:
        """Any good token may ask."""
        token = caller.token
        return shown(
            TokenShape(
                id=token.id,
                name=token.name,
                scopes=list(token.scopes),
                engineer=token.engineer,
                customer=token.customer,
                made_at=token.made_at,
                expires_at=token.expires_at,
            )
        )
