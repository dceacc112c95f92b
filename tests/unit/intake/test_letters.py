"""Where an arriving formal message belongs."""

from dataclasses import replace

import pytest
from bot.customers.customer import Customer, Identity, by_mail, conversation, domain_of
from bot.inbound import Address, Formal, MessagePosted, Nature, Person
from bot.intake.ledger import Outcome
from bot.intake.letters import Acquaintance, belongs, route_letter
from bot.policy import Intake
from bot.tickets.ticket import UNKNOWN, State, Ticket
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.builders import CHATTER
from tests.unit.tickets.builders import START, ticket

INTAKE = Intake(chatter=CHATTER)
ACME = Customer("acme", "Acme Video")
OTHER = Customer("other", "Other Ltd")
DANA, STRANGER = "dana@acme.example", "eve@elsewhere.example"
TICKET = replace(ticket(), participants=(DANA,), reporter=DANA, copies=("finn@acme.example",))
STRAY = replace(TICKET, customer=UNKNOWN)


def letter(by: str = DANA, *, verified: bool = True, **formal: object) -> MessagePosted:
    person = Person("email", by, verified=verified)
    said = replace(Formal(), **formal)  # type: ignore[arg-type]
    return MessagePosted("e", Address("email", by), "<m@x>", person, "words", START, formal=said)


def decided(item: MessagePosted, known: Acquaintance) -> tuple[Outcome, int | None]:
    assert item.formal is not None
    where = route_letter(item, item.formal, known, INTAKE)
    assert where.reason
    return where.outcome, where.ticket.number if where.ticket else None


OPENED = (Outcome.OPENED, None)
ADDED = (Outcome.APPENDED, TICKET.number)
BESIDE = (Outcome.QUARANTINED, TICKET.number)
KEPT = (Outcome.AUTOMATIC, TICKET.number)


@pytest.mark.parametrize("by", [DANA, STRANGER])
@pytest.mark.parametrize("verified", [True, False])
def test_our_token_leads_anybody_into_its_ticket(by: str, verified: bool) -> None:
    assert decided(letter(by, verified=verified), Acquaintance(named=TICKET, quoted=STRAY)) == ADDED


@pytest.mark.parametrize(
    ("by", "customer", "of", "expected"),
    [
        (DANA, None, TICKET, ADDED),  # in it already
        ("finn@acme.example", None, TICKET, ADDED),  # read along
        ("new@acme.example", ACME, TICKET, ADDED),  # of the same customer
        ("new@acme.example", None, STRAY, ADDED),  # of the same firm, which nobody has linked yet
        ("new@acme.example", None, TICKET, BESIDE),  # looks like it, but the customer is known otherwise
        (STRANGER, None, TICKET, BESIDE),
        (STRANGER, OTHER, TICKET, OPENED),  # another customer's mail is not made to wait
    ],
)
def test_an_answer_to_a_message_of_a_ticket(
    by: str, customer: Customer | None, of: Ticket, expected: tuple[Outcome, int | None]
) -> None:
    assert decided(letter(by), Acquaintance(customer, answered=of)) == expected


@pytest.mark.parametrize(
    ("by", "customer", "verified", "expected"),
    [
        (DANA, ACME, True, ADDED),
        (DANA, ACME, False, OPENED),  # nothing proves it: a ticket of its own, and no waiting
        (DANA, None, False, OPENED),
        (STRANGER, None, True, BESIDE),
        (STRANGER, None, False, BESIDE),
        (STRANGER, OTHER, True, OPENED),
    ],
)
def test_a_number_in_the_subject(
    by: str, customer: Customer | None, verified: bool, expected: tuple[Outcome, int | None]
) -> None:
    known = Acquaintance(customer, quoted=TICKET)
    assert decided(letter(by, verified=verified), known) == expected


def test_a_number_nobody_gave_means_nothing() -> None:
    assert decided(letter(STRANGER, quoted=99), Acquaintance()) == OPENED


@pytest.mark.parametrize(
    ("nature", "known", "expected"),
    [
        (Nature.REPLIED, Acquaintance(ACME, named=TICKET), KEPT),
        (Nature.REPLIED, Acquaintance(ACME), (Outcome.AUTOMATIC, None)),
        (Nature.GENERATED, Acquaintance(ACME, answered=TICKET), KEPT),
        (Nature.GENERATED, Acquaintance(ACME), OPENED),  # a customer's alert
        (Nature.GENERATED, Acquaintance(), (Outcome.AUTOMATIC, None)),
        (Nature.LIST, Acquaintance(ACME), OPENED),
        (Nature.LIST, Acquaintance(ACME, named=TICKET), ADDED),
        (Nature.LIST, Acquaintance(), (Outcome.AUTOMATIC, None)),
        (Nature.LOOP, Acquaintance(ACME, named=TICKET), (Outcome.LOOP, TICKET.number)),
        (Nature.LOOP, Acquaintance(), (Outcome.LOOP, None)),
    ],
)
def test_what_no_human_wrote(
    nature: Nature, known: Acquaintance, expected: tuple[Outcome, int | None]
) -> None:
    assert decided(letter(nature=nature), known) == expected


def test_an_engineer_nothing_proves_waits_beside_the_ticket() -> None:
    item = letter("ada@ops.example", verified=False)
    assert decided(item, Acquaintance(named=TICKET, claimed=True)) == BESIDE


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Acquaintance(ACME, named=TICKET, flooding=True), ADDED),
        (Acquaintance(ACME, latest=TICKET, flooding=True), ADDED),
        (Acquaintance(ACME, flooding=True), (Outcome.QUARANTINED, None)),
    ],
)
def test_a_flood_opens_nothing(known: Acquaintance, expected: tuple[Outcome, int | None]) -> None:
    assert decided(letter(), known) == expected


def test_what_nobody_could_answer_and_spam_wait() -> None:
    assert decided(letter(""), Acquaintance()) == (Outcome.QUARANTINED, None)
    assert decided(letter(STRANGER, spam=True), Acquaintance()) == (Outcome.QUARANTINED, None)
    assert decided(letter(spam=True), Acquaintance(ACME)) == OPENED


known_around = st.builds(
    Acquaintance,
    customer=st.sampled_from([None, ACME, OTHER]),
    named=st.sampled_from([None, TICKET]),
    answered=st.sampled_from([None, TICKET, STRAY]),
    quoted=st.sampled_from([None, TICKET, STRAY]),
    latest=st.sampled_from([None, TICKET]),
    claimed=st.booleans(),
    flooding=st.booleans(),
)
letters = st.builds(
    lambda by, verified, nature, spam: letter(by, verified=verified, nature=nature, spam=spam),
    st.sampled_from([DANA, "finn@acme.example", "new@acme.example", STRANGER, ""]),
    st.booleans(),
    st.sampled_from([each for each in Nature if each is not Nature.BOUNCE]),
    st.booleans(),
)


@given(letters, known_around)
def test_nobody_is_let_into_a_ticket_that_is_not_theirs(item: MessagePosted, known: Acquaintance) -> None:
    assert item.formal is not None
    where = route_letter(item, item.formal, known, INTAKE)
    if where.outcome is Outcome.APPENDED:
        assert where.ticket is not None
        trusted = where.ticket == known.named or where.ticket == known.latest
        assert trusted or belongs(item, known.customer, where.ticket)


@given(letters, known_around)
def test_a_customers_own_words_never_wait_for_forms_sake(item: MessagePosted, known: Acquaintance) -> None:
    assert item.formal is not None
    human = item.formal.nature is Nature.PERSON and item.author.id and not known.claimed
    if known.customer is not None and human and not known.flooding:
        outcome = route_letter(item, item.formal, known, INTAKE).outcome
        assert outcome in (Outcome.OPENED, Outcome.APPENDED)


@pytest.mark.parametrize(
    ("state", "text", "expected"),
    [
        (State.RESOLVED, "again", ADDED),
        (State.DISCARDED, "again", ADDED),
        (State.CLOSED, "again", OPENED),
        (State.CLOSED, "Thank you!", (Outcome.CHATTER, TICKET.number)),
    ],
)
def test_an_answer_when_all_is_over(state: State, text: str, expected: tuple[Outcome, int | None]) -> None:
    known = Acquaintance(ACME, named=replace(TICKET, state=state))
    assert decided(replace(letter(), text=text), known) == expected


def test_free_mail_is_nobodys_domain() -> None:
    gmail = replace(STRAY, reporter="a@gmail.com", participants=("a@gmail.com",))
    assert not belongs(letter("b@gmail.com"), None, gmail)
    assert domain_of("x@GMAIL.com") == ""
    assert by_mail("Dana@Acme.example") == (
        Identity("email", "dana@acme.example"),
        Identity("email-domain", "acme.example"),
    )
    assert by_mail("x@qq.com") == (Identity("email", "x@qq.com"),)
    assert conversation("email", DANA) == Identity("email", DANA)
