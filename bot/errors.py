"""Everything that can go wrong, as one tree.

DawnlineError
├── ConfigurationError      the desk's files or environment are wrong; carries every fault (exit code 2)
├── Refused                 the answer to a person is no; a catalogue key, to be read in their language
├── SignInFailed            somebody could not sign in; a catalogue key for them, a reason for the log
├── DeliveryError           an outgoing message did not (or may not) arrive
│   ├── RateLimited         the platform asks us to wait; the item stays due
│   ├── Temporary           it did not arrive; trying again is safe and sensible
│   ├── OutcomeUnknown      it may have arrived; look before sending again
│   ├── Unreachable         it can never arrive this way; another way is needed
│   │   └── Gone            and nothing else ever will: whoever was there has left for good
│   └── MovedTo             the conversation has a new address
├── Malformed               an inbound item the platform itself could not have meant; skip it and say so
└── StoreError
    ├── SchemaMismatch      the store was written by a newer Dawnline
    ├── StoreAway           it cannot be reached now; later it can
    ├── StoreInUse          another desk already runs on this store
    ├── MustWait            it would disturb workers that are at work; when they are gone it can be done
    ├── CopyRefused         a store must not, or could not, be copied there
    └── LeaseLost           somebody else holds the work now; nothing was written
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta


class DawnlineError(Exception):
    """Base of everything Dawnline raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the configuration: where it is, and what is allowed there."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}"


class ConfigurationError(DawnlineError):
    """The desk cannot start as configured."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class Refused(DawnlineError):
    """A person asked for something that cannot be done; `key` names the answer in the catalogues."""

    def __init__(self, key: str, /, **words: object) -> None:
        super().__init__(f"{key} {words}" if words else key)
        self.key = key
        self.words: Mapping[str, object] = words


class SignInFailed(DawnlineError):
    """Somebody could not be signed in. `key` names what they read in the catalogues; the text is for the log
    and holds no secret."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class DeliveryError(DawnlineError):
    """An outgoing message did not, or may not, have arrived. The text is safe to log: it holds no secret."""


class RateLimited(DeliveryError):
    """The platform asks us to wait before anything else goes to this destination."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"rate limited for {retry_after.total_seconds():g} s")
        self.retry_after = retry_after


class Temporary(DeliveryError):
    """It certainly did not arrive; trying again is safe."""


class OutcomeUnknown(DeliveryError):
    """The request was sent and no answer came; it may have arrived."""


class Unreachable(DeliveryError):
    """It can never arrive at this address (left the group, blocked, unknown, forbidden)."""


class Gone(Unreachable):
    """The receiver itself says that nothing should be sent there any more."""


class MovedTo(DeliveryError):
    """The conversation goes on under another id (a Telegram group became a supergroup)."""

    def __init__(self, conversation: str) -> None:
        super().__init__(f"the conversation moved to {conversation}")
        self.conversation = conversation


class Malformed(DawnlineError):
    """An inbound item that cannot be read; the adapter records it and goes on."""


class StoreError(DawnlineError):
    """The store cannot do what was asked."""


class SchemaMismatch(StoreError):
    """The store was written by a newer Dawnline; upgrade this one."""


class StoreAway(StoreError):
    """The store cannot be reached now; nothing is known to be written. Try again."""


class StoreInUse(StoreError):
    """Another desk already runs on this store."""


class MustWait(StoreError):
    """What was asked would disturb whoever is at work on the store; nothing was done."""


class CopyRefused(StoreError):
    """What would be copied into is not empty, or is not what was copied."""


class LeaseLost(StoreError):
    """The lease ran out and somebody else took the work; nothing was written."""
