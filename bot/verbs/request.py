"""A command on its way to its action."""

from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import Refused
from bot.inbound import MessagePosted, VerbInvoked
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


def engineer_named(work: Work, request: Request, given: str) -> Engineer:
    """An engineer by id, name or platform identity. Raises Refused("unknown_engineer")."""
    wanted = given.strip().lstrip("@").casefold()
    if wanted == "me":
        return request.me
    names = {alias: each for each in work.policy.engineers for alias in _names(each)}
    if wanted in names:
        return names[wanted]
    near = get_close_matches(wanted, list(names), n=1, cutoff=0.0) or [request.me.id]
    raise Refused("unknown_engineer", given=given, near=names.get(near[0], request.me).id)


def _names(engineer: Engineer) -> tuple[str, ...]:
    first = engineer.name.split()[0]
    return tuple(
        each.casefold() for each in (first, engineer.name, *engineer.identities.values(), engineer.id)
    )
