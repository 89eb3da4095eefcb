"""Who there is: names to show, colours, presence. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from hubbub.client import User, events
from hubbub.client.gui.model.signal import Signal


class People:
    """Everybody of the server, by name."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.changed = Signal[()]()
        self._users: dict[str, User] = {}

    def know(self, users: Iterable[User]) -> None:
        """This is how they are now."""
        self._users.update((user.name, user) for user in users)
        self.changed.emit()

    def all(self) -> list[User]:
        """Everybody, by the name that is shown."""
        return sorted(self._users.values(), key=lambda user: self.shown(user.name).casefold())

    def user(self, name: str) -> User:
        """How somebody is, as far as that is known."""
        return self._users.get(name) or User(name=name)

    def shown(self, name: str) -> str:
        """What to call somebody."""
        return self.user(name).display_name or name

    def on_presence(self, event: events.PresenceChanged) -> None:
        """Who came, and who went."""
        for now in event.online:
            known = self.user(now.name)
            self._users[now.name] = replace(
                known, online=True, status=now.status, status_text=now.status_text, bot=now.bot
            )
        for gone in event.offline:
            self._users[gone.name] = replace(self.user(gone.name), online=False)
        self.changed.emit()

    def on_profile(self, event: events.ProfileChanged) -> None:
        """Somebody looks otherwise."""
        self._users[event.user] = replace(
            self.user(event.user),
            display_name=event.display_name,
            colour=event.colour,
            picture=event.picture,
        )
        self.changed.emit()
