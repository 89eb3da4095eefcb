"""`bot.store`: a small mapping that is kept with the bot's cursors. Knows no disk: what changed is handed to `changed`.

What is changed within a handling can be taken back as long as the handling is under way.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

import msgspec

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode


class Changes:
    """What one try of a handler did to the store."""

    def __init__(self) -> None:
        self.open = True
        self.before: dict[str, bytes | None] = {}
        """What the names held before this try changed them; None: nothing."""
        self.after: dict[str, bytes | None] = {}


class Store(MutableMapping[str, Any]):
    """A mapping from text to whatever msgpack can hold: None, bool, numbers, text, bytes, lists, and mappings of these.

    What a handler changes is seen by the whole bot at once, and is on the disk together with the bot's place behind the event,
    or not at all: a handler that fails or is killed leaves it as it was, and the event comes again. What on_start, on_connect
    and every() change is on the disk when they have ended, and what is changed outside of these soon.

    Reading gives a value of its own: change it and put it back, `items = store["items"]; items.append(1); store["items"] = items`.
    Handlers of several conversations run at the same time and share the store. The last one to write a name wins; where a name
    is written by many, keep read and write without an `await` in between. It is held in memory whole.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed`: called when something is changed outside of a handling."""
        self._values: dict[str, bytes] | None = None
        self._changed = changed
        self._changes: ContextVar[Changes | None] = ContextVar("changes", default=None)
        self._owed: set[str] = set()

    def fill(self, values: Mapping[str, bytes]) -> None:
        """What was on the disk."""
        self._values = dict(values)

    def begin(self) -> Changes:
        """What this task, and those that it makes, change from now on can be taken back."""
        changes = Changes()
        self._changes.set(changes)
        return changes

    def take_back(self, changes: Changes) -> None:
        """The names hold what they held before, but for those that somebody else has changed since."""
        changes.open = False
        for name, before in changes.before.items():
            if self._known.get(name) == changes.after[name]:
                self._set(name, before)
                self._owed.add(name)  # another handling may have committed what was there for a while

    def keep(self, changes: Changes) -> dict[str, bytes | None]:
        """What these names hold now: to be committed."""
        changes.open = False
        return {name: self._known.get(name) for name in changes.after}

    def owed(self) -> dict[str, bytes | None]:
        """What was changed outside of handlings, or taken back, since this was asked last: to be committed."""
        names, self._owed = self._owed, set()
        return {name: self._known.get(name) for name in names}

    @property
    def _known(self) -> dict[str, bytes]:
        if self._values is None:
            raise RuntimeError(
                "the store is there once the bot has started: use it in a handler or in on_start"
            )
        return self._values

    def _put(self, name: str, value: bytes | None) -> None:
        before = self._known.get(name)
        changes = self._changes.get()
        self._set(name, value)
        if changes is not None and changes.open:
            changes.before.setdefault(name, before)
            changes.after[name] = value
        else:
            self._owed.add(name)
            self._changed()

    def _set(self, name: str, value: bytes | None) -> None:
        if value is None:
            self._known.pop(name, None)
        else:
            self._known[name] = value

    def __getitem__(self, name: str) -> Any:
        return _decode(self._known[name])

    def __setitem__(self, name: str, value: Any) -> None:
        if not isinstance(name, str):
            raise TypeError(f"a name in the store is text, not {name!r}")
        self._put(name, _encode(value))

    def __delitem__(self, name: str) -> None:
        if name not in self._known:
            raise KeyError(name)
        self._put(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return f"<Store of {'nothing yet' if self._values is None else f'{len(self)} names'}>"
