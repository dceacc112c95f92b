"""A script of the core as TwiML, the provider's XML. https://www.twilio.com/docs/voice/twiml"""

import re
from collections.abc import Iterable
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from adapters.phone.settings import RECORDING_PATH, TRANSCRIPT_PATH, VOICE_PATH, PhoneSettings
from bot.telephone import Ask, GoOn, HangUp, Hold, Instruction, Join, Leave, Pause, Record, Say, Script

TAGS = {"en": "en-GB", "zh": "cmn-CN"}
"""https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages"""
HEARD = {**TAGS, "zh": "cmn-Hans-CN"}
"""The recognition of speech names languages otherwise than the voices do:
https://www.twilio.com/docs/voice/twiml/gather#languagetags"""
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""
_LONGEST = 1500
"""Characters of a text that is read out twice; with everything around it, TwiML within 4,000."""
_HINTS = 500
"""Characters of all hints together."""


def step_url(settings: PhoneSettings, step: str, about: Iterable[str] = ()) -> str:
    """Where the provider asks what comes next."""
    parts = [quote(step, safe=""), "+".join(quote(each, safe="") for each in about)]
    return "/".join([f"{settings.public_url}{VOICE_PATH}", *(each for each in parts if each)])


def twiml(script: Script, settings: PhoneSettings) -> bytes:
    root = Element("Response")
    for line in script.lines:
        _add(root, line, settings)
    return _written(root)


def spoken_twiml(text: str, language: str, settings: PhoneSettings) -> str:
    """A call that only says something, twice, since half asleep nobody understands it at once."""
    said = Say(text[:_LONGEST], language)
    return twiml(Script((said, Pause(1), said, HangUp())), settings).decode()


def again(url: str, seconds: int) -> bytes:
    """The same question again, after a pause."""
    root = Element("Response")
    SubElement(root, "Pause", length=str(seconds))
    SubElement(root, "Redirect", method="POST").text = url
    return _written(root)


def _written(root: Element) -> bytes:
    document: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{document}'.encode()


def _add(root: Element, line: Instruction, settings: PhoneSettings) -> None:
    match line:
        case Say():
            _say(root, line, settings)
        case Ask():
            _ask(root, line, settings)
        case Record():
            _record(root, line, settings)
        case Hold():
            _hold(root, line, settings)
        case Join():
            _join(root, line, settings)
        case GoOn():
            redirect = SubElement(root, "Redirect", method="POST")
            redirect.text = step_url(settings, line.step, line.about)
        case _:
            _plain(root, line)


def _plain(root: Element, line: Instruction) -> None:
    match line:
        case Pause():
            SubElement(root, "Pause", length=str(line.seconds))
        case Leave():
            SubElement(root, "Leave")
        case HangUp():
            SubElement(root, "Hangup")


def _say(root: Element, line: Say, settings: PhoneSettings) -> None:
    tag = TAGS.get(line.language, line.language)
    element = SubElement(root, "Say", language=tag)
    if voice := settings.voices.get(line.language):
        element.set("voice", voice)
    element.text = _UNSPEAKABLE.sub(" ", line.text)


def _ask(root: Element, line: Ask, settings: PhoneSettings) -> None:
    """Nothing at all is an answer too, so that nobody hears silence for ever."""
    language = line.says[-1].language if line.says else "en"
    gather = SubElement(
        root,
        "Gather",
        input="dtmf speech",
        numDigits="1",
        timeout=str(line.seconds),
        speechTimeout="auto",
        language=HEARD.get(language, language),
        hints=_hints(line.hints),
        actionOnEmptyResult="true",
        action=step_url(settings, line.step, line.about),
        method="POST",
    )
    for each in line.says:
        _say(gather, each, settings)


def _hints(words: Iterable[str]) -> str:
    said = ""
    for word in words:
        longer = f"{said},{word}" if said else word
        if len(longer) > _HINTS:
            break
        said = longer
    return said


def _record(root: Element, line: Record, settings: PhoneSettings) -> None:
    SubElement(
        root,
        "Record",
        action=step_url(settings, line.step, line.about),
        method="POST",
        maxLength=str(line.seconds),
        finishOnKey="#",
        playBeep="true",
        trim="trim-silence",
        recordingStatusCallback=f"{settings.public_url}{RECORDING_PATH}",
        recordingStatusCallbackMethod="POST",
        recordingStatusCallbackEvent="completed absent",
        transcribe="true",
        transcribeCallback=f"{settings.public_url}{TRANSCRIPT_PATH}",
    )
    # Who says nothing is not recorded, and the document goes on here.
    SubElement(root, "Redirect", method="POST").text = step_url(settings, line.step, line.about)


def _hold(root: Element, line: Hold, settings: PhoneSettings) -> None:
    queue = SubElement(
        root,
        "Enqueue",
        waitUrl=step_url(settings, line.waiting, line.about),
        waitUrlMethod="POST",
        action=step_url(settings, line.left, line.about),
        method="POST",
    )
    queue.text = line.queue


def _join(root: Element, line: Join, settings: PhoneSettings) -> None:
    dial = SubElement(root, "Dial", action=step_url(settings, line.step, line.about), method="POST")
    queue = SubElement(dial, "Queue", url=step_url(settings, line.greeting), method="POST")
    queue.text = line.queue
