"""From a Post to the mail that says it (RFC 5322, RFC 3834), and its envelope."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

import structlog

from adapters.email import headers, html
from adapters.email.addresses import deliverable
from adapters.email.own import Own
from adapters.email.settings import EmailSettings
from adapters.email.tokens import Tokens
from bot.errors import Unreachable
from bot.outgoing import Button, Hand, Heading, Post
from bot.ports import Clock

log = structlog.get_logger(__name__)
MOST_REFERENCES = 20
"""The first and the newest: what sorts a conversation."""
LONGEST_SUBJECT = 120
"""Of one made from the words themselves; a heading's is taken whole, the ticket's number ends it."""
# Lines of the head are folded by us already. 7 bit for the body: any server takes it as it is.
_POLICY = SMTP.clone(refold_source="none", cte_type="7bit", utf8=True)
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail and its envelope. `to`: whom it is for; `copies`: who else reads it. Addresses are in ASCII, or
    ASCII but for what stands before the @ (RFC 6531)."""

    message_id: str
    sender: str
    to: str
    copies: tuple[str, ...]
    message: EmailMessage

    @property
    def content(self) -> bytes:
        """Lines end with CRLF and have at most 998 octets, all of them ASCII unless `international`."""
        return self.message.as_bytes(policy=_POLICY)

    @property
    def international(self) -> bool:
        """An address needs SMTPUTF8."""
        return not "".join((self.sender, self.to, *self.copies)).isascii()


class Writer:
    """Writes what one desk sends."""

    def __init__(self, settings: EmailSettings, tokens: Tokens, clock: Clock) -> None:
        """Raises ConfigurationError when the desk's own address is none."""
        self.own = Own(settings, tokens)
        self._settings = settings
        self._clock = clock

    def letter(self, post: Post) -> Letter:
        """The same Message-ID for the same `post.key`. Raises Unreachable when it can be sent to nobody."""
        heading = post.heading or Heading(subject="")
        subject = headers.one_line(heading.subject) or self._subject(post.text)
        to = deliverable(post.at.conversation)
        copies = tuple(self._copies(heading, to))
        message_id = self.own.message_id(post.key, heading)
        message = EmailMessage(_POLICY)
        lines = self._head(post, heading, to, copies)
        for name, value in (("Subject", headers.unstructured(subject)), ("Message-ID", message_id), *lines):
            message.set_raw(name, value)
        self._fill(message, post, heading, subject, message_id)
        return Letter(message_id, self.own.bounce_address(heading), to, copies, message)

    def _head(
        self, post: Post, heading: Heading, to: str, copies: tuple[str, ...]
    ) -> Iterator[tuple[str, str]]:
        name = self._settings.name
        yield "From", headers.mailbox(name, self.own.address)
        yield "To", to
        if copies:
            yield "Cc", headers.one_a_line(copies, ",")
        yield "Reply-To", headers.mailbox(name, self.own.reply_address(heading))
        yield "Date", format_datetime(self._clock.now())
        yield from _thread(post, heading)
        yield from self._marks(heading)

    def _marks(self, heading: Heading) -> Iterator[tuple[str, str]]:
        """So that no machine answers a machine (RFC 3834; X-Auto-Response-Suppress is Exchange's word)."""
        yield "X-Loop", headers.unstructured(self._settings.mark)
        if heading.hand is not Hand.HUMAN:
            yield "Auto-Submitted", heading.hand.value
            yield "X-Auto-Response-Suppress", "All"

    def _fill(
        self, message: EmailMessage, post: Post, heading: Heading, subject: str, message_id: str
    ) -> None:
        words = _words(post.text)
        facts = [(headers.one_line(label), headers.one_line(value)) for label, value in heading.facts]
        card = "\n".join(f"{label}: {value}" for label, value in facts)
        language = heading.language if _LANGUAGE.fullmatch(heading.language) else "en"
        shown = [self._action(each, heading, subject, message_id) for each in post.buttons if heading.page]
        message.set_content(f"{words}\n\n{card}\n" if card else f"{words}\n")
        message.add_alternative(html.page(subject, words, facts, shown, language), subtype="html")
        message.set_raw("Content-Language", language)

    def _action(self, button: Button, heading: Heading, subject: str, message_id: str) -> html.Action:
        """Pressing it writes an answer whose words are the verb; In-Reply-To is RFC 6068's own example."""
        number = f"[T-{heading.ticket}]" if heading.ticket else ""
        answered = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        whole = answered if number in answered else f"{answered} {number}"
        said = {"subject": whole, "body": button.verb, "In-Reply-To": message_id}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
        address = quote(self.own.reply_address(heading), safe="@")
        return html.Action(headers.one_line(button.label), f"mailto:{address}?{query}")

    def _subject(self, text: str) -> str:
        first = next((line for each in text.splitlines() if (line := headers.one_line(each))), "")
        own = headers.one_line(self._settings.name) or self.own.address
        return headers.shortened(first, LONGEST_SUBJECT) or own

    def _copies(self, heading: Heading, to: str) -> Iterator[str]:
        known = {to.lower(), self.own.address.lower()}
        for each in heading.copies:
            try:
                address = deliverable(each)
            except Unreachable as error:
                log.warning("copy not sent", ticket=heading.ticket, reason=str(error))
                continue
            if address.lower() not in known:
                known.add(address.lower())
                yield address


def _thread(post: Post, heading: Heading) -> Iterator[tuple[str, str]]:
    """RFC 5322 section 3.6.4. What is no Message-ID is left out."""
    answered = [post.reply_to] if post.reply_to and headers.is_message_id(post.reply_to) else []
    known = [each for each in heading.thread if headers.is_message_id(each) and each not in answered]
    thread = list(dict.fromkeys((*known, *answered)))
    if answered:
        yield "In-Reply-To", answered[0]
    if thread:
        newest = thread[1:][-(MOST_REFERENCES - 1) :]
        yield "References", headers.one_a_line((thread[0], *newest))


def _words(text: str) -> str:
    """Lines end with a line feed; control characters and halves of characters are gone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSAYABLE.sub("", lines).encode(errors="replace").decode().rstrip()
