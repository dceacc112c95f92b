"""Whatever the file holds: never a crash, and always either customers or a reason why there are none."""

from pathlib import Path

from bot.customers.customer import Customer
from bot.customers.importing import COLUMNS, parse_customers
from bot.settings import load_policy
from hypothesis import given, settings
from hypothesis import strategies as st

POLICY = load_policy(Path(__file__).parents[3] / "dawnline.example.toml")

CELLS = st.one_of(
    st.sampled_from(
        ["acme", "blau", "Acme", "C012AB3", "U012AB3", "501", "-100123", "a@b.cc", "b.cc", "en", "ivy"]
    ),
    st.sampled_from(
        ['"', '""', '"a\nb"', "\r", ";", ";;", "；", "\0", "+4930123456", "Europe/Berlin", "x" * 200]
    ),
    st.text(max_size=6),
)
HEADERS = st.lists(st.sampled_from([*COLUMNS.known, "colour"]), min_size=1, max_size=6).map(",".join)
TABLES = st.tuples(HEADERS, st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=4))
FILES = TABLES.map(lambda table: "\n".join([table[0], *table[1]]).encode("utf-8", "replace"))

SLUGS = st.from_regex(r"\A[a-z][a-z0-9]{0,8}\Z").filter("unknown".__ne__)
NAMES = st.from_regex(r"\A[A-Za-z]([A-Za-z ,\"']{0,8}[A-Za-z])?\Z")


@given(FILES | st.binary(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_bytes_as_csv(raw: bytes) -> None:
    customers, faults = parse_customers(raw, POLICY)
    assert (customers == ()) == bool(faults)
    assert all(fault.key.startswith("line ") and fault.message for fault in faults)


@given(st.dictionaries(SLUGS, NAMES, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read(names: dict[str, str]) -> None:
    quoted = {slug: name.replace('"', '""') for slug, name in names.items()}
    rows = "\r\n".join(f'{slug},"{name}"' for slug, name in quoted.items())
    customers, faults = parse_customers(f"id,name\r\n{rows}\r\n".encode())
    assert faults == ()
    assert customers == tuple(Customer(slug, name) for slug, name in names.items())
