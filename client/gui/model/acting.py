"""What only a server can do: refused at once where there is none, so that nobody waits for ever. Pure.

Messages wait in the outbox, and reading falls back on what this device remembers. All else, a reaction, a change, a group's name, is
done now or not at all.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hubbub.client import HubbubError
from hubbub.client.errors import NoServer
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.bridge import Call
    from hubbub.client.gui.model.chat import Chat

T = TypeVar("T")
NO_SERVER: Final = "There is no connection to the server now. Try again when it is back."
LOST: Final = "The connection was lost before the server answered. When it is back, look whether it was done."


class Acting:
    """Acts that are under way."""

    def __init__(self, chat: "Chat") -> None:
        self.changed = Signal[()]()
        """Whether somebody waits."""
        self._chat = chat
        self._under_way: dict[Call, Callable[[HubbubError], object]] = {}
        self._awaited: set[object] = set()

    @property
    def awaited(self) -> bool:
        """Something is under way of which no other part says so."""
        return bool(self._awaited)

    def wait(self) -> Callable[[], None]:
        """Somebody waits from now on, until what comes back is called (which may be done twice)."""
        token = object()
        self._awaited.add(token)
        self.changed.emit()

        def end() -> None:
            if token in self._awaited:
                self._awaited.discard(token)
                self.changed.emit()

        return end

    def run(
        self,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object] | None = None,
        failed: Callable[[HubbubError], object] | None = None,
        *,
        shown: bool = False,
    ) -> None:
        """Do it, if there is a server. failed: None complains to the person. shown: where it was begun, one sees that it is under
        way."""
        failed = failed or self._chat.complain
        if self._chat.link.away:
            failed(NoServer(NO_SERVER))
            return
        end = self.wait() if not shown else lambda: None

        def finished(value: T) -> None:
            end()
            del self._under_way[call]
            if done is not None:
                done(value)

        def failing(error: HubbubError) -> None:
            end()
            del self._under_way[call]
            failed(error)

        call = self._chat.bridge.run(job, finished, failing)
        self._under_way[call] = failed

    def link_changed(self) -> None:
        """A link that breaks and is there again in a moment disturbs nothing; one that stays away ends what is under way."""
        if not self._chat.link.away:
            return
        acts, self._under_way = self._under_way, {}
        if self._awaited:
            self._awaited.clear()
            self.changed.emit()
        for call, failed in acts.items():
            call.cancel()
            failed(NoServer(LOST))
