"""The profile folder: device key, known servers, saved sessions, the choice of last time. Knows no socket.

Several programs may use one profile at a time: each change is made under a lock, to what is on the disk at that moment,
and replaces the file in one step. Files are 0600 in a folder that is 0700: who reads them can write as you.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import platformdirs
from msgspec import Struct, field

from hubbub.client import pins as pinning
from hubbub.client.errors import ProfileError
from hubbub.client.keys import DeviceKey, device_key, device_key_of
from hubbub.client.locking import locked
from hubbub.client.pins import Pin
from hubbub.schemas.announcement import server_name
from hubbub.schemas.hello import Address, Hello, key_text, parse_key
from hubbub.schemas.names import folded

_STATE: Final = "profile.json"
_DEVICE: Final = "device.key"
CACHE: Final = "cache.sqlite"


class SavedSession(Struct, kw_only=True):
    """A session to go on with."""

    name: str
    """The user, in the form that the server shows."""
    user: int
    token: bytes
    epoch: bytes
    expires_at: int
    """Microseconds since 1970, UTC."""
    bot: bool = False


class Account(Struct, kw_only=True):
    """Who logged in to a server from here once, as profile.json has it."""

    server: str
    """The text of the server's key."""
    name: str


class State(Struct, kw_only=True):
    """What profile.json holds."""

    servers: dict[str, Pin] = field(default_factory=dict)
    sessions: dict[str, dict[str, SavedSession]] = field(default_factory=dict)
    """By the server's key, then by the folded name of the user."""
    accounts: list[Account] = field(default_factory=list)
    """Also those that logged out since; the last used first."""
    server: str = ""
    """The address that the last login used."""
    user: str = ""


class KnownServer(Struct, kw_only=True, frozen=True):
    """A server that was met, for whoever chooses one."""

    name: str
    """What it called itself: one line that is harmless to show."""
    key: bytes
    addresses: tuple[str, ...]
    """Where it was met, as tcp://HOST:PORT; the last used first."""


class RememberedAccount(Struct, kw_only=True, frozen=True):
    """An account that logged in from here once, and the server that it belongs to."""

    user: str
    server: KnownServer
    logged_in: bool
    """There is a saved session: no password is needed, until it expires or is revoked."""
    bot: bool


def default_folder() -> Path:
    """Where a profile is when nobody says otherwise."""
    return Path(platformdirs.user_data_dir("hubbub", appauthor=False))


class Profile:
    """A profile on the disk."""

    def __init__(self, folder: Path | str | None = None) -> None:
        """Makes the folder if need be. Raises ProfileError."""
        self.folder = Path(folder) if folder is not None else default_folder()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            raise ProfileError(
                f"The profile folder {self.folder} cannot be used: {error.strerror}."
            ) from None

    @property
    def cache_path(self) -> Path:
        """The file of the cache."""
        return self.folder / CACHE

    def read(self) -> State:
        """What is known now. Raises ProfileError; a damaged file is never taken for an empty one: the pins are in it."""
        path = self.folder / _STATE
        try:
            return msgspec.json.decode(path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.MsgspecError, ValueError) as error:
            text = f"{path} cannot be read ({error}). Restore it, or move it away: then servers count as never met."
            raise ProfileError(text) from None

    def change(self, change: Callable[[State], object]) -> State:
        """Apply a change to what is on the disk now, and keep it. Raises ProfileError."""
        try:
            with locked(self.folder / "profile.lock"):
                state = self.read()
                before = msgspec.json.encode(state)
                change(state)
                after = msgspec.json.encode(state)
                if after != before:
                    replace_file(self.folder / _STATE, msgspec.json.format(after))
        except OSError as error:
            raise ProfileError(f"{self.folder / _STATE} cannot be written: {error.strerror}.") from None
        return state

    def device_key(self) -> DeviceKey:
        """This device's key pair, made on first use. Raises ProfileError."""
        path = self.folder / _DEVICE
        try:
            with locked(self.folder / "profile.lock"):
                if not path.exists():
                    replace_file(path, device_key().secret)
                return device_key_of(path.read_bytes().strip())
        except (OSError, ValueError) as error:
            text = f"{path} cannot be used ({error}). Move it away to get a new one; then log in again."
            raise ProfileError(text) from None

    # ------------------------------------------------------------------------------------------- servers, sessions

    def meet(self, address: Address, hello: Hello) -> bool:
        """Compare with the pins, then take the server in. True: first contact. Raises KeyChanged, ProfileError."""
        first = pinning.check(self.read().servers, address, hello)
        self.change(lambda state: pinning.pin(state.servers, address, hello))
        return first

    def forget(self, where: str) -> list[str]:
        """Forget the servers of this address, name or key, with their sessions; the texts of the keys that went."""
        gone: list[str] = []

        def change(state: State) -> None:
            gone.extend(pinning.forget(state.servers, where))
            for text in gone:
                state.sessions.pop(text, None)
            state.accounts = [one for one in state.accounts if one.server not in gone]

        self.change(change)
        return gone

    def key_at(self, address: Address) -> bytes | None:
        """The key of the server that was met at this address; None: never."""
        if address.key is not None:
            return address.key
        where = pinning.plain(address)
        for text, known in self.read().servers.items():
            if where in known.addresses:
                return parse_key(text)
        return None

    def session(self, server: bytes, user: str) -> SavedSession | None:
        """The user's saved session with the server of this key."""
        return self.read().sessions.get(key_text(server), {}).get(folded(user))

    def save_session(self, server: bytes, session: SavedSession) -> None:
        """Keep it for the programs after this one."""

        def change(state: State) -> None:
            text = key_text(server)
            state.sessions.setdefault(text, {})[folded(session.name)] = session
            _use(state, text, session.name)

        self.change(change)

    def forget_session(self, server: bytes, user: str, token: bytes) -> None:
        """The token is void. Another one that was saved meanwhile stays."""

        def change(state: State) -> None:
            sessions = state.sessions.get(key_text(server), {})
            if (saved := sessions.get(folded(user))) is not None and saved.token == token:
                del sessions[folded(user)]

        self.change(change)

    def choose(self, server: str, user: str) -> None:
        """What commands without an address and a name mean from now on; of the accounts, the last used."""

        def change(state: State) -> None:
            state.server, state.user = server, user
            for text, known in state.servers.items():
                if server in known.addresses:
                    _use(state, text, user)

        self.change(change)

    # -------------------------------------------------------------------------------------- for whoever chooses one

    def known_servers(self) -> list[KnownServer]:
        """Every server that was met, the last used first."""
        state = self.read()
        used = [account.server for account in _accounts(state)]
        texts = [text for text in dict.fromkeys(used) if text in state.servers]
        texts += sorted(state.servers.keys() - set(used), key=lambda text: state.servers[text].name)
        return [_known(text, state.servers[text]) for text in texts]

    def accounts(self) -> list[RememberedAccount]:
        """Every account that logged in from here, also those that logged out since; the last used first."""
        state = self.read()
        found = []
        for account in _accounts(state):
            if (pin := state.servers.get(account.server)) is not None:
                saved = state.sessions.get(account.server, {}).get(folded(account.name))
                found.append(
                    RememberedAccount(
                        user=account.name,
                        server=_known(account.server, pin),
                        logged_in=saved is not None,
                        bot=saved is not None and saved.bot,
                    )
                )
        return found

    def forget_account(self, server: bytes, user: str) -> bool:
        """Forget that it was used here, and its saved session, which the server goes on to know. forgetting.py ends that too, and
        drops what was seen. False: it was not remembered."""
        gone: list[Account] = []

        def change(state: State) -> None:
            gone.extend(one for one in _accounts(state) if _same(one, key_text(server), user))
            state.accounts = [one for one in _accounts(state) if one not in gone]
            state.sessions.get(key_text(server), {}).pop(folded(user), None)
            if gone and folded(state.user) == folded(user):
                pin = state.servers.get(key_text(server))
                if pin is not None and state.server in pin.addresses:
                    state.user = ""

        self.change(change)
        return bool(gone)


def _accounts(state: State) -> list[Account]:
    """All, with those of profiles that were made before accounts were remembered."""
    saved = [
        Account(server=text, name=session.name)
        for text, sessions in state.sessions.items()
        for session in sessions.values()
    ]
    return state.accounts + [
        one for one in saved if not any(_same(known, one.server, one.name) for known in state.accounts)
    ]


def _use(state: State, server: str, user: str) -> None:
    """The account is the last used one now."""
    others = [one for one in _accounts(state) if not _same(one, server, user)]
    state.accounts = [Account(server=server, name=user), *others]


def _same(account: Account, server: str, user: str) -> bool:
    return account.server == server and folded(account.name) == folded(user)


def _known(text: str, pin: Pin) -> KnownServer:
    return KnownServer(name=server_name(pin.name), key=parse_key(text), addresses=tuple(pin.addresses))


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, then rename: whoever reads sees the old file or the new one, whole."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
