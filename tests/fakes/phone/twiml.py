"""A strict reader of TwiML: what the provider does with a document, and refuses in it.

https://www.twilio.com/docs/voice/twiml: the verbs, what may stand in each, and their attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring

LANGUAGES = {"en-GB", "en-US", "cmn-CN"}
HEARD = {"en-GB", "en-US", "cmn-Hans-CN"}
"""What is recognised is named otherwise than what is spoken."""
_ATTRIBUTES: dict[str, set[str]] = {
    "Say": {"language", "voice", "loop"},
    "Pause": {"length"},
    "Gather": {
        *("input", "action", "method", "timeout", "speechTimeout", "numDigits", "finishOnKey", "hints"),
        *("language", "actionOnEmptyResult", "profanityFilter"),
    },
    "Record": {
        *("action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "transcribe"),
        *("transcribeCallback", "recordingStatusCallback", "recordingStatusCallbackMethod"),
        "recordingStatusCallbackEvent",
    },
    "Enqueue": {"action", "method", "waitUrl", "waitUrlMethod"},
    "Leave": set(),
    "Dial": {"action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record"},
    "Queue": {"url", "method", "reservationSid"},
    "Redirect": {"method"},
    "Hangup": set(),
}
_WITHIN = {"Response": set(_ATTRIBUTES) - {"Queue"}, "Gather": {"Say", "Pause"}, "Dial": {"Queue"}}
_WHILE_WAITING = {"Say", "Pause", "Redirect", "Leave", "Hangup"}
"""https://www.twilio.com/docs/voice/twiml/enqueue#waiturl"""
LONGEST = 64 * 1024


class TwimlError(AssertionError):
    """The provider would tell the caller that an application error has occurred, and hang up."""


@dataclass(frozen=True, slots=True)
class Spoken:
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """`says`: everything that is heard before `verb`, the first one at which somebody must do something."""

    says: tuple[Spoken, ...] = ()
    verb: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    then: str = ""
    """Where a Redirect behind the verb leads, when nothing comes of it."""


def read(body: bytes | str, *, waiting: bool = False) -> Document:
    """Raises TwimlError. `waiting`: the document is for somebody in a queue."""
    raw = body if isinstance(body, bytes) else body.encode()
    if len(raw) > LONGEST:
        raise TwimlError("a document of more than 64 kB")
    try:
        root = fromstring(raw)  # noqa: S314 - our own document
    except ParseError as error:
        raise TwimlError(f"no XML: {error}") from None
    if root.tag != "Response" or root.attrib:
        raise TwimlError(f"the root is {root.tag}")
    for parent in (root, *root):
        for child in parent:
            _check(parent, child)
    if waiting and (wrong := {each.tag for each in root} - _WHILE_WAITING):
        raise TwimlError(f"not while somebody waits: {wrong}")
    return _document(list(root))


def _check(parent: Element, child: Element) -> None:
    if child.tag not in _WITHIN.get(parent.tag, set()):
        raise TwimlError(f"{child.tag} in {parent.tag}")
    if unknown := set(child.attrib) - _ATTRIBUTES[child.tag]:
        raise TwimlError(f"{child.tag} has no {unknown}")
    language = child.attrib.get("language")
    if language is not None and language not in (HEARD if child.tag == "Gather" else LANGUAGES):
        raise TwimlError(f"{child.tag}: language {language}")
    for name in ("action", "url", "waitUrl", "transcribeCallback", "recordingStatusCallback"):
        if name in child.attrib and not child.attrib[name].startswith("https://"):
            raise TwimlError(f"{child.tag}: {name} is no whole address")
    if child.tag == "Gather" and len(child.attrib.get("hints", "")) > 500:
        raise TwimlError("too many hints")


def _document(children: list[Element]) -> Document:
    says: list[Spoken] = []
    for place, child in enumerate(children):
        if child.tag in ("Say", "Pause"):
            says += _said([child])
            continue
        says += _said(child)
        text = (child.text or "").strip()
        attributes = dict(child.attrib)
        if child.tag == "Dial":
            (queue,) = child
            text, attributes = (queue.text or "").strip(), {**attributes, **queue.attrib}
        behind = next((each for each in children[place + 1 :] if each.tag == "Redirect"), None)
        return Document(
            tuple(says), child.tag, attributes, text, (behind.text or "") if behind is not None else ""
        )
    return Document(tuple(says))


def _said(elements: Iterator[Element] | list[Element] | Element) -> list[Spoken]:
    return [
        Spoken(each.text or "", each.attrib.get("language", "en-US"))
        for each in elements
        if each.tag == "Say"
    ]
