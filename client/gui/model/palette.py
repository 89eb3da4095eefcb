"""Going anywhere by a few typed words: conversations, people, commands, public groups, messages. Pure.

What is known here is found at once. What the server finds comes later, and beneath it: nothing that is shown already moves for it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol

from msgspec import Struct

from hubbub.client import Group, Hit
from hubbub.client.gui import desk_search
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.model.listing import counted
from hubbub.client.gui.model.matching import Mark, Match, best, match
from hubbub.client.gui.model.search import WAIT_S, Search
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

NAMES_MAX: Final = 8
COMMANDS_MAX: Final = 5
GROUPS_MAX: Final = 5
MESSAGES_MAX: Final = 12
WORDS_LEAST: Final = 2
"""Characters that are worth a search of messages."""

_MESSAGES: Final = "Messages"
_CACHED: Final = "Messages on this device"
_WITHIN: Final = 3
"""The rank of what is found within words: too much of it for commands."""
Kind = Literal["person", "group", "command", "public", "message"]


class Command(Protocol):
    """Something that can be done from anywhere."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def words(self) -> str:
        """Others by which somebody may look for it."""
        ...

    @property
    def shortcut(self) -> str:
        """As it is written: "Ctrl+N"; empty: none."""
        ...

    @property
    def icon(self) -> str: ...


class Entry(Struct, frozen=True, kw_only=True):
    """One result."""

    key: str
    """ "@bob", "#team", "command quit", "message #team 12"."""
    kind: Kind
    title: str
    marks: tuple[Mark, ...] = ()
    """Letters of the title that were typed."""
    note: str = ""
    """What stands beside it: how somebody is present, the keys of a command."""
    icon: str = ""
    command: str = ""
    """Its id."""
    group: Group | None = None
    """A public one to join."""
    hit: Hit | None = None


class Part(Struct, frozen=True, kw_only=True):
    """Results of one kind."""

    heading: str
    entries: tuple[Entry, ...]


class Palette:
    """One for an account. The window says which commands there are at the moment, and makes them happen."""

    def __init__(
        self, chat: "Chat", commands: Callable[[], Iterable[Command]], act: Callable[[str], object]
    ) -> None:
        """act: gets the id of the command that was chosen."""
        self._chat, self._commands, self._act = chat, commands, act
        self.text = ""
        self.parts: tuple[Part, ...] = ()
        self.chosen = ""
        """The key of the result that Enter takes."""
        self.changed = Signal[()]()
        self.join_wanted = Signal[Group]()
        """Ask whether to join, then `join`."""
        self.search: Final = Search(chat)
        self.search.set_everywhere(True)
        self.search.changed.connect(self._update)
        self._groups: tuple[Group, ...] = ()
        self._asked = ""
        self._asking: Call | None = None
        self._by_hand = False

    # -------------------------------------------------------------------------------------------------------- asking

    @property
    def waiting(self) -> bool:
        """The server may find more."""
        return self._asking is not None or self.search.state == "waiting"

    @property
    def none(self) -> bool:
        """Nothing has these words."""
        return bool(self.text.strip()) and not self.parts and not self.waiting

    @property
    def entries(self) -> list[Entry]:
        """All results, in their order."""
        return [entry for part in self.parts for entry in part.entries]

    @property
    def current(self) -> Entry | None:
        """What Enter takes."""
        return next((entry for entry in self.entries if entry.key == self.chosen), None)

    # -------------------------------------------------------------------------------------------------------- acting

    def begin(self) -> None:
        """Nothing is typed: the conversations of late."""
        self._set("")

    def end(self) -> None:
        """Look for nothing any more."""
        self.search.set("")
        self._stop_asking()

    def close(self) -> None:
        """The window shows something else now."""
        self.end()
        self.search.close()

    def set(self, text: str) -> None:
        """Look for this."""
        if text != self.text:
            self._set(text)

    def choose(self, key: str) -> None:
        """Enter takes this one, whatever else comes."""
        if key != self.chosen and any(entry.key == key for entry in self.entries):
            self.chosen, self._by_hand = key, True
            self.changed.emit()

    def step(self, by: int) -> None:
        """Choose one further down, or up, and around."""
        keys = [entry.key for entry in self.entries]
        if keys:
            self.choose(keys[(keys.index(self.chosen) + by) % len(keys)])

    def step_part(self, by: int) -> None:
        """Choose the first of the next kind, or of the one before."""
        firsts = [part.entries[0].key for part in self.parts]
        here = next((at for at, part in enumerate(self.parts) if self._within(part)), None)
        if here is not None:
            self.choose(firsts[(here + by) % len(firsts)])

    def go(self, entry: Entry) -> None:
        """There, or do it."""
        if entry.hit is not None:
            self.search.open(entry.hit)
        elif entry.group is not None:
            self.join_wanted.emit(entry.group)
        elif entry.command:
            self._act(entry.command)
        else:
            self._chat.open(entry.key)

    def join(self, group: Group) -> None:
        """Be in it, and open it."""
        self._chat.groups.join(group.name)

    # -------------------------------------------------------------------------------------------------------- within

    def _set(self, text: str) -> None:
        self.text, self._by_hand = text, False
        words = text.strip()
        named = words.startswith(("@", "#"))
        self.search.set("" if named or len(words) < WORDS_LEAST else text)
        self._ask_groups("" if words.startswith("@") else words.removeprefix("#"))
        self._update()

    def _ask_groups(self, query: str) -> None:
        if query == self._asked:
            return
        self._stop_asking()
        self._asked = query
        if not query or not self._chat.link.connected:
            self._groups = ()
        else:
            job = partial(desk_search.groups, self._chat.desk.client, query, WAIT_S)
            self._asking = self._chat.bridge.run(job, self._on_groups, lambda _: self._on_groups(()))

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking, self._asked = None, ""

    def _on_groups(self, groups: Sequence[Group]) -> None:
        self._asking, self._groups = None, tuple(groups)
        self._update()

    def _update(self) -> None:
        before = self.chosen
        self.parts = tuple(part for part in self._found() if part.entries)
        keys = [entry.key for entry in self.entries]
        self.chosen = before if self._by_hand and before in keys else next(iter(keys), "")
        self.changed.emit()

    def _found(self) -> list[Part]:
        if not self.text.strip():
            return [
                Part(heading="Recent", entries=self._recent()),
                Part(heading="Commands", entries=self._commands_found()),
            ]
        return [
            Part(heading="Conversations and people", entries=self._names_found()),
            Part(heading="Commands", entries=self._commands_found()),
            Part(heading="Public groups", entries=self._groups_found()),
            Part(heading=_CACHED if self.search.cached else _MESSAGES, entries=self._messages_found()),
        ]

    def _recent(self) -> tuple[Entry, ...]:
        """The one that is open is no place to go to."""
        here = self._chat.timeline.name if self._chat.timeline is not None else ""
        names = [row.name for row in self._chat.conversations.all() if row.name != here]
        return tuple(self._named(name, Match(0)) for name in names[:NAMES_MAX])

    def _names_found(self) -> tuple[Entry, ...]:
        """Those that fit best; among equals the liveliest conversations, then people to begin with."""
        words, chat = self.text.strip(), self._chat
        mine = [row.name for row in chat.conversations.all()]
        others = [f"@{user.name}" for user in chat.people.all() if user.name != chat.me]
        names = [
            name for name in dict.fromkeys([*mine, *others]) if words[0] not in "@#" or name[0] == words[0]
        ]
        found = [(name, fit) for name in names if (fit := self._fit(words, name)) is not None]
        found.sort(key=lambda one: one[1].rank)  # stable
        return tuple(self._named(name, fit) for name, fit in found[:NAMES_MAX])

    def _fit(self, words: str, name: str) -> Match | None:
        return best(words, self._chat.people.shown(name[1:]), name) if name[0] == "@" else match(words, name)

    def _named(self, name: str, fit: Match) -> Entry:
        chat = self._chat
        if name.startswith("#"):
            row = chat.conversations.get(name)
            note = counted(row.members, "member") if row is not None else ""
            return Entry(key=name, kind="group", title=name, marks=fit.marks, note=note)
        shown = chat.people.shown(name[1:])
        return Entry(
            key=name,
            kind="person",
            title=shown,
            marks=fit.marks,
            note=name if shown.casefold() != name[1:].casefold() else "",
        )

    def _commands_found(self) -> tuple[Entry, ...]:
        words = self.text.strip()
        if words.startswith(("@", "#")):
            return ()
        fits = ((one, best(words, one.text, one.words)) for one in self._commands())
        found = [(one, fit) for one, fit in fits if fit is not None and fit.rank < _WITHIN]
        found.sort(key=lambda one: one[1].rank)
        shown = found[:COMMANDS_MAX] if words else found
        return tuple(
            Entry(
                key=f"command {one.id}",
                kind="command",
                title=one.text,
                marks=fit.marks,
                note=one.shortcut,
                icon=one.icon,
                command=one.id,
            )
            for one, fit in shown
        )

    def _groups_found(self) -> tuple[Entry, ...]:
        words, mine = self.text.strip(), self._chat.conversations
        fits = ((group, match(words, group.name)) for group in self._groups if mine.get(group.name) is None)
        return tuple(
            Entry(
                key=group.name,
                kind="public",
                title=group.name,
                marks=fit.marks,
                note=counted(group.members, "member"),
                group=group,
            )
            for group, fit in [(group, fit) for group, fit in fits if fit is not None][:GROUPS_MAX]
        )

    def _messages_found(self) -> tuple[Entry, ...]:
        """Once the groups above them are known."""
        if self._asking is not None and not any(part.entries[0].hit for part in self.parts):
            return ()
        return tuple(
            Entry(
                key=f"message {hit.conversation} {hit.seq}",
                kind="message",
                title=self._chat.people.shown(hit.sender),
                hit=hit,
            )
            for hit in self.search.hits[:MESSAGES_MAX]
        )

    def _within(self, part: Part) -> bool:
        return any(entry.key == self.chosen for entry in part.entries)
