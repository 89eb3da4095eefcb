"""What the window remembers on this device, in window.json of the profile: its look, its place, and what was not sent yet.

Several windows may have one profile. Each keeps what it changed, and on saving puts just that into what is on the disk at that
moment: no window takes back what another one did. What a newer program keeps in the file stays in it.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.model.signal import Signal
from hubbub.client.locking import locked
from hubbub.client.profile import replace_file
from hubbub.schemas.hello import key_text
from hubbub.schemas.names import folded

FILE: Final = "window.json"
SAVE_AFTER_S: Final = 1.0
"""Changes are gathered for so long: what a power cut may cost of a draft."""
EMOJI_MAX: Final = 30
Theme = Literal["light", "dark", "system"]
Notify = Literal["all", "mentions", "none"]
Document = dict[str, Any]
Changes = dict[tuple[str, ...], Callable[[Document], object]]
"""What is to be done to the file, by where in it."""
_log: Final = logging.getLogger(__name__)


class State(Struct, kw_only=True):
    """What window.json holds, as far as this program knows it."""

    theme: Theme = "system"
    text_scale: Annotated[float, Meta(ge=0.5, le=3.0)] = 1.0
    compact: bool = False
    notify: Notify = "all"
    notify_text: bool = True
    quiet_until: str = ""
    enter_sends: bool = True
    geometry: str = ""
    """As Tk gives it: WIDTHxHEIGHT+X+Y."""
    conversations: dict[str, str] = field(default_factory=dict)
    """The one that was open last, by account."""
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was written and not sent, by account and conversation."""
    emoji_tone: Annotated[int, Meta(ge=0, le=5)] = 0
    recent_emoji: list[str] = field(default_factory=list)
    """The last used first."""


class Settings:
    """Read at once, saved soon after each change by the library's thread."""

    def __init__(self, folder: Path, bridge: Bridge) -> None:
        """Raises nothing: a file that cannot be understood is set aside, one that cannot be read counts as none."""
        self.changed = Signal[str]()
        """One of the things that a person chooses is otherwise now: its name."""
        self._folder, self._bridge = folder, bridge
        self._state = read(folder)
        self._changes: Changes = {}
        self._writing: Changes = {}
        self._due = False

    @property
    def theme(self) -> Theme:
        """ "system": as the desktop is."""
        return self._state.theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._choose("theme", theme)

    @property
    def text_scale(self) -> float:
        """1.0: as designed; 0.5 to 3."""
        return self._state.text_scale

    @text_scale.setter
    def text_scale(self, scale: float) -> None:
        self._choose("text_scale", min(3.0, max(0.5, scale)))

    @property
    def compact(self) -> bool:
        """One line a message instead of bubbles."""
        return self._state.compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        self._choose("compact", compact)

    @property
    def notify(self) -> Notify:
        """What the desktop tells of: every message, those that mention me and direct ones, or none."""
        return self._state.notify

    @notify.setter
    def notify(self, notify: Notify) -> None:
        self._choose("notify", notify)

    @property
    def notify_text(self) -> bool:
        """Show what was written, and not only who wrote."""
        return self._state.notify_text

    @notify_text.setter
    def notify_text(self, shown: bool) -> None:
        self._choose("notify_text", shown)

    @property
    def quiet_until(self) -> str:
        """Do not disturb until this moment, RFC 3339 in UTC, which may be past; empty: disturb."""
        return self._state.quiet_until

    @quiet_until.setter
    def quiet_until(self, moment: str) -> None:
        self._choose("quiet_until", moment)

    @property
    def enter_sends(self) -> bool:
        """Else Ctrl+Enter sends, and Enter begins a line."""
        return self._state.enter_sends

    @enter_sends.setter
    def enter_sends(self, sends: bool) -> None:
        self._choose("enter_sends", sends)

    @property
    def emoji_tone(self) -> int:
        """The skin tone of emoji that one picks: 0 for none, 1 to 5 from light to dark."""
        return self._state.emoji_tone

    @emoji_tone.setter
    def emoji_tone(self, tone: int) -> None:
        self._choose("emoji_tone", min(5, max(0, tone)))

    @property
    def geometry(self) -> str:
        """As Tk gives and takes it; empty: it was never open."""
        return self._state.geometry

    @geometry.setter
    def geometry(self, geometry: str) -> None:
        self._set(("geometry",), geometry)

    def conversation(self, account: str) -> str:
        """The one that was open last; empty: none."""
        return self._state.conversations.get(account, "")

    def set_conversation(self, account: str, name: str) -> None:
        """It is open now; empty: none is."""
        self._set(("conversations", account), name)

    def drafts(self, account: str) -> MutableMapping[str, str]:
        """What this account wrote and did not send, by conversation; changes are kept."""
        return Drafts(
            self._state.drafts.setdefault(account, {}),
            lambda name, text: self._set(("drafts", account, name), text),
        )

    def forget(self, account: str) -> None:
        """Drop what it wrote and did not send, and which conversation was open. A name that ends with a blank stands for all accounts
        that begin so."""
        for kept in (self._state.drafts, self._state.conversations):
            _drop(kept, account)
        self._change(("forget", account), partial(_forget, account=account))

    @property
    def recent_emoji(self) -> tuple[str, ...]:
        """The last used first."""
        return tuple(self._state.recent_emoji)

    def use_emoji(self, emoji: str) -> None:
        """It was picked just now."""
        self._state.recent_emoji = _to_front(self._state.recent_emoji, emoji)
        self._change(("recent_emoji", emoji), partial(_use_emoji, emoji=emoji))

    def close(self) -> None:
        """Keep what was not kept yet, before this returns."""
        if changes := self._writing | self._changes:
            self._writing, self._changes = {}, {}
            write(self._folder, changes)

    def _choose(self, name: str, value: object) -> None:
        if getattr(self._state, name) != value:
            self._set((name,), value)
            self.changed.emit(name)

    def _set(self, path: tuple[str, ...], value: object) -> None:
        """None: as if it had never been set."""
        _put(self._state, path, value)
        self._change(path, partial(_put, path=path, value=value))

    def _change(self, path: tuple[str, ...], change: Callable[[Document], object]) -> None:
        self._changes.pop(path, None)  # the order is that of the last changes
        self._changes[path] = change
        if not self._due:
            self._due = True
            self._bridge.run(partial(asyncio.sleep, SAVE_AFTER_S), self._save)

    def _save(self, _: None) -> None:
        if self._writing:  # a slow disk: what came meanwhile goes with the next
            self._bridge.run(partial(asyncio.sleep, SAVE_AFTER_S), self._save)
            return
        self._writing, self._changes, self._due = self._changes, {}, False
        self._bridge.run(partial(asyncio.to_thread, write, self._folder, self._writing), self._saved)

    def _saved(self, _: None) -> None:
        self._writing = {}


class Drafts(MutableMapping[str, str]):
    """Texts by conversation; an empty one is none."""

    def __init__(self, texts: dict[str, str], changed: Callable[[str, str | None], object]) -> None:
        self._texts, self._changed = texts, changed

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __setitem__(self, name: str, text: str) -> None:
        if self._texts.get(name, "") != text:
            self._changed(name, text or None)

    def __delitem__(self, name: str) -> None:
        del self._texts[name]
        self._changed(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def read(folder: Path) -> State:
    """What is on the disk. Raises nothing."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=State)
    except FileNotFoundError:
        pass
    except (msgspec.MsgspecError, ValueError):
        _set_aside(folder / FILE)
    except OSError as error:
        _log.warning("%s cannot be read: %s", folder / FILE, error.strerror)
    return State()


def write(folder: Path, changes: Changes) -> None:
    """Do it to what is on the disk now. What cannot be written is logged: a window without memory still works."""
    try:
        with locked(folder / "window.lock"):
            document = _document(folder / FILE)
            for change in changes.values():
                change(document)
            replace_file(folder / FILE, msgspec.json.format(_encoded(document)))
    except OSError as error:
        _log.warning("%s cannot be written: %s", folder / FILE, error.strerror)


def forget(folder: Path, account: str) -> None:
    """As Settings.forget, where there is no window. Blocks."""
    if (folder / FILE).exists():
        write(folder, {("forget", account): partial(_forget, account=account)})


def account_name(server: bytes, user: str) -> str:
    """What an account is called here; user empty: all of the server of this key."""
    return f"{key_text(server)} {folded(user)}"


def _forget(document: Document, account: str) -> None:
    """What another window kept of it too."""
    for part in ("drafts", "conversations"):
        _drop(document.get(part, {}), account)


def _drop(kept: dict[str, Any], account: str) -> None:
    for name in list(kept):
        if name == account or (account.endswith(" ") and name.startswith(account)):
            del kept[name]


def _encoded(document: Document) -> bytes:
    """Half a surrogate, which Tk gives where Windows or a paste did, has no bytes in UTF-8: it becomes "?" and the rest is kept."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        text = json.dumps(document, ensure_ascii=False)
        return text.encode(errors="replace")


def _document(path: Path) -> Document:
    """All of it, with what this program does not know."""
    try:
        content = path.read_bytes()
        msgspec.json.decode(content, type=State)
        return msgspec.json.decode(content, type=Document)
    except FileNotFoundError:
        pass
    except (msgspec.MsgspecError, ValueError):
        _set_aside(path)
    return {}


def _set_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError as error:
        _log.warning("%s is damaged, and cannot be moved away: %s", path, error.strerror)
    else:
        _log.warning("%s was damaged and is begun anew; it is %s now", path, aside)


def _put(whole: State | Document, path: tuple[str, ...], value: object) -> None:
    """Set a value of the state or of the file, or take it out (None)."""
    first, *keys = path
    if not keys:
        _assign(whole, first, value)
        return
    if isinstance(whole, State):
        inner: Document = getattr(whole, first)
    else:
        inner = whole.setdefault(first, {})
    for key in keys[:-1]:
        inner = inner.setdefault(key, {})
    if value is None:
        inner.pop(keys[-1], None)
    else:
        inner[keys[-1]] = value


def _assign(whole: State | Document, name: str, value: object) -> None:
    if isinstance(whole, State):
        setattr(whole, name, value)
    else:
        whole[name] = value


def _use_emoji(document: Document, emoji: str) -> None:
    document["recent_emoji"] = _to_front(document.get("recent_emoji", []), emoji)


def _to_front(emoji: list[str], used: str) -> list[str]:
    return [used, *(one for one in emoji if one != used)][:EMOJI_MAX]
