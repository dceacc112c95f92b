"""Short ways to say a message and what is around it."""

from datetime import timedelta

from bot.customers.customer import Customer
from bot.inbound import Address, Attachment, MessagePosted, Person
from bot.intake.ledger import Surroundings
from bot.tickets.ticket import Ticket

from tests.unit.tickets.builders import HOME, after

ACME = Customer("acme", "Acme Video")
CHATTER = (
    "hi",
    "hello",
    "thanks",
    "thank you",
    "so much",
    "ok",
    "team",
    "你好",
    "谢谢",
    "好的",
    "了",
    "大家",
)


def message(
    text: str,
    *,
    by: str = "U-DANA",
    at: float = 0,
    place: Address = HOME,
    is_bot: bool = False,
    files: tuple[str, ...] = (),
) -> MessagePosted:
    """What `by` wrote so many minutes after START."""
    person = Person(place.channel, by, by.title(), is_bot=is_bot)
    attachments = tuple(Attachment(name, name) for name in files)
    sent_at = after(at)
    return MessagePosted(f"e-{at}", place, f"m-{at}", person, text, sent_at, attachments=attachments)


def around(*recent: Ticket, replied: Ticket | None = None, customer: Customer | None = ACME) -> Surroundings:
    return Surroundings(seen=False, customer=customer, replied=replied, recent=recent, room=None)


WINDOW = timedelta(minutes=2)
