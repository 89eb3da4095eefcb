"""What is published, to whom, and in which order; presence; PING."""

from typing import Any

from hubbub.broker.changes import RECENT_MAX, Changes
from hubbub.schemas import codec, events, limits, requests
from tests.helpers.pure import PureBroker, PureClient

GENERAL = 1


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def published(broker: PureBroker, kind: type | None = None) -> list[tuple[bytes, Any]]:
    found = [(topic, codec.decode_event(frame)) for topic, frame in broker.published]
    broker.published.clear()
    return [pair for pair in found if kind is None or isinstance(pair[1], kind)]


def test_acknowledge_first_then_publish_once(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    broker.order.clear()
    broker.published.clear()
    first = alice.send(GENERAL, key(1), "hello")
    assert broker.order == ["Store", "Reply", "Publish"]
    ((topic, message),) = published(broker)
    assert topic == events.conversation_topic(GENERAL)
    assert (message.text, message.seq, message.sender_name) == ("hello", first.seq, "alice")
    again = alice.send(GENERAL, key(1), "hello")
    assert (again.seq, again.at) == (first.seq, first.at)
    assert published(broker) == []


def test_topics_are_all_that_is_his_and_nothing_else(broker: PureBroker) -> None:
    alice, bob, carol = (
        PureClient(broker, name, n).enter() for n, name in enumerate(("alice", "bob", "carol"), 1)
    )
    direct = alice.with_user("BOB")
    grant = broker.subscribe(carol.token, carol.peer.key)
    assert grant is not None
    assert set(grant.topics) == {
        events.session_topic(carol.session),
        events.user_topic(carol.user),
        events.PRESENCE_TOPIC,
        events.conversation_topic(GENERAL),
    }
    assert broker.subscribe(bob.token, carol.peer.key) is None
    mine = broker.subscribe(bob.token, bob.peer.key)
    assert mine is not None
    assert events.conversation_topic(direct) in mine.topics
    assert all(len(topic) == 9 for topic in mine.topics)


def test_both_devices_of_both_learn_of_a_new_conversation(broker: PureBroker) -> None:
    alice, bob = PureClient(broker, "alice", 1).enter(), PureClient(broker, "bob", 2).enter()
    broker.published.clear()
    direct = alice.with_user("bob")
    changed = published(broker, events.HomeChanged)
    assert {topic for topic, _ in changed} == {events.user_topic(alice.user), events.user_topic(bob.user)}
    assert all(event.conversations == [direct] for _, event in changed)
    assert alice.with_user("bob") == bob.with_user("alice") == direct
    assert published(broker) == []


def test_a_removed_member_is_cut_before_anything_is_published(broker: PureBroker) -> None:
    alice, bob = PureClient(broker, "alice", 1).enter(), PureClient(broker, "bob", 2).enter()
    team = alice.group("team", "bob")
    second_device = PureClient(broker, "bob", 3).enter(register=False)
    broker.order.clear()
    alice.do(requests.RemoveMember, conversation=team, user="bob")
    assert broker.order == ["Store", "Reply", "Cut", "Cut", "Publish"]
    assert set(broker.cut) == {bob.session, second_device.session}
    grant = broker.subscribe(bob.token, bob.peer.key)
    assert grant is not None
    assert events.conversation_topic(team) not in grant.topics
    foreign = bob.send(team, key(1))
    unknown = bob.send(999, key(2))
    assert (
        (foreign.error, foreign.message) == (unknown.error, unknown.message) == ("not_found", unknown.message)
    )


def test_reads_reach_the_other_devices(broker: PureBroker) -> None:
    alice, bob = PureClient(broker, "alice", 1).enter(), PureClient(broker, "bob", 2).enter()
    sent = alice.send(GENERAL, key(1))
    broker.published.clear()
    bob.ask(requests.MarkRead(id=1, token=bob.token, conversation=GENERAL, seq=sent.seq))
    ((topic, event),) = published(broker)
    assert topic == events.user_topic(bob.user)
    assert (event.conversation, event.seq) == (GENERAL, sent.seq)
    pong = bob.ask(requests.Ping(id=1, token=bob.token))
    assert pong.home_version == event.home_version
    bob.ask(requests.MarkRead(id=1, token=bob.token, conversation=GENERAL, seq=1))
    assert published(broker) == []


def test_ping_names_what_changed_and_nothing_foreign(broker: PureBroker) -> None:
    alice, bob, carol = (
        PureClient(broker, name, n).enter() for n, name in enumerate(("alice", "bob", "carol"), 1)
    )
    direct = alice.with_user("bob")
    before = carol.ask(requests.Ping(id=1, token=carol.token)).position
    sent = alice.send(direct, key(1))
    theirs = bob.ask(requests.Ping(id=1, token=bob.token, position=before))
    assert (theirs.changed, theirs.position, theirs.reset) == ([(direct, sent.seq)], sent.position, False)
    hers = carol.ask(requests.Ping(id=1, token=carol.token, position=before))
    assert (hers.changed, hers.position) == ([], sent.position)
    assert carol.ask(requests.Ping(id=1, token=carol.token, position=sent.position + 1)).reset
    broker.start()
    assert bob.ask(requests.Ping(id=1, token=bob.token, position=before)).changed == [(direct, sent.seq)]


def test_changes_forget_the_oldest_and_say_so() -> None:
    changes = Changes(0, [])
    mine = set(range(1, RECENT_MAX + 11))
    for conversation in mine:
        changes.changed(conversation, conversation, 1)
    assert changes.since(9, mine, RECENT_MAX) is None
    assert changes.since(10, mine, RECENT_MAX) is not None
    assert changes.since(10, mine, limits.CHANGED_MAX) is None
    few = changes.since(RECENT_MAX, mine, 100)
    assert few is not None
    assert sorted(few) == [(RECENT_MAX + n, 1) for n in range(1, 11)]
    assert changes.since(10, {11, 12}, 100) == [(11, 1), (12, 1)]
    assert changes.since(changes.position, mine, 100) == []
    assert changes.since(changes.position + 1, mine, 100) is None


def presence(broker: PureBroker) -> list[events.Presence]:
    return [event for _, event in published(broker, events.Presence)]


def test_presence_is_a_set_of_sessions_with_leases(broker: PureBroker) -> None:
    one, two = PureClient(broker, "alice", 1).enter(), PureClient(broker, "alice", 2).enter(register=False)
    for device in (one, two):
        device.ask(requests.Online(id=1, token=device.token))
    broker.advance(1)
    (came,) = presence(broker)
    assert came.online == [events.OnlineUser(one.user, "alice")]
    one.ask(requests.Offline(id=1, token=one.token))
    broker.advance(30)
    assert presence(broker) == []
    assert two.ask(requests.Ping(id=1, token=two.token)).online
    assert not one.ask(requests.Ping(id=1, token=one.token)).online
    broker.advance(44)
    assert presence(broker) == []
    broker.advance(2)
    (went,) = presence(broker)
    assert (went.offline, went.version) == ([one.user], came.version + 1)


def test_a_reconnect_within_the_grace_does_not_flicker(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    alice.ask(requests.Online(id=1, token=alice.token))
    broker.advance(1)
    presence(broker)
    broker.core.feed_lost(alice.session, broker.now)
    broker.advance(4)
    assert broker.subscribe(alice.token, alice.peer.key) is not None
    broker.advance(10)
    assert presence(broker) == []
    broker.core.feed_lost(alice.session, broker.now)
    broker.advance(6)
    assert [delta.offline for delta in presence(broker)] == [[alice.user]]


def test_a_thousand_at_once_are_one_frame_and_pages_tell_them_all(broker: PureBroker) -> None:
    for number in range(1, 1001):
        broker.core.presence.online(number, events.OnlineUser(number, f"user{number}"), broker.now)
    broker.advance(1)
    (delta,) = presence(broker)
    assert len(delta.online) == 1000
    asker = PureClient(broker, "asker", 1).enter()
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = asker.ask(requests.OnlineUsers(id=1, token=asker.token, after=after))
        assert page.presence_version == delta.version
        seen += [user.user for user in page.users]
        after = page.next
    assert seen == list(range(1, 1001))


def test_logout_ends_presence(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    alice.ask(requests.Online(id=1, token=alice.token))
    broker.advance(1)
    alice.ask(requests.Logout(id=1, token=alice.token))
    broker.advance(1)
    assert presence(broker)[-1].offline == [alice.user]
