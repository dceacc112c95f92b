"""Mails that came twice: a mail program shows one of them, so both must say the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tests.integration.whole_mail.correspondence import text_of
from tests.servers.smtp import Taken

Said = tuple[object, ...]
_OF_ONE_SENDING = frozenset({"date", "content-type"})
"""When it left, and what stands between its parts."""


def by_message_id(mails: Iterable[Taken]) -> Mapping[str, list[Said]]:
    """What was said under each Message-ID, as often as it came."""
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for each in mails:
        found[each.message["Message-ID"]].append(_said(each))
    return found


def contradictions(mails: Iterable[Taken]) -> list[str]:
    """Message-IDs that came with different words."""
    return [name for name, said in by_message_id(mails).items() if len(set(said)) > 1]


def _said(mail: Taken) -> Said:
    head = [(name, str(value)) for name, value in mail.message.items() if name.lower() not in _OF_ONE_SENDING]
    page = mail.message.get_body(("html",))
    assert page is not None
    return mail.sender, mail.recipients, tuple(head), text_of(mail.message), page.get_content()
