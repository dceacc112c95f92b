"""What the desk sent. A test takes out every mail it expects; a mail that is left is a fault."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.integration.whole_mail.correspondence import text_of
from tests.servers.smtp import MailServer, Taken


@dataclass(slots=True)
class Letterbox:
    server: MailServer
    _expected: set[int] = field(default_factory=set)

    async def take(self, to: str, *words: str, copies: tuple[str, ...] = ()) -> Taken:
        """The oldest mail to that address (and these) whose subject and text hold the words, as soon as it is
        there."""

        def here() -> list[int]:
            return [
                number
                for number, mail in self._left()
                if mail.recipients == (to, *copies) and all(word in said(mail) for word in words)
            ]

        try:
            await self.server.until(here)
        except TimeoutError:
            raise AssertionError(f"no mail to {to} with {words}; there is {self.left}") from None
        number = here()[0]
        self._expected.add(number)
        return self.server.taken[number]

    @property
    def left(self) -> list[str]:
        """Those nobody has taken out."""
        return [f"{mail.recipients}: {said(mail)}" for _, mail in self._left()]

    def _left(self) -> Sequence[tuple[int, Taken]]:
        return [each for each in enumerate(self.server.taken) if each[0] not in self._expected]


def said(mail: Taken) -> str:
    return f"{mail.message['Subject']}\n{text_of(mail.message)}"
