"""Pictures and files that are pasted: attached to what is written, and forgotten once they are sent. Pure."""

from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubbub.client import HubbubError
from hubbub.client.gui import desk_pasted
from hubbub.client.gui.model.outgoing import Unsent

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat
    from hubbub.client.gui.model.composer import Composer


class Pasting:
    """One for an account."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._folder = chat.desk.media.pasted
        chat.outgoing.sent.connect(self._on_sent)

    def picture(self, composer: "Composer", kind: str) -> None:
        """Attach a picture of this type that Tk knows to be there."""
        self._start(composer, partial(desk_pasted.keep, self._folder, kind, self._chat.now()))

    def whatever(self, composer: "Composer") -> None:
        """Attach what the system has, where Tk does not know."""
        self._start(composer, partial(desk_pasted.from_system, self._folder, self._chat.now()))

    def forget(self, paths: Iterable[Path]) -> None:
        """They are not sent after all. Files of elsewhere stay as they are."""
        if pasted := [path for path in paths if path.parent == self._folder]:
            self._chat.bridge.run(partial(desk_pasted.forget, self._folder, pasted))

    def sweep(self) -> None:
        """Once what waits to be sent is known."""
        needed = frozenset(Path(name) for one in self._chat.outgoing.all() for name in one.attachments)
        self._chat.bridge.run(partial(desk_pasted.sweep, self._folder, needed, self._chat.now()))

    def _start(self, composer: "Composer", job: Callable[[], Coroutine[Any, Any, list[Path]]]) -> None:
        end = self._chat.acting.wait()

        def pasted(paths: list[Path]) -> None:
            end()
            if composer is self._chat.composer:
                composer.attach(paths)
            else:  # another conversation was opened meanwhile: it was not meant for that
                self.forget(paths)

        def failed(error: HubbubError) -> None:
            end()
            self._chat.complain(error)

        self._chat.bridge.run(job, pasted, failed)

    def _on_sent(self, one: Unsent) -> None:
        self.forget(Path(name) for name in one.attachments)
