"""My own account: how I am shown, and how I am present. Pure."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from hubbub.client import HubbubError, Profile, Waiting, events
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

Presence = Literal["online", "away", "busy", "invisible"]
Done = Callable[[], object]
Failed = Callable[[HubbubError], None]


class Mine:
    """What I am to others."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self.profile = Profile(name=chat.me)
        self.changed = Signal[()]()

    @property
    def presence(self) -> Presence:
        """What I chose."""
        return "invisible" if self.profile.invisible else self.profile.status

    def know(self, profile: Profile) -> None:
        """This is how I am now."""
        self.profile = profile
        self.changed.emit()

    def on_profile(self, event: events.ProfileChanged) -> None:
        """I look otherwise, by this device or another."""
        if event.user == self.profile.name:
            self._change(display_name=event.display_name, colour=event.colour, picture=event.picture)

    def on_status(self, event: events.StatusChanged) -> None:
        """I am present in another way, by this device or another."""
        self._change(status=event.status, status_text=event.text, invisible=event.invisible)

    def set_presence(
        self,
        presence: Presence,
        text: str | None = None,
        *,
        done: Done | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Be shown so on all my devices. text=None: it stays."""
        said = self.profile.status_text if text is None else text
        invisible = presence == "invisible"

        def stored(_: None) -> None:
            self._change(
                invisible=invisible,
                status=self.profile.status if invisible else presence,
                status_text=" ".join(said.split()),
            )
            if done is not None:
                done()

        self._run(partial(self._chat.desk.client.set_status, presence, said), stored, failed)

    def set_profile(
        self,
        *,
        display_name: str | None = None,
        colour: str | None = None,
        receipts: bool | None = None,
        picture: Path | Literal[""] | None = None,
        done: Done,
        failed: Failed,
    ) -> None:
        """How I am shown; what is None stays. picture: a file of mine, "" for none."""
        job = partial(
            self._chat.desk.client.set_profile,
            display_name=display_name,
            colour=colour,
            receipts=receipts,
            picture=picture,
        )
        wanted = {
            "display_name": None if display_name is None else display_name.strip(),
            "colour": colour,
            "receipts": receipts,
            "picture": b"" if picture == "" else None,
        }

        def stored(_: None) -> None:
            self._change(**{name: value for name, value in wanted.items() if value is not None})
            done()

        self._run(job, stored, failed)

    def ask_waiting(self, done: Callable[[list[Waiting]], None]) -> None:
        """What the server does not have yet: it stays behind when I log out."""
        self._chat.bridge.run(self._chat.desk.client.waiting, done, lambda _: done([]))

    def _run(self, job: Any, done: Callable[[None], None], failed: Failed | None) -> None:
        self._chat.acting.run(job, done, failed)

    def _change(self, **changes: Any) -> None:
        self.know(replace(self.profile, **changes))
