"""Random batches against a model of thirty lines: gapless seqs, one row a key, exact unread counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.schemas import records
from hubbub.schemas.records import Appended, AppendMessage, MarkRead, Refused, Result, Write
from hubbub.store import memory_store
from tests.store.stores import Trial

USERS = (1, 2, 3)
NAMES = {user: f"user{user}" for user in USERS}
ROOMS = {2: (1, 2), 3: (2, 3), 4: (1, 2, 3)}

sends = st.builds(
    lambda room, user, key: AppendMessage(room, user, NAMES[user], bytes([key]) * 16, f"{key}", 5),
    st.sampled_from((*ROOMS, 99)),
    st.sampled_from(USERS),
    st.integers(0, 12),
)
marks = st.builds(MarkRead, st.sampled_from((*ROOMS, 99)), st.sampled_from(USERS), st.integers(0, 20))
batches = st.lists(st.lists(st.one_of(sends, sends, sends, marks), max_size=40), max_size=6)


class Model:
    """What a store is, said in the simplest way."""

    def __init__(self) -> None:
        self.logs: dict[int, list[tuple[int, bytes]]] = {2: [], 3: [], 4: [(0, b"")] * 3}
        self.keys: dict[tuple[int, bytes], tuple[int, int]] = {}
        self.read = {(room, user): 0 for room, members in ROOMS.items() for user in members}
        self.read.update({(4, user): user for user in USERS})

    def run(self, command: Write) -> tuple[object, ...]:
        if isinstance(command, MarkRead):
            return self.mark(command)
        assert isinstance(command, AppendMessage)
        return self.append(command)

    def append(self, command: AppendMessage) -> tuple[object, ...]:
        if (command.conversation, command.sender) not in self.read:
            return ("not_found",)
        key = (command.sender, command.key)
        known = self.keys.get(key)
        if known is not None:
            return (known[1], True) if known[0] == command.conversation else ("key_conflict",)
        log = self.logs[command.conversation]
        log.append(key)
        self.keys[key] = (command.conversation, len(log))
        return len(log), False

    def mark(self, command: MarkRead) -> tuple[object, ...]:
        place = (command.conversation, command.user)
        if place not in self.read:
            return ("not_found",)
        before = self.read[place]
        self.read[place] = max(before, min(command.seq, len(self.logs[command.conversation])))
        return self.read[place], self.read[place] > before

    def unread(self, room: int, user: int) -> int:
        return sum(sender not in (0, user) for sender, _ in self.logs[room][self.read[room, user] :])


def seen(result: Result) -> tuple[object, ...]:
    if isinstance(result, Appended):
        return result.message.seq, result.duplicate
    if isinstance(result, records.Marked):
        return result.seq, result.moved
    assert isinstance(result, Refused)
    return (result.code,)


@settings(deadline=None, max_examples=150)
@given(batches)
def test_store_is_as_its_model(rounds: list[list[Write]]) -> None:
    trial, model = Trial(memory_store()), Model()
    trial.users(*NAMES.values())
    assert [trial.direct(1, "user2"), trial.direct(2, "user3"), trial.group("g", *USERS)] == [2, 3, 4]
    for batch in rounds:
        assert [seen(result) for result in trial.run(*batch)] == [model.run(command) for command in batch]
    for (room, user), read in model.read.items():
        (row,) = trial.home(user, only=[room]).conversations
        assert (row.head, row.read, row.unread) == (len(model.logs[room]), read, model.unread(room, user))
        entries = trial.sync(user, room).entries
        assert [entry.seq for entry in entries] == list(range(1, len(model.logs[room]) + 1))
    assert trial.verify().problems == []
    trial.close()
