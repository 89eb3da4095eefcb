"""Whatever order entries, answers and jumps come in: what the cache has of a message is what the server has."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.client.cache import Account, Cache
from hubbub.client.folding import Change, changed
from hubbub.schemas import events
from tests.client.driver import message

ME = 1
_COLUMNS = {"conversation": 7, "sender_name": "somebody"}


def entry(seq: int, what: int, messages: list[int]) -> events.AnyEntry:
    """The next one: a message, or a change of one that there is."""
    kind, which = divmod(what, 4)
    if kind < 2 or not messages:
        return message(7, seq, position=seq)
    target = messages[-1 - which % len(messages)]
    place: dict[str, Any] = {"seq": seq, "position": seq, "at": seq, "sender": 1 + which % 3, **_COLUMNS}
    return (
        events.Edited(target=target, text=f"edited {seq}", **place),
        events.Reacted(target=target, emoji="👍", on=seq % 3 > 0, **place),
        events.Pinned(target=target, on=seq % 3 > 0, **place),
        events.Deleted(target=target, **place),
    )[kind % 4]


def logged(whats: list[int]) -> list[events.AnyEntry]:
    log: list[events.AnyEntry] = []
    for seq, what in enumerate(whats, 1):
        log.append(entry(seq, what, [one.seq for one in log if isinstance(one, events.Message)]))
    return log


def state(log: list[events.AnyEntry], as_of: int) -> dict[int, events.Message]:
    found: dict[int, events.Message] = {}
    for one in log[:as_of]:
        if isinstance(one, events.Message):
            found[one.seq] = one
        elif isinstance(one, Change):
            found[one.target] = changed(found[one.target], one, ME)
    return found


class Reader:
    """A program that follows the log, now and then from further on, and looks at history meanwhile."""

    def __init__(self, account: Account, log: list[events.AnyEntry]) -> None:
        self.account, self.log = account, log
        self.head = self.last = 0
        self.answers: list[int] = []

    def step(self, what: str, many: int) -> None:
        if what == "grow":
            self.head = min(len(self.log), self.head + many)
        elif what == "ask":
            self.answers.append(self.head)
        elif what == "answer" and self.answers:
            as_of = self.answers.pop(many % len(self.answers))
            self.account.put_messages(state(self.log, as_of).values(), as_of)
        elif what == "follow":
            now = min(self.head, self.last + many)
            self.account.put_entries(self.log[self.last : now], ME)
            self.last = now
        elif what == "again":
            self.account.put_entries(self.log[max(0, self.last - many) : self.last], ME)
        elif what == "jump":
            self.last = min(self.head, self.last + many)
            self.account.pass_over(self.account.epoch, [(7, self.last)])


STEPS = st.tuples(
    st.sampled_from(("grow", "grow", "follow", "follow", "ask", "answer", "again", "jump")),
    st.integers(1, 6),
)


@settings(max_examples=80, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    whats=st.lists(st.integers(0, 23), min_size=10, max_size=30),
    steps=st.lists(STEPS, min_size=10, max_size=30),
)
def test_what_is_kept_is_what_the_server_has(whats: list[int], steps: list[tuple[str, int]]) -> None:
    log = logged(whats)
    with TemporaryDirectory() as folder, Cache(Path(folder) / "cache.db") as cache:
        account = cache.account(b"k" * 32, "alice")
        account.belong(b"e" * 16)
        reader = Reader(account, log)
        for what, many in (*steps, ("grow", len(log)), ("follow", len(log))):
            reader.step(what, many)
        for answer in list(reader.answers):
            reader.account.put_messages(state(log, answer).values(), answer)
        truth = state(log, len(log))
        assert {one.seq: one for one in account.history(7)}.items() <= truth.items()
