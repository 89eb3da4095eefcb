"""What an administrator can decide about the rules of chat. Plain values; config.py reads them from a file."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Positive = Annotated[float, Meta(gt=0)]


class Limits(Struct, forbid_unknown_fields=True, frozen=True):
    """Token buckets. Most requests cost 1, pages 2, a search 10 or more; a busy bot stays far below the defaults."""

    rate: Positive = 200.0
    """Per session, a second, in the long run."""
    burst: Positive = 1000.0
    """Per session, at once."""
    address_rate: Positive = 5.0
    """Per network address, for requests without a session (IS_HOST, REGISTER, LOGIN)."""
    address_burst: Positive = 200.0
    """Enough for a class behind one address to register and log in at the same moment."""


class Policy(Struct, frozen=True):
    """What the core is told."""

    limits: Limits = Limits()
    registration: Literal["open", "closed"] = "open"
    session_days: int = 90
