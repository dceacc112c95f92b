"""Names that lead nowhere, names and identities used twice: found even while other fields are wrong."""

import pytest

from tests.unit.settings.desks import faults

TWIN = """
[[engineers]]
id = "mei"
name = "Another Mei"
tier = "senior"
region = "emea"
time_zone = "Europe/Berlin"
identities = { slack = "U0ADA" }
"""
SHIFT = """
[[schedules.shifts]]
name = "all-day"
region = "apac"
time_zone = "Asia/Shanghai"
start = "08:00"
end = "16:00"
roles = { support = ["mei"] }
"""
ROLES = 'roles = { senior = ["ada", "mei"], support = ["ada"] }'
SHIFT_KEY = "schedules[0] (sun).shifts[0] (all-day)"


def test_an_id_and_an_identity_belong_to_one_engineer() -> None:
    assert faults(TWIN) == {
        "engineers[1] (mei).id": "'mei' is already the id of engineers[0] (mei)",
        "engineers[2] (ada).identities.slack": "'U0ADA' is already that of engineers[0] (mei)",
    }


def test_an_identity_is_compared_beside_one_that_cannot_be_read() -> None:
    found = faults(swap=('slack = "U0ADA"', 'telegram = 3, slack = "U0MEI"'))
    assert set(found) == {"engineers[1] (ada).identities.telegram", "engineers[1] (ada).identities.slack"}


def test_offsets_are_compared_beside_some_that_cannot_be_read() -> None:
    early = '[escalation.early]\nsteps = [["senior"]]\nat = ["x"]\n'
    late = '[escalation.late]\nsteps = [["senior"], ["awake"]]\nat = ["9m", "3m"]\n'
    assert set(faults(early + late)) == {"escalation.early.at[0]", "escalation.late"}


def test_a_shift_s_name_is_once_in_a_schedule() -> None:
    both = faults(swap=(ROLES, ROLES + SHIFT))
    assert both == {
        "schedules[0] (sun).shifts[1] (all-day).name": f"'all-day' is already the name of {SHIFT_KEY}"
    }


def test_two_teams_with_one_name_or_industry() -> None:
    team = '[[teams]]\nname = "everybody"\nschedule = "sun"\nindustries = ["games"]\n'
    assert faults(team + team.replace("everybody", "others")) == {
        "teams[1] (others).industries[0]": "'games' is already served by teams[0] (everybody)",
        "teams[2] (everybody).name": "'everybody' is already the name of teams[0] (everybody)",
    }


@pytest.mark.parametrize(
    ("swap", "key", "message"),
    [
        ((ROLES, 'roles = { senior = ["adda"] }'), f"{SHIFT_KEY}.roles.senior[0]",
         "there is no engineer 'adda'; did you mean 'ada'?"),
        ((ROLES, 'roles = { senior = ["xaver"] }'), f"{SHIFT_KEY}.roles.senior[0]",
         "there is no engineer 'xaver'; there are: mei, ada"),
        ((ROLES, 'roles = { senior = ["ada"], lead = [] }'), f"{SHIFT_KEY}.roles.lead",
         "names nobody; name an engineer or leave the role out"),
        ((ROLES, 'roles = { senior = ["ada"], tam = ["mei"] }'), f"{SHIFT_KEY}.roles.tam",
         "a role is 1 to 40 of a-z 0-9 _ -, beginning with a letter or digit, "
         "and none of tam, awake, everyone"),
        (('schedule = "sun"', 'schedule = "sunn"'), "teams[0] (everybody).schedule",
         "there is no schedule 'sunn'; did you mean 'sun'?"),
        (('{ slack = "U0ADA" }', "{}"), "engineers[1] (ada).identities",
         'is empty, so they cannot be paged; it must be at least one, such as { slack = "U012AB3CD" }'),
        (('{ slack = "U0ADA" }', '{ slack = "U0ADA" }\nladder = [{ via = "telegram" }]'),
         "engineers[1] (ada).ladder[0].via", "'telegram' leads to none of their identities (slack)"),
        (('{ slack = "U0ADA" }', '{ slack = "U0ADA" }\nladder = [{ via = "slack" }, { via = "slack" }]'),
         "engineers[1] (ada).ladder[1].via", "'slack' is there twice; a page goes each way once"),
        (('"U0ADA"', '"@ada"'), "engineers[1] (ada).identities.slack",
         "'@ada' is not allowed; it must be a Slack member id, such as U012AB3CD "
         "(profile, ⋮, Copy member ID)"),
        (('telegram = "501"', 'telegram = "@mei"'), "engineers[0] (mei).identities.telegram",
         "'@mei' is not allowed; it must be a numeric Telegram user id, such as 501234567 (never an @name)"),
        (("telegram", "telegramm"), "engineers[0] (mei).identities.telegramm",
         "there is no such channel; did you mean 'telegram'?; "
         "allowed: slack, telegram, email, phone, push, terminal"),
    ],
)  # fmt: skip
def test_in_any_entry(swap: tuple[str, str], key: str, message: str) -> None:
    assert faults(swap=swap) == {key: message}


@pytest.mark.parametrize(
    ("extra", "key", "message"),
    [
        ('[priorities.P0]\nescalation = "critcal"', "priorities.P0.escalation",
         "there is no escalation policy 'critcal'; did you mean 'critical'?"),
        ('[customers]\ntiers = ["gold"]\n[triage]\nfloor = { golden = "P1" }', "triage.floor.golden",
         "there is no customer tier 'golden'; did you mean 'gold'?"),
        ('[customers]\ntiers = ["gold"]\n'
         '[[triage.extra_rules]]\npriority = "P1"\nphrases = ["x"]\ntiers = ["tin"]',
         "triage.extra_rules[0].tiers[0]", "there is no customer tier 'tin'; there are: gold"),
        ('[desk.awake]\nstart = "09:00"\nend = "09:00"', "desk.awake",
         "starts when it ends, so nobody would ever count as awake; give it some hours"),
        ('[desk.awake]\nstart = "23:00"', "desk.awake",
         "starts when it ends, so nobody would ever count as awake; give it some hours"),
        ('[desk.conversations]\nslack = "#desk"', "desk.conversations.slack",
         "'#desk' is not allowed; it must be a Slack channel id, such as C012AB3CD "
         "(channel name, About, at the bottom)"),
    ],
)  # fmt: skip
def test_in_any_table(extra: str, key: str, message: str) -> None:
    assert faults(extra) == {key: message}


def test_no_tiers_named_means_any_tier() -> None:
    assert faults('[triage]\nfloor = { gold = "P1" }') == {}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("senior", None),
        ("senior.2", None),
        ("engineer:ada", None),
        ("tier:architect", None),
        ("tam", None),
        ("awake", None),
        ("everyone", None),
        ("seniour", "no shift has the role 'seniour'; did you mean 'senior'?"),
        ("everone", "no shift has the role 'everone'; did you mean 'everyone'?"),
        ("senior.3", "'senior.3' is nobody: no shift has more than 2 for the role 'senior'"),
        ("support.2", "'support.2' is nobody: no shift has more than 1 for the role 'support'"),
        ("senior.0", "'senior.0' is no target; after the dot stands a number from 1, as in senior.2"),
        ("senior.x", "'senior.x' is no target; after the dot stands a number from 1, as in senior.2"),
        ("senior.", "'senior.' is no target; after the dot stands a number from 1, as in senior.2"),
        ("engineer:adda", "there is no engineer 'adda'; did you mean 'ada'?"),
        ("tier:boss", "there is no tier 'boss'; there are: frontline, support, senior, architect, lead"),
        ("tier:lead", "no engineer is of tier 'lead'"),
        ("role:senior", "'role:senior' is no target; it must be a role, role.2 (the second on call), "
         "engineer:ID, tier:TIER, tam, awake or everyone"),
    ],
)  # fmt: skip
def test_targets(target: str, message: str | None) -> None:
    step = faults(f'[escalation.night]\nsteps = [["senior"], ["awake", "{target}"]]')
    widening = faults(f'[escalation.night]\nsteps = [["senior"]]\nwiden = ["awake", "{target}"]')
    expected = [] if message is None else [message]
    assert (step, widening) == (
        dict(zip(["escalation.night.steps[1][1]"], expected, strict=False)),
        dict(zip(["escalation.night.widen[1]"], expected, strict=False)),
    )


def test_the_defaults_may_name_roles_that_a_small_desk_has_not() -> None:
    assert "architect" not in ROLES
    assert faults() == {}


def test_widening_must_reach_somebody_for_every_team() -> None:
    night = '[escalation.night]\nsteps = [["senior"]]\nwiden = [{}]\n'
    team = '[[teams]]\nname = "late"\nschedule = "moon"\n'
    moon = f'{team}[[schedules]]\nname = "moon"\nrotation_start = 2026-01-05\n{SHIFT}'
    assert set(faults(night.format('"tam"'))) == {"escalation.night.widen"}
    assert faults(night.format('"senior"')) == {}
    assert faults(night.format('"senior"') + moon) == {
        "escalation.night.widen": "reaches nobody on schedule 'moon'; "
        "add a target that always means somebody: awake, everyone or a tier:TIER"
    }
    assert faults(night.format('"senior", "engineer:mei"') + moon) == {}
    assert faults(night.format('"senior", "tier:architect"') + moon) == {}


def test_references_are_followed_while_the_rest_is_wrong() -> None:
    found = faults(
        'colour = 1\n[escalation.night]\nsteps = [[], ["seniour"]]\nat = ["9m", "3m"]\n',
        swap=('tier = "senior"\nregion = "emea"', "tier = 3"),
    )
    assert set(found) == {
        "colour",
        "escalation.night",
        "escalation.night.steps[0]",
        "escalation.night.steps[1][0]",
        "engineers[1] (ada).tier",
        "engineers[1] (ada).region",
    }
