"""`dawnline oncall`: who, until when, with stand-ins; and 1 when nobody is."""

from bot.messages.catalogue import Catalogue

from tests.integration.cli.terminal import Terminal

NOON = ("--at", "2026-03-03 12:00")
STORY_DAY = ("--at", "2026-03-02 12:00")


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


def test_who_is_on_call_in_the_desks_own_zone(desk: Terminal) -> None:
    said = desk.ask("oncall", *NOON)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "2026-03-03 12:00:00 +01:00"
    assert ["berlin", "architect", "Ada Brandt", "2026-03-03 18:00:00 +01:00"] in cells(said.out)


def test_in_another_zone(desk: Terminal) -> None:
    said = desk.ask("oncall", "--at", "2026-03-03T12:00", "--zone", "Asia/Kolkata")
    assert said.code == 1, "half past seven in Berlin"
    said = desk.ask("oncall", "--at", "2026-03-03T12:00Z", "--zone", "Asia/Kolkata")
    assert ["berlin", "lead", "Leo Marchetti", "2026-03-03 22:30:00 +05:30"] in cells(said.out)


def test_stand_ins_from_the_store_count(desk: Terminal) -> None:
    said = desk.ask("oncall", *STORY_DAY)
    assert ["berlin", "architect", "Leo Marchetti", "2026-03-02 18:00:00 +01:00"] in cells(said.out)


def test_without_a_store_it_says_so_and_tells_the_rota(fresh: Terminal) -> None:
    said = fresh.ask("oncall", *STORY_DAY)
    assert said.code == 0
    assert "without stand-ins" in said.err
    assert ["berlin", "architect", "Ada Brandt", "2026-03-02 18:00:00 +01:00"] in cells(said.out)
    assert not (fresh.directory / "dawnline.db").exists(), "looking makes no store"


def test_a_store_that_cannot_be_read_is_no_reason_to_say_nothing(fresh: Terminal) -> None:
    (fresh.directory / "dawnline.db").write_text("this is no database")
    said = fresh.ask("oncall", *STORY_DAY)
    assert said.code == 0
    assert "without stand-ins" in said.err
    assert "Ada Brandt" in said.out


def test_nobody_on_call_is_exit_code_1(desk: Terminal) -> None:
    said = desk.ask("oncall", "--at", "2026-03-03 23:00")
    assert said.code == 1
    assert "Nobody is on call" in said.out
    said = desk.ask("oncall", "--at", "2026-03-03 23:00", "--lang", "zh")
    assert Catalogue.load().template("zh", "answer.on_call_nobody") in said.out


def test_json(desk: Terminal) -> None:
    said = desk.ask("oncall", *STORY_DAY, "--schedule", "day", "--json")
    assert said.json["at"] == "2026-03-02T11:00:00Z"
    [schedule] = said.json["schedules"]
    assert (schedule["schedule"], schedule["overrides"]) == ("day", True)
    assert schedule["duties"][0] == {
        "shift": "berlin",
        "region": "emea",
        "role": "architect",
        "engineers": [{"id": "leo", "name": "Leo Marchetti"}],
        "until": "2026-03-02T17:00:00Z",
    }


def test_json_when_nobody_is(fresh: Terminal) -> None:
    said = fresh.ask("oncall", "--at", "2026-03-03 23:00", "--json")
    assert said.code == 1
    assert said.json["schedules"] == [{"schedule": "day", "overrides": False, "duties": []}]


def test_wrong_words(desk: Terminal) -> None:
    for words, hint in (
        (("--schedule", "dya"), "did you mean day?"),
        (("--schedule", "xyzzy"), "there are: day"),
        (("--at", "tomorrow"), "2026-03-02T13:00Z"),
        (("--zone", "Berlin"), "time zone"),
        (("--lang", "fr"), "'en', 'zh'"),
    ):
        said = desk.ask("oncall", *words)
        assert said.code == 2, words
        assert hint in " ".join(said.err.split()), words
