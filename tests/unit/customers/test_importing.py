"""Customers from CSV: what is read, and every fault with its line."""

from pathlib import Path

import pytest
from bot.customers.customer import Customer, Identity
from bot.customers.importing import COLUMNS, parse_customers
from bot.policy import Policy
from bot.settings import load_policy

POLICY = load_policy(Path(__file__).parents[3] / "dawnline.example.toml")


def faults(text: str, policy: Policy | None = None) -> dict[str, str]:
    customers, found = parse_customers(text.encode(), policy)
    assert (customers == ()) == bool(found)
    assert {fault.file for fault in found} <= {"customers.csv"}
    return {fault.key: fault.message for fault in found}


def one(header: str, row: str, policy: Policy | None = None) -> dict[str, str]:
    """The faults of one customer with these columns beside id and name."""
    return faults(f"id,name,{header}\nacme,Acme,{row}\n", policy)


def test_a_whole_customer() -> None:
    header = ",".join(COLUMNS.known)
    row = (
        'acme,"Acme, Inc.",premium,en,America/New_York,gaming,ivy,C012AB3;G012AB4,-1009999999999,'
        "U012AB3; U012AB4,501234567,Ops@Acme.example;ceo@acme.example,"
        "@ACME.example;acme.co.uk,+1 (212) 555-0100"
    )
    customers, found = parse_customers(f"{header}\n{row}\n".encode(), POLICY)
    assert found == ()
    assert customers == (
        Customer(
            "acme",
            "Acme, Inc.",
            "premium",
            "en",
            "America/New_York",
            "gaming",
            "ivy",
            (
                Identity("slack:conversation", "C012AB3"),
                Identity("slack:conversation", "G012AB4"),
                Identity("telegram:conversation", "-1009999999999"),
                Identity("slack:person", "U012AB3"),
                Identity("slack:person", "U012AB4"),
                Identity("telegram:person", "501234567"),
                Identity("email", "ops@acme.example"),
                Identity("email", "ceo@acme.example"),
                Identity("email-domain", "acme.example"),
                Identity("email-domain", "acme.co.uk"),
                Identity("phone", "+12125550100"),
            ),
        ),
    )


PLAIN = (Customer("acme", "Acme"), Customer("blau", "Blau"))


@pytest.mark.parametrize(
    "raw",
    [
        b"id,name\nacme,Acme\nblau,Blau\n",
        b"\xef\xbb\xbfid,name\r\nacme,Acme\r\nblau,Blau",
        b"id,name\racme,Acme\rblau,Blau\r",
        b' ID , "Name"\nacme, Acme \n\n , \nblau,Blau\n'.replace(b' "Name"', b"Name"),
        b"name,id,tier\nAcme,acme,\nBlau,blau,\n",
    ],
    ids=["plain", "spreadsheet", "old mac", "spaces", "other order"],
)
def test_however_it_was_saved(raw: bytes) -> None:
    assert parse_customers(raw) == (PLAIN, ())


def test_a_number_is_one_however_it_is_typed() -> None:
    written = ["+49 30 1234567", "0049301234567", "+49 (30) 12345-67", "+49\N{NO-BREAK SPACE}30/1234567"]
    read = [parse_customers(f"id,name,phones\nacme,Acme,{each}\n".encode())[0] for each in written]
    assert {each.identities for (each,) in read} == {(Identity("phone", "+49301234567"),)}


def test_a_chinese_semicolon_separates_too() -> None:
    ((customer,), _) = parse_customers("id,name,slack_people\nacme,Acme,U012AB3；U012AB4;\n".encode())
    assert [each.value for each in customer.identities] == ["U012AB3", "U012AB4"]


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("language", "fr", "'fr' is not allowed; it must be one of en, zh"),
        (
            "time_zone",
            "Berlin",
            "'Berlin' is not allowed; it must be an IANA time zone such as 'Europe/Berlin'",
        ),
        ("slack_conversations", "#acme", "it must be a Slack channel id"),
        ("telegram_conversations", "acme", "it must be a Telegram group id"),
        ("telegram_conversations", "1234", "it must be a Telegram group id"),
        ("slack_people", "@ada", "it must be a Slack member id"),
        ("telegram_people", "@ada", "it must be a numeric Telegram user id"),
        ("emails", "ada", "'ada' is not allowed; it must be an e-mail address"),
        ("email_domains", "example", "'example' is not allowed; it must be a domain"),
        ("email_domains", "GMail.com", "'gmail.com' serves everybody; name the people under emails instead"),
        ("phones", "555-0100", "'5550100' is not allowed; it must be a number with country code"),
    ],
)
def test_one_wrong_value(header: str, row: str, message: str) -> None:
    found = one(header, row)
    assert list(found) == [f"line 2 (acme), {header}"]
    assert message in found[f"line 2 (acme), {header}"]


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("tier", "premum", "it must be one of standard, premium, strategic; did you mean 'premium'?"),
        ("industry", "Gaming", "'Gaming' is written 'gaming' in dawnline.toml"),
        ("account_manager", "ivi", "'ivi' is no engineer's id; did you mean 'ivy'?"),
        ("slack_people", "U0MEI00001", "'U0MEI00001' belongs to our engineer 'mei'"),
        ("telegram_people", "501000001", "'501000001' belongs to our engineer 'mei'"),
        ("slack_conversations", "C0DESK00001", "'C0DESK00001' is the engineers' own conversation"),
    ],
)
def test_what_only_the_policy_knows(header: str, row: str, message: str) -> None:
    assert one(header, row) == {}
    assert message in one(header, row, POLICY)[f"line 2 (acme), {header}"]


def test_an_industry_no_team_names_goes_to_the_first_team() -> None:
    assert one("industry", "farming", POLICY) == {}


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("", "line 1", "is no header; it must name columns: id, name, tier,"),
        ("id,name\n", "line 2", "is missing: the file has a header and no customer"),
        (
            "id;name\nacme;Acme\n",
            "line 1",
            "its columns are not separated by commas; save the file with commas",
        ),
        (
            "id,name,timezone\nacme,Acme,\n",
            "line 1",
            "there is no column 'timezone'; did you mean 'time_zone'?",
        ),
        ("id,name,colour\nacme,Acme,\n", "line 1", "there is no column 'colour'; allowed: id, name,"),
        ("id,name,name\nacme,Acme,Acme\n", "line 1", "the column 'name' is there twice"),
        ("id\nacme\n", "line 1", "the column 'name' is missing"),
        (
            "id,name\nacme,Acme, Inc.\n",
            "line 2",
            "has 3 values, the header 2; quote a value that holds a comma",
        ),
        ("id,name,tier\nacme,Acme\n", "line 2", "has 2 values, the header 3"),
        ('id,name\nacme,"Acme\n', "line 2", "is not CSV: "),
        ("id,name\n,Acme\n", "line 2, id", "'' is not allowed; it must be 1 to 40 of a-z 0-9 _ -"),
        ("id,name\nacme,\n", "line 2 (acme), name", "is empty; every customer has a name"),
        ("id,name\nunknown,Acme\n", "line 2 (unknown), id", "'unknown' is taken"),
        ("id,name\nacme,Acme\nacme,Other\n", "line 3 (acme), id", "'acme' is already on line 2"),
    ],
)
def test_one_wrong_file(text: str, key: str, message: str) -> None:
    found = faults(text)
    assert list(found) == [key]
    assert found[key].startswith(message)


def test_an_identity_belongs_to_one_customer() -> None:
    text = (
        "id,name,slack_people,telegram_people,emails,phones\n"
        "acme,Acme,U012AB3,501,ops@acme.example,+49301234567\n"
        "blau,Blau,501,,OPS@acme.example,0049 30 1234567\n"
        "cyan,Cyan,U012AB4;U012AB4,,,\n"
    )
    assert faults(text.replace("Blau,501", "Blau,U012AB3")) == {
        "line 3 (blau), slack_people": "'U012AB3' is already on line 2",
        "line 3 (blau), emails": "'ops@acme.example' is already on line 2",
        "line 3 (blau), phones": "'+49301234567' is already on line 2",
        "line 4 (cyan), slack_people": "'U012AB4' is already on line 4",
    }


def test_all_faults_at_once_in_the_order_of_the_lines() -> None:
    text = (
        'id,name,colour,language\nacme,"Acme\nVideo",,fr\nBlau,,,\nacme,"x"y,,\ncyan,Cyan\nacme,Again,,de\n'
    )
    assert list(faults(text)) == [
        "line 1",
        "line 2 (acme), language",
        "line 4 (Blau), id",
        "line 4 (Blau), name",
        "line 5",
        "line 6",
        "line 7 (acme), language",
        "line 7 (acme), id",
    ]


def test_a_file_that_is_not_utf8() -> None:
    ((), (fault,)) = parse_customers("id,name\nacme,示例\n".encode("gb18030"))
    assert (fault.key, fault.message) == (
        "line 2",
        'is not UTF-8; in a spreadsheet choose "CSV UTF-8" when saving',
    )


def test_the_documented_example() -> None:
    docs = (Path(__file__).parents[3] / "docs/configuration.md").read_text("utf-8")
    example = docs.partition("```csv\n")[2].partition("```")[0]
    customers, found = parse_customers(example.encode(), POLICY)
    assert [customer.id for customer in customers] == ["acme"]
    assert found == ()


@pytest.mark.parametrize("column", COLUMNS.known)
def test_every_column_is_documented(column: str) -> None:
    docs = (Path(__file__).parents[3] / "docs/configuration.md").read_text("utf-8")
    assert f"`{column}`" in docs.partition("## Customers: a CSV file")[2]
