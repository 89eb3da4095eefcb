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


class State(Struct, kw_only=True):
    """What profile.json holds."""

    servers: dict[str, Pin] = field(default_factory=dict)
    sessions: dict[str, dict[str, SavedSession]] = field(default_factory=dict)
    """By the server's key, then by the folded name of the user."""
    server: str = ""
    """The address that the last login used."""
    user: str = ""


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
        self.change(
            lambda state: state.sessions.setdefault(key_text(server), {}).update(
                {folded(session.name): session}
            )
        )

    def forget_session(self, server: bytes, user: str, token: bytes) -> None:
        """The token is void. Another one that was saved meanwhile stays."""

        def change(state: State) -> None:
            sessions = state.sessions.get(key_text(server), {})
            if (saved := sessions.get(folded(user))) is not None and saved.token == token:
                del sessions[folded(user)]

        self.change(change)

    def choose(self, server: str, user: str) -> None:
        """What commands without an address and a name mean from now on."""

        def change(state: State) -> None:
            state.server, state.user = server, user

        self.change(change)


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
