"""A telephone provider's side of HTTP: calls that are walked through, every request signed."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from adapters.phone.settings import STATUS_PATH, VOICE_PATH
from adapters.phone.signature import signature
from bot.bench.slack_side import LENGTH, Line

SID, TOKEN, PUBLIC = f"AC{'0' * 32}", "0123456789abcdef0123456789abcdef", "https://desk.example"
OURS = "+4930555000"
_ACTION = re.compile(r'<(?:Gather|Record)[^>]* action="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a call: where, and what is told."""

    path: str
    form: dict[str, str]

    def request(self, token: str) -> bytes:
        body = urlencode(self.form).encode()
        url = f"{PUBLIC}{self.path}"
        signed = signature(TOKEN, url, {name: [value] for name, value in self.form.items()})
        head = (
            f"POST {self.path} HTTP/1.1\r\nhost: desk.example\r\nuser-agent: TwilioProxy/1.1\r\n"
            f"content-type: application/x-www-form-urlencoded; charset=utf-8\r\n"
            f"i-twilio-idempotency-token: {token}\r\nx-twilio-signature: {signed}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def steps(number: int) -> Generator[Asked, str, None]:
    """A whole call: it comes in, 1 is pressed, nobody is asked for, a message is left, it ends. What each
    step's address is stands in the answer before it, which must be sent in."""
    call = {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{number:032x}",
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "From": f"+4917{number:08}",
        "To": OURS,
        "StirVerstat": "TN-Validation-Passed-A",
    }
    told = [{"Digits": "1"}, {}, {"RecordingUrl": "https://provider.example/RE1", "Digits": "#"}]
    path = VOICE_PATH
    for more in ({}, *told):
        answer: str = yield Asked(path, {**call, **more})
        found = _ACTION.search(answer)
        path = unescape(found[1]).removeprefix(PUBLIC) if found else ""
        if not path:
            break
    ended = {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "30"}
    yield Asked(STATUS_PATH, {**call, **ended})


async def ask(line: Line, asked: Asked, token: str) -> str:
    """What is answered. Raises RuntimeError for anything but 2xx."""
    line.writer.write(asked.request(token))
    head = await line.reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    body = await line.reader.readexactly(int(length[1])) if length is not None else b""
    if not head.startswith(b"HTTP/1.1 20"):
        raise RuntimeError(f"{asked.path} was answered {head[9:12].decode()}: {body.decode()}")
    return body.decode()
