"""Values of the wrong kind, keys that do not exist or are missing: what is there, and what is allowed."""

import pytest
from bot.configuration.policy_file import parse_policy

from tests.unit.settings.desks import SMALL, faults

SUCH = "such as '90s', '15m', '1h30m' or '2d', at most '366d'"
SHIFT = "schedules[0] (sun).shifts[0] (all-day)"
ZONE = ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shangai"')


def test_a_sound_desk_has_none() -> None:
    assert faults() == {}


def test_a_fault_names_the_entry_by_its_place_and_its_id() -> None:
    assert faults(swap=ZONE) == {
        "engineers[0] (mei).time_zone": "'Asia/Shangai' is not allowed; it must be an IANA time zone such as "
        "'Europe/Berlin'; did you mean 'Asia/Shanghai'?"
    }


@pytest.mark.parametrize(
    ("extra", "key", "message"),
    [
        (
            '[priorities.P0]\nrespnd_within = "15m"',
            "priorities.P0.respnd_within",
            "there is no such key; did you mean respond_within?",
        ),
        (
            "[desk]\ncolour = 1",
            "desk.colour",
            "there is no such key; allowed: name, language, time_zone, conversations, awake",
        ),
        ('SLACK_BOT_TOKEN = "xoxb-1"', "SLACK_BOT_TOKEN", "is not a key of this file; it belongs into .env"),
        (
            '[desk]\nlanguage = "fr"',
            "desk.language",
            "'fr' is not allowed; it must be one of en, zh",
        ),
        (
            '[intake]\ngrouping_window = "2 min"',
            "intake.grouping_window",
            f"'2 min' is not allowed; it must be a duration {SUCH}",
        ),
        (
            '[priorities.P0]\nrespond_within = "0m"',
            "priorities.P0.respond_within",
            f"'0m' is not allowed; it must be a duration longer than nothing, {SUCH}",
        ),
        (
            '[priorities.P0]\nrespond_within = "367d"',
            "priorities.P0.respond_within",
            f"'367d' is not allowed; it must be a duration longer than nothing, {SUCH}",
        ),
        ("[priorities]\nP0 = 15", "priorities.P0", "15 is not allowed; it must be a table"),
        (
            '[priorities.P4]\nrespond_within = "1h"\nescalation = "quiet"',
            "priorities.P4",
            "is not allowed here; it must be one of P0, P1, P2, P3",
        ),
        (
            '[priorities.P0]\nmeaning = { fr = "panne" }',
            "priorities.P0.meaning.fr",
            "is not allowed here; it must be one of en, zh",
        ),
        (
            '[priorities.P0]\nincident = "maybe"',
            "priorities.P0.incident",
            "'maybe' is not allowed; it must be true or false",
        ),
        (
            "[escalation.night]\nsteps = []",
            "escalation.night.steps",
            "is empty; it must be a list, [...], with at least one entry",
        ),
        (
            '[escalation.night]\nrepeat_every = "5m"',
            "escalation.night.steps",
            "is missing; it must be a list, [...]",
        ),
        (
            '[escalation.urgent]\nat = ["0m", "5m"]',
            "escalation.urgent",
            "'at' needs one offset a step, each later than the one before",
        ),
        (
            '[escalation.urgent]\nat = "5m"',
            "escalation.urgent.at",
            "'5m' is not allowed; it must be a list, [...]",
        ),
        (
            '[escalation.urgent]\nat = ["0m", "5 min", "9m", "12m"]',
            "escalation.urgent.at[1]",
            f"'5 min' is not allowed; it must be a duration {SUCH}",
        ),
        (
            '[escalation.urgent]\nrepeat_every = "0s"',
            "escalation.urgent.repeat_every",
            f"'0s' is not allowed; it must be a duration longer than nothing, {SUCH}",
        ),
        (
            '[priorities.P2]\nplan_within = "never"',
            "priorities.P2.plan_within",
            f"'never' is not allowed; it must be 'none' or a duration longer than nothing, {SUCH}",
        ),
        (
            '[[triage.rules]]\npriority = "P1"\nphrases = ["ok", " "]',
            "triage.rules[0].phrases[1]",
            "' ' is not allowed; it must be a text in quotes that is not empty",
        ),
        (
            '[triage]\nfloor = { gold = "P9" }',
            "triage.floor.gold",
            "'P9' is not allowed; it must be one of P0, P1, P2, P3",
        ),
        (
            '[progress]\nP0 = { until_acknowledgd = "1m" }',
            "progress.P0.until_acknowledgd",
            "there is no such key; did you mean until_acknowledged?",
        ),
    ],
)
def test_in_any_table(extra: str, key: str, message: str) -> None:
    assert faults(extra) == {key: message}


@pytest.mark.parametrize(
    ("swap", "key", "message"),
    [
        (
            ('tier = "architect"', 'tier = "architekt"'),
            "engineers[0] (mei).tier",
            "'architekt' is not allowed; it must be one of frontline, support, senior, architect, lead; "
            "did you mean 'architect'?",
        ),
        (('region = "apac"\n', ""), "engineers[0] (mei).region",
         "is missing; it must be a text in quotes that is not empty"),
        (('telegram = "501"', "telegram = 501"), "engineers[0] (mei).identities.telegram",
         '501 is not allowed; it must be a text in quotes that is not empty: write "501"'),
        (('start = "00:00"', 'start = "8:00"'), f"{SHIFT}.start",
         "'8:00' is not allowed; it must be a time of day, 'HH:MM'"),
        (('end = "00:00"', 'end = "00:00"\nhand_off_at = 8'), f"{SHIFT}.hand_off_at",
         "8 is not allowed; it must be a time of day, 'HH:MM'"),
        (("rotation_start = 2026-01-05", "rotation_start = 20260105"), "schedules[0] (sun).rotation_start",
         "20260105 is not allowed; it must be a date such as 2026-01-05"),
        (('end = "00:00"', 'end = "00:00"\ndays = ["mon", "tues"]'), f"{SHIFT}.days[1]",
         "'tues' is not allowed; it must be one of mon, tue, wed, thu, fri, sat, sun; did you mean 'tue'?"),
        (('end = "00:00"', 'end = "00:00"\nrotation = "weekely"'), f"{SHIFT}.rotation",
         "'weekely' is not allowed; it must be one of weekly, daily, none; did you mean 'weekly'?"),
    ],
)  # fmt: skip
def test_in_any_entry(swap: tuple[str, str], key: str, message: str) -> None:
    assert faults(swap=swap) == {key: message}


def test_all_at_once_in_the_order_of_the_file() -> None:
    found = faults("colour = 1\n[desk]\nnam = 1\n[intake]\nclose_after = 3", swap=ZONE)
    assert list(found) == ["colour", "desk.nam", "intake.close_after", "engineers[0] (mei).time_zone"]


def test_an_empty_file_misses_what_has_no_default() -> None:
    _, found = parse_policy(b"", "dawnline.toml")
    assert [(fault.key, fault.message) for fault in found] == [
        (key, "is missing; it must be a list of tables, [[...]]")
        for key in ("engineers", "teams", "schedules")
    ]


@pytest.mark.parametrize(
    ("raw", "key", "message"),
    [
        (
            b"[desk\nname = 1",
            "line 1, column 6",
            "is not TOML: Expected ']' at the end of a table declaration",
        ),
        (b"a = 1\nb = [1,", "end of document", "is not TOML: "),
        (b"a = 1\n\nb = \xff", "line 3", "is not UTF-8; save the file as UTF-8"),
        (b"a = " + b"[" * 5000, "the whole file", "nests lists or tables too deeply"),
        (b"a = " + b"9" * 5000, "the whole file", "is not TOML: Exceeds the limit"),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(raw: bytes, key: str, message: str) -> None:
    policy, (fault,) = parse_policy(raw, "desk.toml")
    assert (policy, fault.file, fault.key) == (None, "desk.toml", key)
    assert fault.message.startswith(message)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse_policy(SMALL.encode("utf-8-sig"), "dawnline.toml")[1] == ()


def test_a_key_with_a_space_is_quoted() -> None:
    assert '"my desk"' in faults('"my desk" = 1')


def test_a_huge_number_is_not_written_out() -> None:
    assert faults(f"[intake]\nclose_after = 0x{'f' * 9000}")["intake.close_after"].startswith(
        "a very large number"
    )
