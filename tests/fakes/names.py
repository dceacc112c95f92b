"""Names of hosts, without a resolver."""


class PublicNames:
    """Keeps `bot.ports.Lookup`: every name leads to one public address."""

    async def addresses(self, host: str) -> tuple[str, ...]:
        return ("93.184.215.14",)
