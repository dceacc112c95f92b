"""The desk's directory as an operator would have made it: its files, and a store that knows one customer."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from bot.bootstrap import open_store
from bot.customers.customer import Customer, Identity
from bot.ports import Transaction
from bot.settings import Settings, check

from tests.contract.places import PostgresHome
from tests.integration.killed.rows import PostgresRows, Rows, SqliteRows
from tests.servers.imap import PASSWORD, USER
from tests.servers.ports import free_port

POLICY = Path(__file__).with_name("dawnline.toml")
DESK, MX = USER, "mx.desk.example"
"""The desk's address, and the mail server it believes."""
ADA = "ada@desk.example"
DANA, FINN, OPS = "dana@acme.example", "finn@acme.example", "ops@acme.example"
ACME = Customer("acme", "Acme Video", identities=tuple(Identity("email", each) for each in (DANA, FINN, OPS)))
STRANGER = "eve@elsewhere.example"
TOKEN = "inbound-token-of-ours"


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    rows: Rows
    """Of the store, for tests to look at."""


def imap_url(port: int, folder: str = "INBOX") -> str:
    return f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/{folder}"


async def furnished(
    directory: Path,
    relay: int,
    *mailboxes: str,
    postgres: PostgresHome | None = None,
    through: int | None = None,
) -> House:
    """`relay`: the port of the mail server that takes the desk's mails; `mailboxes`: IMAP addresses;
    `through`: another port at which the desk finds PostgreSQL."""
    urls = dict(zip(("IMAP_URL", "IMAP_URL_SALES"), mailboxes, strict=False))
    policy = POLICY.read_text("utf-8").replace("mailboxes = []", f"mailboxes = {list(urls)[1:]}")
    (directory / "dawnline.toml").write_text(policy, "utf-8")
    database = directory / "desk.db"
    said = {
        "SMTP_URL": f"smtp://127.0.0.1:{relay}",
        "EMAIL_INBOUND_TOKEN": TOKEN,
        "PORT": str(free_port()),
        "DATABASE_URL": _at(postgres.url, through) if postgres else f"sqlite:///{database}",
        **urls,
    }
    lines = "".join(f"{name}={value}\n" for name, value in said.items())
    (directory / ".env").write_text(lines, "utf-8")
    _, settings, faults = check(directory, {})
    assert settings is not None, faults
    assert faults == ()
    await _introduce(settings)
    return House(settings, PostgresRows(postgres.url) if postgres else SqliteRows(database))


def _at(url: str, port: int | None) -> str:
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    return url if port is None else urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}"))


async def _introduce(settings: Settings) -> None:
    async def save(tx: Transaction) -> None:
        tx.customers.save(ACME)

    store = await open_store(settings, worker="test")
    await store.write(save)
    await store.close()
