"""What results of the store mean: memory first, then cuts, then what is published. With results made by hand, no store."""

from typing import Any

import pytest

from hubbub.broker import effects as fx
from hubbub.broker.core import Core, Identity
from hubbub.broker.facts import FACTS
from hubbub.broker.policy import Limits, Policy
from hubbub.broker.sessions import token_hash
from hubbub.schemas import codec, events, records, replies, requests

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND
FREE = Policy(Limits(rate=1e9, burst=1e9))
ALICE, BOB = 1, 2
GENERAL, TEAM, DIRECT = 1, 2, 3
BASE = {"position": 10, "at": NOW, "sender": ALICE, "sender_name": "alice"}
NAMES = {ALICE: "alice", BOB: "bob"}


def token(session: int) -> bytes:
    return bytes([session]) * 32


def device(session: int) -> str:
    return f"{session:040}"


def session(number: int, user: int) -> records.Session:
    return records.Session(
        number, user, NAMES[user], token_hash(token(number)), device(number).encode(), NOW + 10**12
    )


def make_core(purging: list[int] | None = None) -> Core:
    """Alice has the sessions 1 and 2, Bob 3; both are in GENERAL."""
    startup = records.Startup(
        epoch=b"e" * 16,
        position=9,
        general=GENERAL,
        sessions=[session(1, ALICE), session(2, ALICE), session(3, BOB)],
        entitlements=[records.Entitlement(user, 1, [GENERAL]) for user in (ALICE, BOB)],
        recent=[],
        purging=purging or [],
    )
    return Core(startup, Identity("Test", "0", "A" * 40), FREE, bytes, NOW)


@pytest.fixture
def core() -> Core:
    return make_core()


def conversation(number: int) -> replies.Conversation:
    return replies.Conversation(
        conversation=number, kind="group", name="team", head=2, joined=1, read=0, unread=0
    )


def member(change: Any, user: int = BOB, seq: int = 1, number: int = TEAM) -> events.Member:
    fields: dict[str, Any] = BASE | {"position": 10 + seq}
    return events.Member(
        conversation=number, seq=seq, user=user, user_name=NAMES[user], change=change, **fields
    )


def topics(core: Core, number: int) -> list[bytes]:
    grant = core.subscribed(token(number), device(number), NOW)
    assert grant is not None
    return grant.topics


def published(effects: fx.Effects) -> list[tuple[bytes, Any]]:
    return [(effect.topic, effect.event) for effect in effects if isinstance(effect, fx.Publish)]


def ask(core: Core, number: int, request: requests.Request, now: int = NOW) -> fx.Effects:
    request.token = token(number)
    return core.receive(fx.Peer(bytes([number]), device(number), "192.0.2.1"), codec.encode(request), now)


def ticked(core: Core, now: int) -> fx.Effects:
    """What comes of it, but for the sweeping of old uploads, which it does by the hour."""
    return [
        effect
        for effect in core.tick(now)
        if not (isinstance(effect, fx.Store) and isinstance(effect.command, records.SweepUploads))
    ]


CHANGES_NOTHING = {
    *(
        kind
        for kind in records.__dict__.values()
        if isinstance(kind, type) and kind.__name__.endswith("Read")
    ),
    records.Read,
    records.Account,
    records.Refused,
    records.Seen,
    records.Startup,
    records.UploadBegun,
    records.UploadOpened,
    records.ChunkWritten,
    records.UploadCompleted,
    records.Dropped,
}


def test_every_result_of_a_write_has_its_meaning() -> None:
    results = {
        kind
        for kind in records.__dict__.values()
        if isinstance(kind, type) and issubclass(kind, records.Result) and kind is not records.Result
    }
    assert results - CHANGES_NOTHING == set(FACTS)


# ------------------------------------------------------------------------------------------------------- the log


def test_an_act_is_published_once_and_changes_what_ping_says(core: Core) -> None:
    entry = events.Pinned(conversation=GENERAL, seq=5, target=2, on=True, **BASE)  # type: ignore[arg-type]
    first = core.stored(None, records.Acted(GENERAL, entry, False), NOW)
    assert published(first) == [(events.conversation_topic(GENERAL), entry)]
    assert core.changes.position == 10
    assert core.changes.since(9, [GENERAL], 10) == [(GENERAL, 5)]
    for result in (records.Acted(GENERAL, entry, True), records.Acted(GENERAL, None, False)):
        assert core.stored(None, result, NOW) == []


def test_the_answer_comes_before_the_event(core: Core) -> None:
    (store,) = ask(core, 1, requests.PinMessage(id=7, conversation=GENERAL, key=b"k" * 16, seq=2))
    assert isinstance(store, fx.Store) and store.pending is not None
    assert store.command == records.PinMessage(GENERAL, ALICE, b"k" * 16, NOW, 2, True)
    entry = events.Pinned(conversation=GENERAL, seq=5, target=2, on=True, **BASE)  # type: ignore[arg-type]
    reply, event = core.stored(store.pending, records.Acted(GENERAL, entry, False), NOW)
    assert isinstance(reply, fx.Reply) and isinstance(event, fx.Publish)
    assert reply.body == replies.Acted(id=7, conversation=GENERAL, seq=5, position=10, at=NOW)


def test_nothing_written_is_answered_and_not_published(core: Core) -> None:
    (store,) = ask(core, 1, requests.LeaveGroup(id=7, conversation=GENERAL, key=b"k" * 16))
    assert isinstance(store, fx.Store) and store.pending is not None
    (reply,) = core.stored(store.pending, records.MemberChanged(GENERAL, None, False, 0), NOW)
    assert isinstance(reply, fx.Reply)
    assert reply.body == replies.Acted(id=7, conversation=GENERAL, seq=0, position=0, at=0)


# -------------------------------------------------------------------------------------------------- coming and going


def test_members_of_a_new_group_are_entitled_before_it_says_anything(core: Core) -> None:
    entries = [member("joined", ALICE, 1), member("joined", BOB, 2)]
    result = records.GroupCreated(conversation(TEAM), entries, [(ALICE, 5), (BOB, 6)])
    out = core.stored(None, result, NOW)
    assert [topic for topic, _ in published(out)] == [
        events.user_topic(ALICE),
        events.user_topic(BOB),
        events.conversation_topic(TEAM),
        events.conversation_topic(TEAM),
    ]
    for number in (1, 2, 3):
        assert events.conversation_topic(TEAM) in topics(core, number)
    live = core.sessions.user(BOB)
    assert live is not None and live.home_version == 6
    assert core.stored(None, records.GroupCreated(conversation(TEAM), [], []), NOW) == []


@pytest.mark.parametrize("how", ["joins", "is added"])
def test_who_comes_is_entitled_and_told(core: Core, how: str) -> None:
    entry = member("joined")
    result = (
        records.GroupJoined(conversation(TEAM), entry, 8)
        if how == "joins"
        else records.MemberChanged(TEAM, entry, False, 8)
    )
    told, logged = published(core.stored(None, result, NOW))
    assert told == (events.user_topic(BOB), events.HomeChanged(home_version=8, conversations=[TEAM]))
    assert logged == (events.conversation_topic(TEAM), entry)
    assert events.conversation_topic(TEAM) in topics(core, 3)
    assert events.conversation_topic(TEAM) not in topics(core, 1)


@pytest.mark.parametrize("change", ["left", "removed"])
def test_who_goes_is_cut_on_all_devices_before_anything_is_published(core: Core, change: str) -> None:
    core.stored(None, records.MemberChanged(TEAM, member("joined", ALICE), False, 2), NOW)
    out = core.stored(None, records.MemberChanged(TEAM, member(change, ALICE, 2), False, 3), NOW)
    assert out[:2] == [fx.Cut(1), fx.Cut(2)]
    assert [topic for topic, _ in published(out)] == [events.conversation_topic(TEAM)]
    assert len(out) == 3
    assert events.conversation_topic(TEAM) not in topics(core, 1)
    live = core.sessions.user(ALICE)
    assert live is not None and live.home_version == 3
    assert core.changes.since(9, live.conversations, 10) == []


def test_nothing_new_is_nothing_published(core: Core) -> None:
    for result in (
        records.MemberChanged(TEAM, None, False, 8),
        records.MemberChanged(TEAM, member("joined"), True, 8),
        records.MemberChanged(GENERAL, member("removed", number=GENERAL), True, 8),
        records.GroupJoined(conversation(TEAM), None, 8),
        records.BlockSet(ALICE, events.Person(BOB, "bob"), True, 8, False),
        records.StatusSet(ALICE, "online", "", 8, False),
        records.ProfileSet(ALICE, "alice", "A", "", False),
        records.Marked(GENERAL, ALICE, 3, 8, False, True),
    ):
        assert core.stored(None, result, NOW) == []
        assert core.tick(NOW + SECOND) == []
    assert topics(core, 3)[-1] == events.conversation_topic(GENERAL)


def test_somebody_without_a_session_is_nobody_to_tell(core: Core) -> None:
    result = records.GroupCreated(conversation(TEAM), [member("joined", ALICE)], [(ALICE, 5), (99, 6)])
    assert [topic for topic, _ in published(core.stored(None, result, NOW))] == [
        events.user_topic(ALICE),
        events.conversation_topic(TEAM),
    ]


# --------------------------------------------------------------------------------------------------- one's own


@pytest.mark.parametrize(
    ("result", "event"),
    [
        (
            records.MuteSet(GENERAL, ALICE, 77, 9),
            events.Muted(home_version=9, conversation=GENERAL, until=77),
        ),
        (
            records.BlockSet(ALICE, events.Person(BOB, "bob"), True, 9, True),
            events.Blocked(home_version=9, user=BOB, user_name="bob", on=True),
        ),
        (
            records.StatusSet(ALICE, "busy", "at sea", 9, True),
            events.OwnStatus(home_version=9, status="busy", text="at sea"),
        ),
        (
            records.Marked(GENERAL, ALICE, 4, 9, True, False),
            events.Read(home_version=9, conversation=GENERAL, seq=4),
        ),
    ],
)
def test_what_is_his_own_goes_to_his_own_topic_alone(
    core: Core, result: records.Result, event: events.AnyEvent
) -> None:
    assert published(core.stored(None, result, NOW)) == [(events.user_topic(ALICE), event)]
    live = core.sessions.user(ALICE)
    assert live is not None and live.home_version == 9
    assert core.tick(NOW + SECOND) == []


def test_receipts_are_gathered_and_only_of_who_shows_them(core: Core) -> None:
    for user, shown in ((ALICE, True), (BOB, False)):
        for seq in (3, 4):
            core.stored(None, records.Marked(GENERAL, user, seq, 9, True, shown), NOW)
    expected = events.Receipts(conversation=GENERAL, read=[events.Receipt(ALICE, "alice", 4)])
    assert published(core.tick(NOW)) == [(events.conversation_topic(GENERAL), expected)]
    core.stored(None, records.Marked(GENERAL, ALICE, 5, 9, True, True), NOW)
    assert core.tick(NOW + 200_000) == []
    (hides,) = ask(core, 1, requests.SetProfile(id=1, receipts=False))
    core.stored(None, records.Marked(GENERAL, ALICE, 6, 9, True, True), NOW)  # committed before it
    core.stored(hides.pending, records.ProfileSet(ALICE, "alice", "", "", False), NOW)
    assert core.tick(NOW + SECOND) == []


def test_a_profile_is_told_to_everyone(core: Core) -> None:
    out = core.stored(None, records.ProfileSet(ALICE, "alice", "Alice L.", "#aabbcc", True), NOW)
    event = events.ProfileChanged(user=ALICE, name="alice", display_name="Alice L.", colour="#aabbcc")
    assert published(out) == [(events.PRESENCE_TOPIC, event)]


def types(
    core: Core, session: int, conversation: int = GENERAL, now: int = NOW, *, writes: bool = True
) -> Any:
    """All that comes of it, the store being asked in between."""
    out = ask(core, session, requests.Typing(id=7, conversation=conversation), now)
    if not isinstance(out[0], fx.Store):
        return out
    assert out == [fx.Store(records.ReadPlace(ALICE, conversation), out[0].pending)]
    return core.stored(out[0].pending, records.PlaceRead(writes), now)


def test_typing_goes_to_members_alone(core: Core) -> None:
    reply, event = types(core, 1)
    assert isinstance(reply, fx.Reply) and reply.body == replies.Done(id=7)
    assert event == fx.Publish(
        events.conversation_topic(GENERAL),
        events.Typing(conversation=GENERAL, user=ALICE, user_name="alice"),
    )
    assert len(types(core, 2, now=NOW + SECOND)) == 1
    assert len(types(core, 2, now=NOW + 3 * SECOND)) == 2
    for foreign in (TEAM, 2**53 - 1):
        (reply,) = types(core, 1, foreign)
        assert isinstance(reply, fx.Reply) and isinstance(reply.body, replies.Failure)
        assert reply.body.error == "not_found"


def test_nobody_is_told_that_one_types_who_is_blocked_or_invisible_or_gone_meanwhile(core: Core) -> None:
    done = [replies.Done(id=7)]
    assert [effect.body for effect in types(core, 1, writes=False)] == done
    core.stored(None, records.StatusSet(ALICE, "invisible", "", 8, False), NOW)
    assert [effect.body for effect in types(core, 1, now=NOW + 4 * SECOND)] == done
    core.stored(None, records.StatusSet(ALICE, "busy", "", 8, False), NOW)
    assert len(types(core, 1, now=NOW + 8 * SECOND)) == 2
    (asks,) = ask(core, 1, requests.Typing(id=7, conversation=GENERAL), NOW + 12 * SECOND)
    core.stored(None, records.MemberChanged(GENERAL, member("removed", ALICE, 3, GENERAL), False, 9), NOW)
    assert [effect.body for effect in core.stored(asks.pending, records.PlaceRead(True), NOW)] == done


# ------------------------------------------------------------------------------------------------------ accounts


def test_a_deleted_account_is_cut_and_its_messages_go_until_none_is_left(core: Core) -> None:
    ask(core, 1, requests.Online(id=1))
    core.stored(None, records.Marked(GENERAL, ALICE, 3, 9, True, True), NOW)
    entry = member("left", ALICE, 1, GENERAL)
    out = core.stored(None, records.AccountDeleted(ALICE, [1, 2], [entry], True), NOW)
    assert out[:2] == [fx.Cut(1), fx.Cut(2)]
    told = (events.PRESENCE_TOPIC, events.AccountDeleted(user=ALICE, name="alice"))
    assert published(out) == [(events.conversation_topic(GENERAL), entry), told]
    assert out[-1] == fx.Store(records.PurgeMessages(ALICE, NOW), None)
    assert core.sessions.user(ALICE) is None
    assert core.subscribed(token(1), device(1), NOW) is None
    assert ticked(core, NOW + SECOND) == []  # no receipt, and he was not seen to be there
    gone = events.Deleted(conversation=GENERAL, seq=2, target=1, **BASE)  # type: ignore[arg-type]
    more = core.stored(None, records.Purged(ALICE, [gone], True), NOW)
    assert more == [
        fx.Publish(events.conversation_topic(GENERAL), gone),
        fx.Store(records.PurgeMessages(ALICE, NOW), None),
    ]
    assert core.stored(None, records.Purged(ALICE, [], False), NOW) == []
    assert ticked(core, NOW + 3600 * SECOND) == []


def test_an_account_that_keeps_its_messages_purges_nothing(core: Core) -> None:
    out = core.stored(None, records.AccountDeleted(ALICE, [1, 2], [], False), NOW)
    gone = events.AccountDeleted(user=ALICE, name="alice")
    assert out == [fx.Cut(1), fx.Cut(2), fx.Publish(events.PRESENCE_TOPIC, gone)]
    assert ticked(core, NOW + 3600 * SECOND) == []


def test_purging_goes_on_after_a_restart_and_after_a_full_queue() -> None:
    core = make_core(purging=[99])
    purge = fx.Store(records.PurgeMessages(99, NOW), None)
    assert ticked(core, NOW) == [purge]
    assert ticked(core, NOW + SECOND) == []
    later = NOW + 60 * SECOND  # whoever ran the effect had no room for it, or the disk had none
    assert ticked(core, later) == [fx.Store(records.PurgeMessages(99, later), None)]
    assert core.stored(None, records.Purged(99, [], False), later) == []
    assert ticked(core, later + 3600 * SECOND) == []


def test_other_sessions_end_with_the_old_password_and_this_one_goes_on(core: Core) -> None:
    assert core.stored(None, records.AccountChanged(ALICE, [2]), NOW) == [fx.Cut(2)]
    assert core.subscribed(token(1), device(1), NOW) is not None
    assert core.subscribed(token(2), device(2), NOW) is None
