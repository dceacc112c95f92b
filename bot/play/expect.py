"""Holding what was seen against what the story expects."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from bot.identities import kind_of
from bot.play.stage import Shown
from bot.play.story import Expect
from bot.policy import Policy
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import Ticket

COUNTED = ("post", "room")
"""What counts as an outgoing message: edits, pins and invitations disturb nobody."""


class Watcher:
    """Knows which messages an expectation has already claimed."""

    def __init__(self, policy: Policy, allow: tuple[Expect, ...]) -> None:
        self._policy = policy
        self._allow = allow

    def claim(self, wanted: Expect, seen: Iterable[Shown]) -> str | None:
        """Claim the messages it means; None when satisfied, else what is missing."""
        unclaimed = [each for each in seen if not each.claimed]
        matching = [each for each in unclaimed if self._matches(wanted, each)]
        if wanted.nothing:
            rest = [each for each in unclaimed if each.what in COUNTED]
            return f"expected nothing, but {describe(rest[0])}" if rest else None
        if wanted.at_least is not None:
            for each in matching:
                each.claimed = True
            few = len(matching) < wanted.at_least
            return (
                f"expected at least {wanted.at_least} of {_named(wanted)}, saw {len(matching)}"
                if few
                else None
            )
        for each in matching[: wanted.times]:
            each.claimed = True
        if len(matching) >= wanted.times:
            return None
        return f"expected {_named(wanted)}, saw {len(matching)} of {wanted.times}; unexpected instead: " + (
            " | ".join(describe(each) for each in unclaimed if each.what in COUNTED) or "nothing"
        )

    def unexpected(self, seen: Iterable[Shown]) -> list[str]:
        """Messages nobody expected and nobody allows."""
        return [
            f"unexpected: {describe(each)}"
            for each in seen
            if not each.claimed
            and each.what in COUNTED
            and not any(self._matches(allowed, each) for allowed in self._allow)
        ]

    def _matches(self, wanted: Expect, seen: Shown) -> bool:
        words = all(each in seen.text for each in wanted.says) and not any(
            each in seen.text for each in wanted.lacks
        )
        return words and wanted.via in (None, seen.place.channel) and self._is_place(wanted, seen)

    def _is_place(self, wanted: Expect, seen: Shown) -> bool:
        place = f"{seen.place.channel}:{seen.place.conversation}"
        if wanted.page is not None:
            return seen.key.startswith("page:") and self._reaches(wanted.page, seen)
        if wanted.edit is not None:
            return seen.what == "edit" and fnmatchcase(place, wanted.edit)
        if wanted.room is not None:
            return seen.what == "room" and fnmatchcase(seen.place.conversation, wanted.room)
        if wanted.to is None or seen.what != "post":
            return False
        if wanted.to.startswith("@"):
            return not seen.key.startswith("page:") and self._reaches(wanted.to[1:], seen)
        return fnmatchcase(place, wanted.to)

    def _reaches(self, name: str, seen: Shown) -> bool:
        """Whether it is a direct message to the engineer; "*" is any engineer."""
        engineers = self._policy.engineers if name == "*" else [self._policy.engineer(name)]
        return any(
            each and each.identities.get(kind_of(seen.place.channel)) == seen.place.conversation
            for each in engineers
        )


def describe(seen: Shown) -> str:
    first = seen.text.splitlines()[0] if seen.text else ""
    return f"{seen.at:%H:%M:%S} {seen.what} to {seen.place.channel}:{seen.place.conversation} “{first}”"


def _named(wanted: Expect) -> str:
    given = wanted.model_dump(exclude_none=True, exclude_defaults=True)
    return ", ".join(f"{key}={value!r}" for key, value in given.items())


def ticket_faults(wanted: Expect, ticket: Ticket | None) -> list[str]:
    """How a stored ticket differs from what is expected of it."""
    if ticket is None:
        return [f"there is no {wanted.ticket}"]
    facts = {"state": ticket.state.value, "priority": ticket.priority.value, "customer": ticket.customer}
    facts["assignee"] = ticket.assignee or ""
    faults = [
        f"{ticket.id}: {key} is {value!r}, expected {getattr(wanted, key)!r}"
        for key, value in facts.items()
        if getattr(wanted, key) not in (None, value)
    ]
    return [*faults, *_clock_faults(wanted, ticket)]


def _clock_faults(wanted: Expect, ticket: Ticket) -> list[str]:
    if wanted.clock is None:
        return []
    clock = ticket.clock(ClockKind(wanted.clock))
    if clock is None:
        return [f"{ticket.id} has no {wanted.clock} clock"]
    faults = []
    if wanted.kept is not None and clock.kept is not wanted.kept:
        faults.append(f"{ticket.id}: {wanted.clock} clock kept is {clock.kept}, expected {wanted.kept}")
    if wanted.due is not None and clock.due_at != wanted.due:
        faults.append(f"{ticket.id}: {wanted.clock} clock due {clock.due_at}, expected {wanted.due}")
    return faults
