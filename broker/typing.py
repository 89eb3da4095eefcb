"""Who was heard to type, so that he is told of only now and then. Pure."""

from typing import Final

from hubbub.broker.lately import Lately
from hubbub.broker.limiter import SECOND
from hubbub.schemas import limits

INTERVAL: Final = int(limits.TYPING_INTERVAL_S * SECOND)
REMEMBERED_MAX: Final = 50_000
"""Users at once, each in one conversation; one more is not told of. Nobody can fill the memory."""


class Typists:
    """When each user was told of last, in each conversation."""

    def __init__(self) -> None:
        self._told: Lately[tuple[int, int]] = Lately(INTERVAL)

    def __len__(self) -> int:
        return len(self._told)

    def tells(self, user: int, conversation: int, now: int) -> bool:
        """He types: whether the others are to be told of it."""
        self._told.forget(now)
        which = (user, conversation)
        if which in self._told or len(self._told) >= REMEMBERED_MAX:
            return False
        self._told.add(which, now)
        return True
