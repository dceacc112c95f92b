"""Stands in until the conversation's own translation is there."""

from urllib.parse import quote
from xml.sax.saxutils import escape

from adapters.phone.settings import VOICE_PATH, PhoneSettings


def spoken_twiml(text: str, language: str, settings: PhoneSettings) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Say>{escape(text)}</Say></Response>'


def step_url(settings: PhoneSettings, step: str, about: tuple[str, ...] = ()) -> str:
    tail = f"/{'+'.join(quote(each, safe='') for each in about)}" if about else ""
    return f"{settings.public_url}{VOICE_PATH}/{quote(step, safe='')}{tail}"
