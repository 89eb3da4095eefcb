"""What an attacker with an account tries by the rules of chat alone: to see what is hidden, and to make others pay."""

from typing import Any

import pytest

from hubbub.broker.policy import Limits, Policy
from hubbub.schemas import codec, events, records, requests
from hubbub.store import accounts
from tests.helpers.pure import PureBroker, PureClient

GENERAL = 1
NOWHERE = 2**53 - 1


# --------------------------------------------------------------------------------- what was before one came back


class Returned:
    """Mallory was in a group that shows what was said since one came, heard everything, was removed and came back."""

    def __init__(self, broker: PureBroker) -> None:
        self.broker = broker
        self.alice = PureClient(broker, "alice", 1).enter()
        self.mallory = PureClient(broker, "mallory", 2).enter()
        self.group = self.alice.group("team", "mallory", history="joined")
        self.own = self.act(self.mallory, requests.SendMessage, text="secret of mallory")
        self.before = self.act(self.alice, requests.SendMessage, text="@mallory @all secret")
        self.act(self.alice, requests.EditMessage, seq=self.before, text="@mallory edited secret")
        self.act(self.alice, requests.PinMessage, seq=self.before)
        self.act(self.mallory, requests.React, seq=self.before, emoji="\U0001f44d")
        self.act(self.alice, requests.RemoveMember, user="mallory")
        self.meanwhile = self.act(self.alice, requests.SendMessage, text="@all a secret of the meantime")
        self.joined = self.act(self.alice, requests.AddMember, user="mallory")

    def act(self, who: PureClient, kind: type[requests.Request], **fields: Any) -> int:
        return int(who.do(kind, conversation=self.group, **fields).seq)

    @property
    def hidden(self) -> tuple[int, ...]:
        return (self.own, self.before, self.meanwhile)


@pytest.fixture
def returned(broker: PureBroker) -> Returned:
    return Returned(broker)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (requests.EditMessage, {"text": "x"}),
        (requests.DeleteMessage, {}),
        (requests.React, {"emoji": "\U0001f44d", "on": False}),
        (requests.SendMessage, {"text": "x"}),
        (requests.Edits, {}),
    ],
)
def test_who_came_back_does_nothing_with_what_he_sees_no_more(
    returned: Returned, kind: type[requests.Request], fields: dict[str, Any]
) -> None:
    """Not even with what is his own; and it is as if nothing were there, whatever was."""
    which = "reply_to" if kind is requests.SendMessage else "seq"
    before = returned.broker.tables()
    answers = {
        codec.encode(returned.mallory.do(kind, conversation=returned.group, **fields, **{which: seq}))
        for seq in (*returned.hidden, 2, NOWHERE)
    }
    assert len(answers) == 1
    assert b"not_found" in answers.pop()
    assert returned.broker.tables() == before


def test_who_came_back_reads_nothing_of_before(returned: Returned) -> None:
    group, mallory = returned.group, returned.mallory
    since = returned.act(returned.alice, requests.SendMessage, text="a new secret")
    pages: list[dict[str, int]] = [{}, *({"around": seq} for seq in returned.hidden), {"after": 0}]
    for place in (*pages, {"before": NOWHERE}):
        page = mallory.do(requests.History, conversation=group, **place)
        assert [message.seq for message in page.messages] == [since], place
        assert not page.older, place
    early = mallory.do(requests.History, conversation=group, before=returned.before)
    assert (early.messages, early.older) == ([], False)
    synced = mallory.do(requests.Sync, conversation=group, after=0)
    assert (synced.after, [entry.seq for entry in synced.entries]) == (
        returned.joined - 1,
        [returned.joined, since],
    )
    assert mallory.do(requests.Pins, conversation=group).messages == []
    indexer = returned.broker.store.indexer()
    while indexer.step():
        pass
    for order in ("newest", "relevance"):
        for limit in (1, 2, 50):
            found = mallory.do(requests.Search, words="secret", order=order, limit=limit)
            assert ([hit.message.seq for hit in found.hits], found.next) == ([since], None), (order, limit)
    (row,) = mallory.do(requests.Home, conversations=[group]).conversations
    assert (row.unread, row.mentions, row.visible) == (1, 0, returned.joined - 1)
    assert row.last_message is not None and row.last_message.seq == since


def test_a_preview_shows_nothing_of_before(returned: Returned) -> None:
    (row,) = returned.mallory.do(requests.Home, conversations=[returned.group]).conversations
    assert (row.last_message, row.unread, row.mentions) == (None, 0, 0)


# ------------------------------------------------------------------------------- typing, by whom it should not be


def typed(broker: PureBroker, who: PureClient, conversation: int) -> list[Any]:
    broker.advance(10)
    broker.published.clear()
    assert who.code(requests.Typing, conversation=conversation) == ""
    return broker.events(events.Typing)


def test_a_blocked_user_bothers_nobody_by_typing(broker: PureBroker) -> None:
    alice, bob = (PureClient(broker, name, number).enter() for number, name in ((1, "alice"), (2, "bob")))
    direct = bob.with_user("alice")
    assert len(typed(broker, bob, direct)) == 1
    alice.do(requests.Block, user="bob")
    assert typed(broker, bob, direct) == []
    assert len(typed(broker, alice, direct)) == 1
    assert len(typed(broker, bob, GENERAL)) == 1
    alice.do(requests.Block, user="bob", on=False)
    assert len(typed(broker, bob, direct)) == 1


def test_typing_shows_nobody_who_is_invisible(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    alice.do(requests.SetStatus, status="invisible")
    assert typed(broker, alice, GENERAL) == []
    broker.start()
    assert typed(broker, alice, GENERAL) == []
    alice.do(requests.SetStatus, status="online")
    assert len(typed(broker, alice, GENERAL)) == 1


# ------------------------------------------------------------------------------------------ what it costs whom


def limited(burst: float) -> PureBroker:
    return PureBroker(Policy(Limits(rate=1.0, burst=burst, address_rate=1e9, address_burst=1e9)))


def test_a_group_costs_by_the_members_that_it_is_made_with() -> None:
    broker = limited(45.0)
    for number in range(20):
        PureClient(broker, f"user{number}", 1).enter()
    names = [f"user{number}" for number in range(20)]
    alice = PureClient(broker, "alice", 2).enter()
    assert alice.code(requests.CreateGroup, name="one", members=names) == ""
    assert alice.code(requests.CreateGroup, name="two", members=names) == ""
    late = alice.do(requests.Ping)
    assert (late.error, late.retry_after) == ("rate_limited", pytest.approx(16.0))
    broker.advance(late.retry_after)
    assert alice.code(requests.Ping) == ""


def test_a_search_costs_by_what_it_finds() -> None:
    broker = limited(50.0)
    alice = PureClient(broker, "alice", 1).enter()
    for number in range(2):
        alice.do(requests.SendMessage, conversation=GENERAL, text=f"word {number} " * 1000)
    indexer = broker.store.indexer()
    while indexer.step():
        pass
    assert len(alice.do(requests.Search, words="word").hits) == 2
    assert alice.code(requests.Search, words="nothing") == ""
    assert alice.code(requests.Search, words="word") == "rate_limited"


@pytest.mark.parametrize("text", ["x" * 16_000, " ".join(f"@n{number}" for number in range(75))])
def test_a_message_costs_by_its_length_and_by_whom_it_names(text: str) -> None:
    broker = limited(25.0)
    alice = PureClient(broker, "alice", 1).enter()
    seq = alice.do(requests.SendMessage, conversation=GENERAL, text=text).seq
    alice.do(requests.EditMessage, conversation=GENERAL, seq=seq, text=text + ".")
    assert [alice.code(requests.Ping) for _ in range(10)] == [""] * 9 + ["rate_limited"]


def test_a_subscription_costs_by_its_topics() -> None:
    broker = limited(6.5)
    alice = PureClient(broker, "alice", 1).enter()
    live = broker.core.sessions.user(alice.user)
    assert live is not None
    live.conversations.extend(range(2, 1000))
    assert broker.subscribe(alice.token, alice.peer.key) is not None
    assert broker.subscribe(alice.token, alice.peer.key) is not None
    assert broker.subscribe(alice.token, alice.peer.key) is None


def test_one_session_too_many_ends_the_oldest_everywhere(
    broker: PureBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SESSIONS_MAX", 2)
    first = PureClient(broker, "alice", 1).enter()
    others = [PureClient(broker, "alice", number).enter(register=False) for number in (2, 3)]
    assert broker.cut == [first.session]
    assert first.code(requests.Ping) == "session_expired"
    assert broker.subscribe(first.token, first.peer.key) is None
    assert [one.code(requests.Ping) for one in others] == ["", ""]


# ----------------------------------------------------------------------------------------- in between two steps


def test_who_knew_the_old_password_does_not_undo_its_change(broker: PureBroker) -> None:
    """He asked before it was changed, and it was checked before, too."""
    PureClient(broker, "root", 4).enter()
    alice = PureClient(broker, "alice", 1).enter()
    thief = PureClient(broker, "alice", 2).enter(register=False)
    old = b"password-of-alice"
    asked = [
        requests.ChangePassword(id=9, token=thief.token, old=old, new=b"the thief's own"),
        requests.DeleteAccount(id=10, token=thief.token, password=old, messages="delete"),
    ]
    waiting = []
    for request in asked:
        (find,) = broker.core.receive(thief.peer, codec.encode(request), broker.now)
        found = records.Account(alice.user, "alice", old.hex(), False, True)
        (check,) = broker.core.stored(find.pending, found, broker.now)  # type: ignore[attr-defined]  # a Store
        waiting += broker.core.resumed(check.pending, True)  # type: ignore[attr-defined]  # a VerifyPassword
    assert alice.code(requests.ChangePassword, old=old, new=b"a better one") == ""
    broker.run(waiting)
    assert alice.code(requests.Ping) == ""
    codes = {codec.decode_outcome(frame).error for _, frame in broker.replies}
    assert codes == {"wrong_credentials"}
    again = PureClient(broker, "alice", 3)
    assert again.code(requests.Login, name="alice", password=b"a better one") == ""


@pytest.mark.parametrize(
    "name", ["alice\ufe0f", "al\u034fice", "alice\u115f", "alice\uffa0", "alice\U000e0101"]
)
def test_no_name_looks_like_anothers_by_what_is_not_drawn(broker: PureBroker, name: str) -> None:
    PureClient(broker, "alice", 1).enter()
    client = PureClient(broker, "x", 2)
    assert client.code(requests.Register, name=name, password=b"12345678") == "bad_request"
