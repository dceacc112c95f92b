"""A command on its way to its action."""

from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import Refused
from bot.inbound import Attachment, MessagePosted, VerbInvoked
from bot.messages.catalogue import Voice
from bot.policy import Engineer
from bot.verbs.grammar import Said
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Request:
    """`engineer` is None only for the verbs customers may use; `message` is the command as plain words."""

    item: VerbInvoked
    said: Said
    engineer: Engineer | None
    voice: Voice
    message: MessagePosted

    @property
    def me(self) -> Engineer:
        """The engineer who asks. Permission was checked before."""
        if self.engineer is None:
            raise Refused("engineers_only", name=self.item.author.name)
        return self.engineer

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What came along and can be handed on. What lies on a chat platform cannot: only whoever is there
        can open it."""
        return tuple(each for each in self.item.attachments if each.is_kept)


def engineer_named(work: Work, request: Request, given: str) -> Engineer:
    """An engineer by id, name or platform identity. Raises Refused("unknown_engineer"), also for a first name
    that several have: nobody is woken by a guess."""
    wanted = given.strip().lstrip("@").casefold()
    if wanted == "me":
        return request.me
    meant = [each for each in work.policy.engineers if wanted in _names(each)]
    if len(meant) == 1:
        return meant[0]
    every = {alias: each for each in work.policy.engineers for alias in _names(each)}
    close = get_close_matches(wanted, list(every), n=1, cutoff=0.6)
    near = [each.id for each in meant] or [every[name].id for name in close]
    raise Refused("unknown_engineer", given=given, near=", ".join(near))


def _names(engineer: Engineer) -> frozenset[str]:
    first = engineer.name.split()[0]
    return frozenset(
        each.casefold() for each in (first, engineer.name, *engineer.identities.values(), engineer.id)
    )
