"""What exactly leaves for a destination: several waiting messages as one, and how late it is. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.durable import ClaimedItem, Purpose
from bot.messages.catalogue import Catalogue, Voice
from bot.outgoing import Capabilities, Outgoing, Post, Spoken

STALE = timedelta(minutes=2)
"""Later than this a message says how late it is."""
_MERGED = frozenset({Purpose.UPDATE, Purpose.NOTICE, Purpose.REPLY})


@dataclass(frozen=True, slots=True)
class Letter:
    """One sending; `items` are the outbox items it settles, the most urgent first."""

    items: tuple[ClaimedItem, ...]
    message: Outgoing

    @property
    def first(self) -> ClaimedItem:
        return self.items[0]


@dataclass(frozen=True, slots=True)
class Office:
    """The words the engine itself adds, in each reader's language and the desk's zone."""

    catalogue: Catalogue
    zone: str

    def compose(
        self,
        first: ClaimedItem,
        waiting: Sequence[ClaimedItem],
        able: Capabilities,
        now: datetime,
        *,
        crowded: bool,
    ) -> Letter:
        """The first item and whichever of the others may go with it.

        `crowded`: the destination must be spared, so different threads share one message too.
        """
        if not isinstance(first.item.message, Post):
            return Letter((first,), first.item.message)
        chosen, texts = [first], [self._text(first, able, now)]
        for other in () if _goes_alone(first, now, crowded=crowded) else waiting:
            if not _together(first, other, now, crowded=crowded):
                continue
            text = self._text(other, able, now)
            if sum(map(len, texts)) + len(text) + 2 * len(texts) > able.max_length:
                break
            chosen.append(other)
            texts.append(text)
        if first.item.purpose is Purpose.PAGE:
            texts = self._newest_pages(chosen, able, now)
        return self._letter(chosen, texts)

    def _letter(self, chosen: list[ClaimedItem], texts: list[str]) -> Letter:
        posts = [each.item.message for each in chosen if isinstance(each.item.message, Post)]
        buttons = tuple(dict.fromkeys(button for each in posts for button in each.buttons))
        same_thread = len({(each.at, each.reply_to) for each in posts}) == 1
        newest = posts[-1].heading
        together = replace(
            posts[0], text="\n\n".join(texts), buttons=buttons, heading=newest, spoken=_spoken(posts)
        )
        if not same_thread:
            together = replace(together, reply_to=None)
        return Letter(tuple(chosen), together)

    def _newest_pages(self, pages: list[ClaimedItem], able: Capabilities, now: datetime) -> list[str]:
        """Pages collapse: per ticket the newest words, with the age of the oldest."""
        by_ticket: dict[int | None, list[ClaimedItem]] = {}
        for page in pages:
            by_ticket.setdefault(page.item.ticket, []).append(page)
        texts = []
        for same in by_ticket.values():
            oldest = min(same, key=lambda each: each.item.due_at)
            newest = max(same, key=lambda each: each.item.due_at)
            texts.append("\n".join([*self._heading(oldest, able, now), _words(newest)]))
        return texts

    def _text(self, claimed: ClaimedItem, able: Capabilities, now: datetime) -> str:
        return "\n".join([*self._heading(claimed, able, now), _words(claimed)])

    def _heading(self, claimed: ClaimedItem, able: Capabilities, now: datetime) -> list[str]:
        """How late it is, and whether it may be there already."""
        lines = [self._age(claimed, now)] if now - claimed.item.due_at > STALE else []
        if claimed.uncertain and not (able.can_find or able.knows_again):
            lines.append(self._voice(claimed, now).say("page.repeat"))
        return lines

    def _age(self, claimed: ClaimedItem, now: datetime) -> str:
        key = "page.stale" if claimed.item.purpose is Purpose.PAGE else "delivery.stale"
        due = claimed.item.due_at
        return self._voice(claimed, now).say(key, age=now - due, at=due)

    def _voice(self, claimed: ClaimedItem, now: datetime) -> Voice:
        return Voice(self.catalogue, claimed.item.language, self.zone, now)


def _spoken(posts: Sequence[Post]) -> Spoken | None:
    """One call says everything that would have been a call of its own."""
    about = [each for post in posts if post.spoken for each in post.spoken.about]
    return replace(posts[0].spoken, about=tuple(dict.fromkeys(about))) if posts[0].spoken else None


def _words(claimed: ClaimedItem) -> str:
    return claimed.item.message.text if isinstance(claimed.item.message, Post) else ""


def _step(post: Post) -> str:
    return post.spoken.step if post.spoken else ""


def _goes_alone(first: ClaimedItem, now: datetime, *, crowded: bool) -> bool:
    """Nobody can go with it; so a long queue need not be looked through for every one of it."""
    if first.uncertain or crowded:
        return False
    late_page = first.item.purpose is Purpose.PAGE and now - first.item.due_at > STALE
    return not late_page and first.item.purpose not in _MERGED


def _together(first: ClaimedItem, other: ClaimedItem, now: datetime, *, crowded: bool) -> bool:
    """Updates of one thread go together; stale pages to one engineer too; more only when it is crowded."""
    one, two = first.item, other.item
    if other is first or not isinstance(one.message, Post) or not isinstance(two.message, Post):
        return False
    if first.uncertain or other.uncertain:
        return first.letter == other.letter  # they left together; nothing else may count as arrived with them
    if one.message.at != two.message.at or _step(one.message) != _step(two.message):
        return False  # another topic of the group is another place, another conversation another call
    same_thread = one.message.reply_to == two.message.reply_to
    if one.purpose is Purpose.PAGE or two.purpose is Purpose.PAGE:
        both_late = min(now - one.due_at, now - two.due_at) > STALE
        return one.purpose is two.purpose and (both_late or crowded)
    mergeable = _MERGED | {Purpose.RECEIPT} if crowded else _MERGED
    return one.purpose in mergeable and two.purpose in mergeable and (same_thread or crowded)
