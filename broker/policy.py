"""What an administrator can decide about the rules of chat. Plain values; config.py reads them from a file."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Positive = Annotated[float, Meta(gt=0)]
Mebibytes = Annotated[int, Meta(ge=0, le=1 << 20)]
"""Up to 1 TiB: more is a mistake, and would not fit into what the protocol can say of it."""
_MIB: Final = 1 << 20


class Limits(Struct, forbid_unknown_fields=True, frozen=True):
    """Token buckets. Most requests cost 1, pages 2, a search 10 or more."""

    rate: Positive = 200.0
    """Per session, a second, in the long run."""
    burst: Positive = 1000.0
    """Per session, at once."""
    bot_rate: Positive = 1000.0
    """Per session of a bot, a second, in the long run."""
    bot_burst: Positive = 5000.0
    """Per session of a bot, at once."""
    address_rate: Positive = 5.0
    """Per network address, for requests without a session (IS_HOST, REGISTER, LOGIN)."""
    address_burst: Positive = 200.0
    """Enough for a class behind one address to register and log in at the same moment."""

    def of_session(self, *, bot: bool) -> tuple[float, float]:
        """Rate and burst."""
        return (self.bot_rate, self.bot_burst) if bot else (self.rate, self.burst)


class Files(Struct, forbid_unknown_fields=True, frozen=True):
    """What of files is taken. In MiB (1,048,576 bytes); 0 in either: none at all."""

    max_mib: Mebibytes = 64
    """Of one file."""
    user_mib: Mebibytes = 2048
    """Of all files of a user, those that he has in messages and those that he uploads; each file once."""

    @property
    def taken(self) -> bool:
        """Whether any file is."""
        return bool(self.max_mib and self.user_mib)

    @property
    def largest(self) -> int:
        """Bytes."""
        return self.max_mib * _MIB

    @property
    def quota(self) -> int:
        """Bytes."""
        return self.user_mib * _MIB


class Policy(Struct, frozen=True):
    """What the core is told."""

    limits: Limits = Limits()
    registration: Literal["open", "closed"] = "open"
    session_days: int = 90
    files: Files = Files()
