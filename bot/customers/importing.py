"""Customers from a CSV file: every row a customer, or every fault with its line. Pure rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.configuration.platform_ids import CONVERSATIONS, DOMAIN, EMAIL, PEOPLE, PHONE, IdForm
from bot.configuration.saying import did_you_mean, listed, shown
from bot.customers.customer import FREE_MAIL, Customer, Identity, conversation, person
from bot.customers.table import Columns, Row, read_table
from bot.errors import Fault
from bot.identities import mailbox_of
from bot.messages.catalogue import LANGUAGES
from bot.policy import Policy
from bot.tickets.ticket import UNKNOWN
from bot.values import A_SLUG, SLUG, parse_zone

Wrong = tuple[str, str]  # a column, and what is wrong there


def _domain(value: str) -> str:
    return value.lower().removeprefix("@")


def _number(value: str) -> str:
    """+49 (30) 123-456 and 0049 30 123456 are one number."""
    plain = "".join(char for char in value if char not in " ()-./\N{NO-BREAK SPACE}")
    return f"+{plain[2:]}" if plain.startswith("00") else plain


@dataclass(frozen=True, slots=True)
class _Identities:
    """A column with a list of identities: their kind, their form, and how each is written alike."""

    kind: str
    form: IdForm
    alike: Callable[[str], str] = str


_IDENTITIES: Mapping[str, _Identities] = {
    "slack_conversations": _Identities("slack:conversation", CONVERSATIONS["slack"]),
    "telegram_conversations": _Identities("telegram:conversation", CONVERSATIONS["telegram"]),
    "slack_people": _Identities("slack:person", PEOPLE["slack"]),
    "telegram_people": _Identities("telegram:person", PEOPLE["telegram"]),
    "emails": _Identities("email", EMAIL, mailbox_of),
    "email_domains": _Identities("email-domain", DOMAIN, _domain),
    "phones": _Identities("phone", PHONE, _number),
}
_PLAIN = ("id", "name", "tier", "language", "time_zone", "industry", "account_manager")
COLUMNS = Columns(known=(*_PLAIN, *_IDENTITIES), needed=("id", "name"))


def parse_customers(
    raw: bytes, policy: Policy | None = None, file: str = "customers.csv"
) -> tuple[tuple[Customer, ...], tuple[Fault, ...]]:
    """The customers of a CSV file with a header, or () and everything wrong with it, line by line.

    With a `policy`, account managers must be engineers, tiers and industries those it names, and what
    belongs to the desk itself cannot be a customer's.
    """
    rows, faults = read_table(raw, file, COLUMNS)
    found = [*faults, *(_at(file, row, wrong) for row in rows for wrong in _wrong_in(row, policy))]
    found += _twice(file, rows) + _ours(file, rows, policy)
    if not rows and not found:
        found.append(Fault(file, "line 2", "is missing: the file has a header and no customer"))
    if found:
        return (), tuple(sorted(found, key=_line))
    return tuple(_customer(row) for row in rows), ()


def _at(file: str, row: Row, wrong: Wrong) -> Fault:
    name = row.cells.get("id")
    whose = f" ({name[:40]})" if name else ""
    return Fault(file, f"line {row.line}{whose}, {wrong[0]}", wrong[1])


def _line(fault: Fault) -> int:
    return int(fault.key.split()[1].rstrip(","))


def _customer(row: Row) -> Customer:
    plain = {column: row.cells.get(column, "") for column in _PLAIN}
    return Customer(**plain, identities=tuple(identity for _, identity in _identities(row)))


def _entries(row: Row, column: str) -> Iterator[str]:
    """A list's entries; a Chinese keyboard's semicolon separates as well."""
    parts = row.cells.get(column, "").replace("；", ";").split(";")
    return (part.strip() for part in parts if part.strip())


def _identities(row: Row) -> Iterator[tuple[str, Identity]]:
    """Each identity with its column."""
    for column, what in _IDENTITIES.items():
        for entry in _entries(row, column):
            yield column, Identity(what.kind, what.alike(entry))


def _wrong_in(row: Row, policy: Policy | None) -> Iterator[Wrong]:
    for column, rule in _RULES.items():
        value = row.cells.get(column)
        if (value or column in COLUMNS.needed) and value is not None and (wrong := rule(value, policy)):
            yield column, wrong
    for column, identity in _identities(row):
        what = _IDENTITIES[column]
        if not what.form.fits(identity.value):
            yield column, f"{shown(identity.value)} is not allowed; it must be {what.form.words}"
        elif identity.kind == "email-domain" and identity.value in FREE_MAIL:
            yield column, f"{identity.value!r} serves everybody; name the people under emails instead"


def _twice(file: str, rows: Iterable[Row]) -> list[Fault]:
    """An id or an identity that another row (or the same one) has already."""
    first: dict[object, int] = {}
    found: list[Fault] = []
    for row in rows:
        named: list[tuple[str, object]] = [("id", row.cells["id"])] if row.cells.get("id") else []
        for column, key in [*named, *_identities(row)]:
            if key in first:
                value = key.value if isinstance(key, Identity) else key
                found.append(_at(file, row, (column, f"{value!r} is already on line {first[key]}")))
            first.setdefault(key, row.line)
    return found


def _ours(file: str, rows: Iterable[Row], policy: Policy | None) -> list[Fault]:
    """Engineers and the desk's own conversations are no customer's."""
    if policy is None:
        return []
    people = {
        person(channel, value): f"belongs to our engineer {engineer.id!r}"
        for engineer in policy.engineers
        for channel, value in engineer.identities.items()
    }
    places = {
        conversation(channel, value): "is the engineers' own conversation"
        for channel, value in policy.desk.conversations.items()
    }
    ours = people | places
    return [
        _at(file, row, (column, f"{identity.value!r} {ours[identity]}"))
        for row in rows
        for column, identity in _identities(row)
        if identity in ours
    ]


def _id(value: str, _policy: Policy | None) -> str | None:
    if value == UNKNOWN:
        return f"{UNKNOWN!r} is taken: it stands for customers nobody has linked yet"
    return None if SLUG.fullmatch(value) else f"{shown(value)} is not allowed; it must be {A_SLUG}"


def _name(value: str, _policy: Policy | None) -> str | None:
    return None if value else "is empty; every customer has a name"


def _language(value: str, _policy: Policy | None) -> str | None:
    return _among(value, LANGUAGES)


def _time_zone(value: str, _policy: Policy | None) -> str | None:
    try:
        parse_zone(value)
    except ValueError:
        return f"{shown(value)} is not allowed; it must be an IANA time zone such as 'Europe/Berlin'"
    return None


def _tier(value: str, policy: Policy | None) -> str | None:
    return _among(value, policy.customers.tiers) if policy and policy.customers.tiers else None


def _industry(value: str, policy: Policy | None) -> str | None:
    """One that no team names goes to the first team; the same word in other letters is a slip."""
    teams = policy.teams if policy else ()
    known = {each.casefold(): each for team in teams for each in team.industries}
    meant = known.get(value.casefold())
    return f"{shown(value)} is written {meant!r} in dawnline.toml" if meant not in (None, value) else None


def _account_manager(value: str, policy: Policy | None) -> str | None:
    if policy is None or policy.engineer(value):
        return None
    known = [engineer.id for engineer in policy.engineers]
    return (
        f"{shown(value)} is no engineer's id{did_you_mean(value, known) or f'; there are: {listed(known)}'}"
    )


def _among(value: str, allowed: tuple[str, ...]) -> str | None:
    if value in allowed:
        return None
    near = did_you_mean(value, allowed)
    return f"{shown(value)} is not allowed; it must be one of {listed(allowed)}{near}"


_RULES: Mapping[str, Callable[[str, Policy | None], str | None]] = {
    "id": _id,
    "name": _name,
    "tier": _tier,
    "language": _language,
    "time_zone": _time_zone,
    "industry": _industry,
    "account_manager": _account_manager,
}
