"""Who is writing, as far as a session was told. Pure: times are seconds of the caller's clock."""

from collections.abc import Iterator

from msgspec import Struct

from hubbub.schemas.events import Typing
from hubbub.schemas.limits import TYPING_FADES_S


class Typist(Struct, frozen=True):
    """Somebody who is writing somewhere."""

    conversation: int
    user: int
    name: str


class Typists:
    """Those who were heard to write within the last TYPING_FADES_S."""

    def __init__(self) -> None:
        self._fading: dict[tuple[int, int], tuple[float, Typist]] = {}
        """By conversation and user, the one who fades next first."""

    @property
    def deadline(self) -> float | None:
        """When the next one fades."""
        return next((until for until, _ in self._fading.values()), None)

    def heard(self, now: float, event: Typing) -> Typist | None:
        """Somebody writes: who, if he did not before."""
        place = (event.conversation, event.user)
        before = self._fading.pop(place, None)
        typist = Typist(event.conversation, event.user, event.user_name)
        self._fading[place] = (now + TYPING_FADES_S, typist)
        return typist if before is None else None

    def stopped(self, conversation: int, user: int) -> Typist | None:
        """He does not write there any more: who, if he did."""
        _, typist = self._fading.pop((conversation, user), (0.0, None))
        return typist

    def faded(self, now: float) -> list[Typist]:
        """Take out those who were not heard for too long."""
        gone = [(place, typist) for place, (until, typist) in self._fading.items() if until <= now]
        for place, _ in gone:
            del self._fading[place]
        return [typist for _, typist in gone]

    def __iter__(self) -> Iterator[Typist]:
        return iter([typist for _, typist in self._fading.values()])

    def clear(self) -> list[Typist]:
        """Take out everyone."""
        gone, self._fading = list(self), {}
        return gone
