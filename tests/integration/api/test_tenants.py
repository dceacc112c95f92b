"""A customer's token sees exactly that customer's tickets: of another's it hears what it hears of none."""

from typing import Any

import pytest

from tests.integration.api.place import Place, Program

FILE = "ab" * 32
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/tickets/{}", None),
    ("GET", "/tickets/{}/messages", None),
    ("GET", "/tickets/{}/messages?audience=customer", None),
    ("GET", "/tickets/{}/messages?audience=desk", None),
    ("GET", f"/tickets/{{}}/attachments/{FILE}", None),
    ("POST", "/tickets/{}/messages", {"text": "is anybody there"}),
    ("POST", "/tickets/{}/opinion", {"opinion": "solved"}),
    ("POST", "/tickets/{}/opinion", {"opinion": "not-solved", "text": "no"}),
    ("POST", "/tickets/{}/acknowledge", None),
    ("POST", "/tickets/{}/escalate", None),
    ("POST", "/tickets/{}/update", {"text": "we look"}),
    ("POST", "/tickets/{}/priority", {"priority": "P0"}),
    ("POST", "/tickets/{}/assign", {"to": "leo"}),
    ("POST", "/tickets/{}/note", {"text": "among ourselves"}),
    ("POST", "/tickets/{}/wait", {"text": "the logs"}),
    ("POST", "/tickets/{}/resolve", {}),
    ("POST", "/tickets/{}/reopen", None),
    ("POST", "/tickets/{}/discard", {}),
    ("POST", "/tickets/{}/merge", {"into": "T-1"}),
]


async def asked(program: Program, operation: tuple[str, str, Any], ticket: str) -> tuple[int, str]:
    """The answer, without the ticket's own name."""
    method, path, said = operation
    answer = await program.ask(method, path.format(ticket), said)
    return answer.status_code, answer.text.replace(ticket, "T-?")


async def test_the_table_has_every_operation_on_a_ticket(place: Place) -> None:
    said = (await place.client.get("/api/v1/openapi.json")).json()["paths"]
    described = {
        (method.upper(), path.replace("{ticket}", "{}").replace("{file}", FILE))
        for path, methods in said.items()
        for method in methods
        if "{ticket}" in path
    }
    assert described == {(method, path.partition("?")[0]) for method, path, _ in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each[0]} {each[1]}")
async def test_of_anothers_ticket_nothing_is_heard(place: Place, operation: tuple[str, str, Any]) -> None:
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    own, theirs = await acme.files(), await globex.files("Our secret launch", text="of which nobody knows")
    assert (own, theirs) == ("T-1", "T-2")
    before = await place.desk.look(lambda work: work.tx.events.newest())
    status, said = await asked(acme, operation, theirs)
    assert (status, said) == await asked(acme, operation, "T-99")
    assert status in (403, 404)
    assert "secret" not in said
    assert await place.desk.look(lambda work: work.tx.events.newest()) == before  # and nothing happened to it


async def test_nor_by_lists_and_filters(place: Place) -> None:
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    own, theirs = await acme.files(), await globex.files()
    for query in ("", "?customer=globex", "?customer=acme", "?state=open", "?untaken=true", "?limit=1"):
        listed = (await acme.get(f"/tickets{query}")).json()
        assert theirs not in str(listed)
        assert listed["next"] is None
        assert [each["id"] for each in listed["items"]] == ([] if "globex" in query else [own])


async def test_nor_by_somebody_elses_cursor(place: Place) -> None:
    acme, everything = await place.program(customer="acme"), await place.program()
    for _ in range(2):
        await acme.files()
    further = (await everything.get("/tickets?limit=1")).json()["next"]
    assert (await acme.get(further)).status_code == 422


async def test_nor_by_customers(place: Place) -> None:
    acme = await place.program(customer="acme")
    assert [each["id"] for each in (await acme.get("/customers")).json()["items"]] == ["acme"]
    assert (await acme.get("/customers/acme")).status_code == 200
    theirs, none = await acme.get("/customers/globex"), await acme.get("/customers/nobody")
    assert (theirs.status_code, theirs.text.replace("globex", "?")) == (404, none.text.replace("nobody", "?"))


async def test_nor_may_it_file_for_another_or_in_a_strangers_name(place: Place) -> None:
    acme = await place.program(customer="acme")
    for said, key in (
        ({"customer": "globex"}, "unknown_customer"),
        ({"customer": "nobody"}, "unknown_customer"),
        ({"reporter": {"email": "eve@desk.example"}}, "unknown_address"),
        ({"reporter": {"email": "sam@globex.example"}}, "unknown_address"),
        ({"reporter": {"email": "victim@elsewhere.example"}}, "unknown_address"),
    ):
        answer = await acme.post("/tickets", {"title": "Video is black", **said})
        assert answer.status_code == 409
        assert answer.json()["type"] == f"urn:dawnline:problem:{key}"
    assert (await acme.get("/tickets")).json()["items"] == []
    await acme.files(reporter={"email": "Sam@Acme.example", "name": "Sam"})


async def test_nor_does_it_read_what_engineers_say_among_themselves(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    await eve.post(f"/tickets/{ticket}/note", {"text": "they have not paid"})
    assert "paid" not in (await acme.get(f"/tickets/{ticket}/messages")).text
    assert "paid" in (await eve.get(f"/tickets/{ticket}/messages")).text
    assert (await acme.get(f"/tickets/{ticket}/messages?audience=desk")).status_code == 403
    assert "paid" not in (await eve.get(f"/tickets/{ticket}/messages?audience=customer")).text
    shown = (await acme.get(f"/tickets/{ticket}")).json()
    assert (shown["team"], shown["paged"], shown["links"]["console"]) == (None, None, None)


async def test_a_ticket_that_turns_out_to_be_anothers_is_gone(place: Place) -> None:
    """Merging never crosses customers, whoever asks."""
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    eve = await place.program(engineer="eve")
    own, theirs = await acme.files(), await globex.files()
    answer = await eve.post(f"/tickets/{theirs}/merge", {"into": own})
    assert answer.json()["type"] == "urn:dawnline:problem:merge_customer"
