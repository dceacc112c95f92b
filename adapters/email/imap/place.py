"""How far a folder has been read. Pure rules.

UIDs rise and are never given twice as long as the folder's UIDVALIDITY is the same (RFC 9051 section
2.3.1.1).
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from imap_tools import AND, OR, U

OVERLAP = timedelta(days=7)
"""So far back mails are looked at again after the folder's UIDs were given anew. SINCE knows days only, by
the server's own clock."""
MOST_ASIDE = 1000


@dataclass(frozen=True, slots=True)
class Folder:
    """As the server says when it is opened. `next_uid`: what the next mail will have at least."""

    validity: int
    next_uid: int
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """`last`: the highest UID that is done with. Up to `until` only mails that are unseen are wanted, and
    those that came on `since` or later; beyond it, every one. `aside`: what the server did not deliver
    however often it was asked. `at`: when this was so."""

    validity: int
    last: int
    at: datetime
    until: int = 0
    since: date | None = None
    aside: tuple[int, ...] = ()

    @property
    def catching_up(self) -> bool:
        return self.last < self.until

    def fits(self, folder: Folder) -> bool:
        """Whether UIDs still mean the same. A folder that was put back from a copy may say that they do, and
        give out once more what it gave before."""
        return self.validity == folder.validity and self.last < folder.next_uid

    def done(self, uid: int, now: datetime) -> "Place":
        """Whether it was fetched, or was set aside and has come after all."""
        rest = tuple(each for each in self.aside if each != uid)
        return replace(self, last=max(self.last, uid), aside=rest, at=now)

    def set_aside(self, uid: int, now: datetime) -> "Place":
        return replace(self, last=max(self.last, uid), aside=(*self.aside, uid)[-MOST_ASIDE:], at=now)

    def caught_up(self, now: datetime) -> "Place":
        return replace(self, last=max(self.last, self.until), until=0, since=None, at=now)

    def written(self) -> str:
        return json.dumps(asdict(self), default=lambda when: when.isoformat())


def read_place(text: str) -> Place:
    data = json.loads(text)
    return Place(
        validity=data["validity"],
        last=data["last"],
        at=datetime.fromisoformat(data["at"]),
        until=data["until"],
        since=date.fromisoformat(data["since"]) if data["since"] else None,
        aside=tuple(data["aside"]),
    )


def starting(folder: Folder, now: datetime) -> Place:
    """Where a mailbox is begun that was never read before: what somebody has read already is theirs."""
    return Place(folder.validity, 0, now, until=folder.next_uid - 1)


def anew(place: Place, folder: Folder, now: datetime) -> Place:
    """Where it goes on when UIDs mean something else now. What comes twice, the desk knows again."""
    return Place(folder.validity, 0, now, until=folder.next_uid - 1, since=(place.at - OVERLAP).date())


def wanted(place: Place) -> tuple[str, ...]:
    """What to search for, as IMAP's search keys: what is owed of old, and what is new."""
    news = str(AND(uid=U(str(max(place.last, place.until) + 1), "*")))
    if not place.catching_up:
        return (news,)
    span = U(str(place.last + 1), str(place.until))
    unseen = AND(seen=False, uid=span)
    owed = AND(OR(seen=False, date_gte=place.since), uid=span) if place.since else unseen
    return (str(owed), news)
