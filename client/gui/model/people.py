"""Who there is: names to show, colours, presence, whom I have blocked. Pure."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from hubbub.client import User, events
from hubbub.client.gui.model import times
from hubbub.client.gui.model.likeness import seen
from hubbub.client.gui.model.signal import Signal
from hubbub.schemas.names import DELETED


def is_deleted(name: str) -> bool:
    """It stands for an account that is no more: "deleted user", or "deleted user~17" where there are several."""
    return name.partition("~")[0] == DELETED


class People:
    """Everybody of the server, by name."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.changed = Signal[()]()
        self.blocked: frozenset[str] = frozenset()
        """Whom I have blocked, by name."""
        self._users: dict[str, User] = {}
        self._claims: dict[str, set[str]] = {}
        """Who is called so, or calls himself so, by what one sees of it; empty: to be found anew."""

    def know(
        self, users: Iterable[User], blocked: Iterable[str] | None = None, *, complete: bool = False
    ) -> None:
        """This is how they are now. blocked=None: as it was. complete: there are no others."""
        if complete:
            self._users.clear()
        self._users.update((user.name, user) for user in users)
        if blocked is not None:
            self.blocked = frozenset(blocked)
        self._tell()

    def meet(self, name: str, *, bot: bool = False) -> None:
        """Somebody came, or said something: there is such an account, if that was not known."""
        if not (name in self._users or is_deleted(name)):
            self._users[name] = User(name=name, bot=bot)
            self._tell()

    def all(self) -> list[User]:
        """Everybody, by the name that is shown."""
        return sorted(self._users.values(), key=lambda user: self.shown(user.name).casefold())

    def knows(self, name: str) -> bool:
        """There is such an account, as far as is known."""
        return name in self._users

    def user(self, name: str) -> User:
        """How somebody is, as far as that is known."""
        return self._users.get(name) or User(name=name)

    def shown(self, name: str) -> str:
        """What to call somebody: as he wishes, and with his name beside it where another could be taken for him."""
        display = self.user(name).display_name
        if not display:
            return name
        if not self._claims:
            self._find_claims()
        return f"{display} (@{name})" if self._claims.get(seen(display), set()) - {name} else display

    def _find_claims(self) -> None:
        for user in self._users.values():
            for called in {user.name, user.display_name} - {""}:
                self._claims.setdefault(seen(called), set()).add(user.name)

    def _tell(self) -> None:
        self._claims.clear()
        self.changed.emit()

    def find(self, words: str) -> list[User]:
        """Others whose name, or what they are called, holds the words; those whose name begins with them first."""
        wanted = words.strip().removeprefix("@").casefold()
        found = [user for user in self.all() if user.name != self.me and wanted in self._searched(user)]
        return sorted(found, key=lambda user: not self._begins(user, wanted))

    def presence(self, name: str, now: datetime) -> str:
        """How somebody is present, in words: "online", "away", "last seen 5 minutes ago"."""
        user = self.user(name)
        if user.online:
            return user.status
        if user.last_seen is None:
            return "bot" if user.bot else "offline"
        return f"last seen {times.ago(user.last_seen, now)}"

    def on_presence(self, event: events.PresenceChanged, now: datetime) -> None:
        """Who came, and who went."""
        for there in event.online:
            known = self.user(there.name)
            self._users[there.name] = replace(
                known, online=True, status=there.status, status_text=there.status_text, bot=there.bot
            )
        for gone in event.offline:
            if (known := self.user(gone.name)).online:
                self._users[gone.name] = replace(known, online=False, last_seen=now)
        self._tell()

    def lose_sight(self, now: datetime) -> None:
        """Nobody knows who is present from now on."""
        there = [user for user in self._users.values() if user.online]
        self._users.update((user.name, replace(user, online=False, last_seen=now)) for user in there)
        if there:
            self._tell()

    def on_profile(self, event: events.ProfileChanged) -> None:
        """Somebody looks otherwise."""
        self._users[event.user] = replace(
            self.user(event.user),
            display_name=event.display_name,
            colour=event.colour,
            picture=event.picture,
        )
        self._tell()

    def on_deleted(self, name: str) -> None:
        """An account is no more."""
        if self._users.pop(name, None) is not None:
            self._tell()

    def on_block(self, event: events.BlockChanged) -> None:
        """I blocked somebody, or take his messages again."""
        self.blocked = self.blocked | {event.user} if event.on else self.blocked - {event.user}
        self._tell()

    def _searched(self, user: User) -> str:
        return f"{user.display_name} {user.name}".casefold()

    def _begins(self, user: User, wanted: str) -> bool:
        return user.name.casefold().startswith(wanted) or user.display_name.casefold().startswith(wanted)
