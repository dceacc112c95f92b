"""Both files at once, the files that are not there, and the channels that are not configured."""

from pathlib import Path

import pytest
from bot.errors import ConfigurationError
from bot.settings import NOT_THERE, check, load_policy, load_settings, missing_channels

from tests.unit.settings.desks import SMALL, env_faults


def write(directory: Path, *, env: str = "", policy: str = SMALL, name: str = "dawnline.toml") -> Path:
    (directory / ".env").write_text(env)
    (directory / name).write_text(policy)
    return directory


def test_two_sound_files(tmp_path: Path) -> None:
    policy, settings, faults = check(write(tmp_path), {})
    assert faults == ()
    assert policy == load_policy(tmp_path / "dawnline.toml")
    assert settings == load_settings(tmp_path, {})


def test_faults_of_both_files_at_once(tmp_path: Path) -> None:
    _, _, faults = check(write(tmp_path, env="PORT=x", policy=f"colour = 1\n{SMALL}"), {})
    assert [(fault.file, fault.key) for fault in faults] == [(".env", "PORT"), ("dawnline.toml", "colour")]


def test_a_sound_file_is_given_back_beside_a_wrong_one(tmp_path: Path) -> None:
    policy, settings, _ = check(write(tmp_path, env="PORT=x"), {})
    assert policy is not None
    assert settings is None


def test_the_policy_may_lie_elsewhere(tmp_path: Path) -> None:
    _, _, faults = check(
        write(tmp_path, policy="colour = 1", name="night.toml"), {"DAWNLINE_CONFIG": "night.toml"}
    )
    assert {fault.file for fault in faults} == {"night.toml"}


def test_no_policy_says_what_to_copy(tmp_path: Path) -> None:
    policy, settings, (fault,) = check(tmp_path, {})
    assert (policy, fault.key) == (None, NOT_THERE)
    assert "copy dawnline.example.toml to dawnline.toml" in fault.message
    assert settings is not None


@pytest.mark.parametrize("name", [".", "x" * 300, "a\0b", "\udcff"])
def test_a_policy_that_no_file_can_be(tmp_path: Path, name: str) -> None:
    policy, _, faults = check(tmp_path, {"DAWNLINE_CONFIG": name})
    assert policy is None
    assert faults


def test_loading_a_policy_raises_every_fault(tmp_path: Path) -> None:
    write(tmp_path, policy=f"colour = 1\n{SMALL.replace('Europe/Berlin', 'Europe/Berln')}")
    with pytest.raises(ConfigurationError) as caught:
        load_policy(tmp_path / "dawnline.toml")
    assert len(caught.value.faults) == 3


def test_a_story_may_make_its_ids_up(tmp_path: Path) -> None:
    write(tmp_path, policy=SMALL.replace("U0MEI", "mei"))
    assert load_policy(tmp_path / "dawnline.toml").engineers[0].identities["slack"] == "mei"


def test_somebody_must_be_reached_by_what_is_configured(tmp_path: Path) -> None:
    slack = "SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1"
    assert env_faults(tmp_path, slack) == []
    desk = SMALL.replace('slack = "U0MEI", telegram = "501"', 'email = "mei@example.com"')
    desk = desk.replace('slack = "U0ADA"', 'phone = "+4930123456"')
    _, _, faults = check(write(tmp_path, env=f"{slack}\nTELEGRAM_BOT_TOKEN=1:a", policy=desk), {})
    assert [str(fault) for fault in faults] == [
        "dawnline.toml: engineers: none has an identity on slack or telegram, all that .env configures: "
        "nobody could be paged"
    ]


PHONE = {
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": "a1b2",
    "PUBLIC_URL": "https://desk.example.com",
    "NTFY_URL": "https://ntfy.example.com",
    "WEB": "off",
}
NO_PHONE = {"phone": ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL"], "push": ["NTFY_URL"]}
SLACK, TELEGRAM, EMAIL = (
    {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
    {"TELEGRAM_BOT_TOKEN": "1:a"},
    {"SMTP_URL": "smtp://mail.example.com", "IMAP_URL": "imaps://desk:hunter2@mail.example.com"},
)


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        (
            {},
            {
                "slack": ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"],
                "telegram": ["TELEGRAM_BOT_TOKEN"],
                "email": ["SMTP_URL", "IMAP_URL"],
                **NO_PHONE,
            },
        ),
        (
            {"PUBLIC_URL": "https://desk.example.com", **EMAIL},
            {
                "slack": ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"],
                "telegram": ["TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"],
                "phone": ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
                "push": ["NTFY_URL"],
            },
        ),
        ({**TELEGRAM, **EMAIL}, {"slack": ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"], **NO_PHONE}),
        ({**TELEGRAM, **SLACK}, {"email": ["SMTP_URL", "IMAP_URL"], **NO_PHONE}),
        ({**TELEGRAM, **SLACK, **EMAIL}, NO_PHONE),
        (
            {**EMAIL, **PHONE},
            {
                "slack": ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"],
                "telegram": ["TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"],
            },
        ),
    ],
)
def test_missing_channels(tmp_path: Path, environ: dict[str, str], missing: dict[str, list[str]]) -> None:
    found = missing_channels(load_settings(tmp_path, environ))
    assert {each.channel: [need.name for need in each.needs] for each in found} == missing
    assert all(need.how for each in found for need in each.needs)


def test_a_telephone_is_configured_wholly_or_not_at_all(tmp_path: Path) -> None:
    load_settings(tmp_path, PHONE)
    faults = "\n".join(map(str, env_faults(tmp_path, "TWILIO_AUTH_TOKEN=a b\nTWILIO_ACCOUNT_SID_2=AC1")))
    for words in (
        "TWILIO_AUTH_TOKEN: has a space",
        "TWILIO_ACCOUNT_SID: is missing, and the telephone is half configured",
        "PUBLIC_URL: is missing",
        "TWILIO_ACCOUNT_SID_2: is no account SID; it must be AC and 32 of 0-9 a-f",
        "TWILIO_AUTH_TOKEN_2: is missing, and a second provider is configured",
    ):
        assert words in faults
    (fault,) = env_faults(tmp_path, "NTFY_TOKEN=tk_1")
    assert "NTFY_URL: is missing, and NTFY_TOKEN is set" in str(fault)


def test_every_provider_needs_a_number_of_ours(tmp_path: Path) -> None:
    second = {"TWILIO_ACCOUNT_SID_2": f"AC{'1' * 32}", "TWILIO_AUTH_TOKEN_2": "c3"}
    desk = SMALL.replace('slack = "U0ADA"', 'phone = "+4930123456"')
    one = '\n[[phone.numbers]]\nnumber = "+4930555000"\n'
    assert faults_of(tmp_path, {**PHONE, **second}, desk) == [
        "dawnline.toml: phone.numbers: names no number of the first provider, which .env configures: add "
        '[[phone.numbers]] with number = "+49..."',
        "dawnline.toml: phone.numbers: names no number of the second provider, which .env configures: add "
        '[[phone.numbers]] with number = "+49..." and provider = 2',
    ]
    assert len(faults_of(tmp_path, {**PHONE, **second}, desk + one)) == 1
    assert faults_of(tmp_path, PHONE, desk + one) == []
    assert faults_of(tmp_path, PHONE, desk + one + one) == [
        "dawnline.toml: phone.numbers[1].number: '+4930555000' is already the number of phone.numbers[0]"
    ]


def faults_of(directory: Path, environ: dict[str, str], policy: str) -> list[str]:
    _, _, faults = check(write(directory, policy=policy), environ)
    return [str(fault) for fault in faults]
