"""What only a server can do: refused at once where there is none, so that nobody waits for ever. Pure.

Messages wait in the outbox, and reading falls back on what this device remembers. All else, a reaction, a change, a group's name, is
done now or not at all.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hubbub.client import HubbubError
from hubbub.client.errors import NoServer

if TYPE_CHECKING:
    from hubbub.client.gui.bridge import Call
    from hubbub.client.gui.model.chat import Chat

T = TypeVar("T")
NO_SERVER: Final = "There is no connection to the server now. Try again when it is back."
LOST: Final = "The connection was lost before the server answered. When it is back, look whether it was done."


class Acting:
    """Acts that are under way."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._under_way: dict[Call, Callable[[HubbubError], object]] = {}

    def run(
        self,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object] | None = None,
        failed: Callable[[HubbubError], object] | None = None,
    ) -> None:
        """Do it, if there is a server. failed: None complains to the person."""
        failed = failed or self._chat.complain
        if self._chat.link.away:
            failed(NoServer(NO_SERVER))
            return

        def finished(value: T) -> None:
            del self._under_way[call]
            if done is not None:
                done(value)

        def failing(error: HubbubError) -> None:
            del self._under_way[call]
            failed(error)

        call = self._chat.bridge.run(job, finished, failing)
        self._under_way[call] = failed

    def link_changed(self) -> None:
        """A link that breaks and is there again in a moment disturbs nothing; one that stays away ends what is under way."""
        if not self._chat.link.away:
            return
        acts, self._under_way = self._under_way, {}
        for call, failed in acts.items():
            call.cancel()
            failed(NoServer(LOST))
