"""Random batches against a model of a hundred lines: gapless seqs, one row a key, exact counts, and messages as they are now."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.schemas import records
from hubbub.schemas.records import Acted, Appended, AppendMessage, MarkRead, Refused, Result, Write
from hubbub.store import memory_store
from tests.store.stores import Trial

USERS = (1, 2, 3)
NAMES = {user: f"user{user}" for user in USERS}
ROOMS = {2: (1, 2), 3: (2, 3), 4: (1, 2, 3)}
GROUP, OWNER = 4, 1
EMOJI = ("👍", "🎉")

rooms, users = st.sampled_from((*ROOMS, *[GROUP] * 6, 99)), st.sampled_from(USERS)
keys, seqs = st.binary(min_size=16, max_size=16) | st.sampled_from([b"a" * 16, b"b" * 16]), st.integers(3, 9)
sends = st.builds(
    lambda room, user, key, reply_to: AppendMessage(room, user, NAMES[user], key, key.hex(), 5, reply_to),
    *(rooms, users, keys, st.one_of(st.just(0), st.just(0), seqs)),
)
marks = st.builds(MarkRead, rooms, users, st.integers(0, 20))
own = users.map(lambda user: (GROUP, user, 3 + user))
places = own | own | st.tuples(rooms, users, seqs)
edits = st.builds(
    lambda place, key, text, named: records.EditMessage(
        *place[:2], key, 5, place[2], text, ["user2"] * named, False
    ),
    *(places, keys, st.sampled_from("abc"), st.booleans()),
)
deletions = st.builds(records.DeleteMessage, rooms, users, keys, st.just(5), seqs)
reactions = st.builds(
    records.React, rooms, users, keys, st.just(5), seqs, st.sampled_from(EMOJI), st.booleans()
)
commands = st.one_of(sends, sends, sends, marks, edits, edits, deletions, reactions, reactions)
batches = st.lists(st.lists(commands, min_size=10, max_size=40), min_size=1, max_size=4)
FIRST = [
    AppendMessage(room, user, NAMES[user], bytes([room, user]) * 8, f"{user}", 5)
    for room, members in ROOMS.items()
    for user in members
]
"""So that there is something to act on: `own` in the group."""
Answer = tuple[object, ...]


@dataclass
class Line:
    """One entry of a log, and what became of it."""

    kind: str
    sender: int = 0
    target: int = 0
    text: str = ""
    mentioned: bool = False
    gone: bool = False
    reactions: set[tuple[str, int]] = field(default_factory=set)


class Model:
    """What a store is, said in the simplest way."""

    def __init__(self) -> None:
        self.logs: dict[int, list[Line]] = {2: [], 3: [], 4: [Line("joined") for _ in USERS]}
        self.keys: dict[tuple[int, bytes], tuple[int, int]] = {}
        self.read = {(room, user): 0 for room, members in ROOMS.items() for user in members}
        self.read.update({(GROUP, user): user for user in USERS})

    def run(self, command: Write) -> Answer:
        if isinstance(command, MarkRead):
            return self.mark(command)
        if isinstance(command, AppendMessage):
            place, line = (command.conversation, command.sender), Line("message", command.sender)
            line.text = command.text
        else:
            assert isinstance(command, records.Act)
            place, line = (command.conversation, command.actor), act(command)
        if place not in self.read:
            return ("not_found",)
        return self.known(place, command.key, line) or self.add(place, command, line)

    def known(self, place: tuple[int, int], key: bytes, line: Line) -> Answer | None:
        room, seq = self.keys.get((place[1], key), (0, 0))
        if not room:
            return None
        before = self.logs[room][seq - 1]
        same = (room, before.kind, before.target) == (place[0], line.kind, line.target)
        return (seq, True) if same else ("key_conflict",)

    def add(self, place: tuple[int, int], command: Write, line: Line) -> Answer:
        log = self.logs[place[0]]
        refused = self.change(place, log, command, line)
        if refused is not None:
            return refused
        log.append(line)
        assert isinstance(command, AppendMessage | records.Act)
        self.keys[place[1], command.key] = (place[0], len(log))
        return len(log), False

    def change(self, place: tuple[int, int], log: list[Line], command: Write, line: Line) -> Answer | None:
        """The answer where nothing is written."""
        if isinstance(command, AppendMessage):
            found = not command.reply_to or message(log, command.reply_to)
            return None if found else ("not_found",)
        target = message(log, line.target)
        if target is None:
            return ("not_found",)
        if isinstance(command, records.DeleteMessage):
            if not target.gone and place[1] != target.sender and place != (GROUP, OWNER):
                return ("not_allowed",)
            was, target.gone, target.text, target.mentioned = target.gone, True, "", False
            target.reactions.clear()
            return (0, False) if was else None
        if target.gone or (isinstance(command, records.EditMessage) and place[1] != target.sender):
            return ("not_allowed",)
        before = (target.text, target.reactions.copy())
        if isinstance(command, records.EditMessage):
            if target.text != command.text:
                target.text = command.text
                target.mentioned = place[0] == GROUP and bool(command.mentions)
        elif isinstance(command, records.React):
            reaction = (command.emoji, place[1])
            (target.reactions.add if command.on else target.reactions.discard)(reaction)
        return (0, False) if before == (target.text, target.reactions) else None

    def mark(self, command: MarkRead) -> Answer:
        place = (command.conversation, command.user)
        if place not in self.read:
            return ("not_found",)
        before = self.read[place]
        self.read[place] = max(before, min(command.seq, len(self.logs[command.conversation])))
        return self.read[place], self.read[place] > before

    def unread(self, room: int, user: int) -> tuple[int, int]:
        """Messages, and mentions of user2."""
        behind = [
            line
            for line in self.logs[room][self.read[room, user] :]
            if line.kind == "message" and not line.gone and line.sender != user
        ]
        return len(behind), sum(line.mentioned for line in behind) if user == 2 else 0

    def messages(self, room: int) -> list[tuple[object, ...]]:
        return [
            (seq, line.text, line.gone, {emoji: count(line, emoji) for emoji, _ in line.reactions})
            for seq, line in enumerate(self.logs[room], 1)
            if line.kind == "message"
        ]


def act(command: records.Act) -> Line:
    kind = type(command).__name__
    if isinstance(command, records.React):
        kind += str(command.on)
    assert isinstance(command, records.EditMessage | records.DeleteMessage | records.React)
    return Line(kind, command.actor, command.seq)


def message(log: list[Line], seq: int) -> Line | None:
    line = log[seq - 1] if 0 < seq <= len(log) else None
    return line if line is not None and line.kind == "message" else None


def count(line: Line, emoji: str) -> int:
    return sum(used == emoji for used, _ in line.reactions)


def seen(result: Result) -> Answer:
    if isinstance(result, Appended):
        return result.message.seq, result.duplicate
    if isinstance(result, Acted):
        return result.entry.seq if result.entry else 0, result.duplicate
    if isinstance(result, records.Marked):
        return result.seq, result.moved
    assert isinstance(result, Refused)
    return (result.code,)


@settings(deadline=None, max_examples=40)
@given(batches)
def test_store_is_as_its_model(rounds: list[list[Write]]) -> None:
    trial, model = Trial(memory_store()), Model()
    trial.users(*NAMES.values())
    assert [trial.direct(1, "user2"), trial.direct(2, "user3"), trial.group("g", *USERS)] == [2, 3, 4]
    for batch in (FIRST, *rounds):
        assert [seen(result) for result in trial.run(*batch)] == [model.run(command) for command in batch]
    for (room, user), read in model.read.items():
        (row,) = trial.home(user, only=[room]).conversations
        assert (row.head, row.read) == (len(model.logs[room]), read)
        assert (row.unread, row.mentions) == model.unread(room, user)
        entries = trial.sync(user, room).entries
        assert [entry.seq for entry in entries] == list(range(1, len(model.logs[room]) + 1))
        now = [
            (said.seq, said.text, said.deleted_at > 0, {one.emoji: one.count for one in said.reactions})
            for said in trial.history(user, room, 200, after=0).messages[::-1]
        ]
        assert now == model.messages(room)
    assert trial.verify().problems == []
    trial.close()
