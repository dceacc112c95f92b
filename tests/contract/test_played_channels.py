"""The channels of the stage can do what the real ones can: stories and commands go by them."""

from dataclasses import replace

from adapters.email.channel import CAPABILITIES as EMAIL
from adapters.phone.channel import CALL_CAPABILITIES, SMS_CAPABILITIES
from adapters.push.channel import CAPABILITIES as PUSH
from adapters.slack.channel import CAPABILITIES as SLACK
from adapters.telegram.channel import capabilities as telegram
from adapters.web.channel import CAPABILITIES as WEB
from bot.play.stage import PLAYED


def test_they_are_alike() -> None:
    played = {name: able for name, (able, _) in PLAYED.items()}
    assert played == {
        "slack": SLACK,
        "telegram": telegram(None),
        "email": EMAIL,
        "call": CALL_CAPABILITIES,
        "sms": SMS_CAPABILITIES,
        "push": PUSH,
        "web": WEB,
    }


def test_a_forum_is_all_that_telegram_gains() -> None:
    assert telegram("-100") == replace(telegram(None), can_open_room=True)
