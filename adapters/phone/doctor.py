"""Asks each provider for the account and our number, and says what to set there. Calls and texts nobody."""

from collections.abc import AsyncIterator, Mapping

from adapters.phone.rest import Json, Rest
from adapters.phone.settings import SMS_PATH, STATUS_PATH, VOICE_PATH, PhoneSettings
from bot.errors import DeliveryError
from bot.findings import Finding

# What is set at a number, by its property in the API: the name in the provider's console, and our path.
# https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
_HOOKS = {
    "voice_url": ("A call comes in", VOICE_PATH),
    "sms_url": ("A message comes in", SMS_PATH),
    "status_callback": ("Call status changes", STATUS_PATH),
}
# Where one of these is set, the addresses above have no effect.
_INSTEAD = {
    "voice_application_sid": "a TwiML App answers its calls",
    "sms_application_sid": "a TwiML App answers its texts",
    "trunk_sid": "a SIP trunk answers its calls",
}


async def examine(
    settings: PhoneSettings, _groups: Mapping[str, str], _people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. There are no groups, and whom a call reaches only calling would show."""
    for place, provider in enumerate(settings.providers):
        rest = Rest(provider, settings.tls)
        which = " of the second provider" if place else ""
        try:
            account = await _account(rest, f"account{which}", "_2" if place else "")
            yield account
            if account.ok:
                yield await _number(rest, f"number {provider.number}", settings.public_url)
        finally:
            await rest.close()


async def _account(rest: Rest, about: str, suffix: str) -> Finding:
    try:
        account = await rest.account()
    except DeliveryError as error:
        mend = f"check TWILIO_ACCOUNT_SID{suffix}, TWILIO_AUTH_TOKEN{suffix} and the network's firewall"
        return Finding(about, False, f"{error}: {mend}")
    if account.get("status") != "active":
        return Finding(about, False, f"it is {account.get('status')}: ask {rest.name} why")
    trial = "; a trial account, which reaches only numbers that were verified in its console"
    return Finding(about, True, f"active at {rest.name}{trial if account.get('type') == 'Trial' else ''}")


async def _number(rest: Rest, about: str, public_url: str) -> Finding:
    try:
        number = await rest.own_number()
    except DeliveryError as error:
        return Finding(about, False, f"{error}: ask again, or look at {rest.name}")
    if number is None:
        mend = "correct [[phone.numbers]] in dawnline.toml, or buy the number"
        return Finding(about, False, f"it is none of the account's: {mend}")
    wrong = [*_unable(number), *_misled(number, public_url)]
    if wrong:
        return Finding(about, False, f"at the provider, at this number: {'; '.join(wrong)}")
    return Finding(about, True, f"calls and texts to it come in at {public_url}")


def _unable(number: Json) -> list[str]:
    able = number.get("capabilities")
    abilities = able if isinstance(able, Mapping) else {}
    names = {"voice": "it takes no calls", "sms": "it takes no texts"}
    return [f"{what}, so take another" for name, what in names.items() if abilities.get(name) is False]


def _misled(number: Json, public_url: str) -> list[str]:
    """What leads elsewhere than to the desk. Calls and texts come by POST, which is what is signed."""
    taken = [f"{what}, take that away" for name, what in _INSTEAD.items() if number.get(name)]
    set_right = [
        f"set {label!r} to {public_url}{path} (HTTP POST)"
        for name, (label, path) in _HOOKS.items()
        if number.get(name) != f"{public_url}{path}" or number.get(_method_of(name)) != "POST"
    ]
    return taken + set_right


def _method_of(name: str) -> str:
    return f"{name.removesuffix('_url')}_method"
