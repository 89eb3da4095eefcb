"""Who is present, and how: leases, deltas, statuses. Without sockets and without a store."""

import itertools

from hubbub.broker.presence import DELTA_MAX, Presence
from hubbub.schemas import codec, events, limits, replies

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


def person(user: int, status: events.Status = "online", text: str = "") -> events.OnlineUser:
    return events.OnlineUser(user, f"user{user}", status, text)


def test_a_thousand_that_come_within_seconds_are_a_handful_of_small_frames() -> None:
    presence = Presence(NOW)
    now, frames = NOW, []
    for user in range(1, 1001):
        presence.online(user, person(user), now)
        now += 3_000  # three seconds for all of them
        delta = presence.tick(now)
        if delta is not None:
            frames.append(codec.encode(delta))
    last = presence.tick(now + SECOND)
    assert last is not None
    frames.append(codec.encode(last))
    told = [user for frame in frames for user in _delta(frame).online]
    assert sorted(user.user for user in told) == list(range(1, 1001))
    assert len(frames) <= 5
    assert sum(map(len, frames)) < 32 * 1024


def _delta(frame: bytes) -> events.Presence:
    event = codec.decode_event(frame)
    assert isinstance(event, events.Presence)
    return event


def test_a_crowd_is_told_of_in_frames_of_bounded_size() -> None:
    presence = Presence(NOW)
    for user in range(2 * DELTA_MAX + 1):
        presence.online(user, person(user), NOW)
    deltas = [presence.tick(NOW + second * SECOND) for second in range(5)]
    assert [len(delta.online) if delta else 0 for delta in deltas] == [DELTA_MAX, DELTA_MAX, 1, 0, 0]
    assert [delta.version for delta in deltas if delta] == [NOW + 1, NOW + 2, NOW + 3]


def test_a_status_goes_into_the_next_delta_and_only_if_it_is_another() -> None:
    presence = Presence(NOW)
    presence.online(1, person(1), NOW)
    presence.tick(NOW)
    presence.status(person(1, "busy", "writing"))
    assert presence.tick(NOW + 1) is None
    delta = presence.tick(NOW + SECOND)
    assert delta is not None
    assert (delta.online, delta.offline) == ([person(1, "busy", "writing")], [])
    presence.status(person(1, "away"))
    presence.status(person(1, "busy", "writing"))
    assert presence.tick(NOW + 2 * SECOND) is None
    presence.status(person(2, "busy"))
    assert presence.tick(NOW + 3 * SECOND) is None, "who is not there has no status"


def test_invisible_looks_like_offline_everywhere() -> None:
    presence = Presence(NOW)
    presence.online(1, person(1), NOW)
    presence.online(2, person(2, "invisible", "secret"), NOW)
    presence.tick(NOW)
    presence.status(person(1, "invisible", "secret"))
    assert presence.shown(1) is None and presence.shown(2) is None
    gone = presence.tick(NOW + SECOND)
    assert gone is not None
    assert (gone.online, gone.offline) == ([], [1])
    assert presence.page(0, 10) == ([], None)
    assert presence.everyone() == []
    for user in (1, 2, 3):
        row = replies.User(user=user, name="x", status="invisible", status_text="secret", last_seen=5)
        same = replies.User(user=user, name="x", online=False, status="online", status_text="", last_seen=5)
        assert presence.fill(row) == same
    assert presence.renew(1, NOW + SECOND), "his own lease goes on"
    presence.offline(2)
    presence.online(3, person(3, "invisible"), NOW)
    assert presence.tick(NOW + 2 * SECOND) is None
    presence.status(person(1, "away"))
    back = presence.tick(NOW + 3 * SECOND)
    assert back is not None
    assert (back.online, back.offline) == ([person(1, "away")], [])


def test_who_is_present_was_not_last_seen_at_a_time() -> None:
    presence = Presence(NOW)
    presence.online(1, person(1, "away", "lunch"), NOW)
    row = presence.fill(replies.User(user=1, name="user1", status="busy", status_text="old", last_seen=5))
    assert (row.online, row.status, row.status_text, row.last_seen) == (True, "away", "lunch", 0)


def test_one_of_two_devices_is_enough() -> None:
    presence = Presence(NOW)
    presence.online(1, person(1), NOW)
    presence.online(2, person(1), NOW)
    presence.tick(NOW)
    presence.offline(1)
    assert presence.tick(NOW + SECOND) is None
    presence.offline(2)
    presence.offline(2)
    delta = presence.tick(NOW + 2 * SECOND)
    assert delta is not None and delta.offline == [1]


def test_coming_and_going_within_a_second_is_no_event() -> None:
    presence = Presence(NOW)
    presence.online(1, person(1), NOW)
    presence.offline(1)
    assert presence.tick(NOW + SECOND) is None


def test_pages_keep_within_a_reply_and_miss_nobody() -> None:
    presence = Presence(NOW)
    for user in range(500):
        presence.online(user, events.OnlineUser(user, "\U00020000" * 32, "away", "\U0001f600" * 128), NOW)
    presence.tick(NOW)
    seen: list[int] = []
    after: int | None = -1
    pages = itertools.count()
    while after is not None and next(pages) < 20:
        users, after = presence.page(after, limits.PAGE_MAX_ENTRIES)
        seen += [user.user for user in users]
        reply = replies.OnlinePage(id=2**53 - 1, presence_version=NOW, users=users, next=after)
        assert len(codec.encode(reply)) <= limits.REPLY_MAX_BYTES
    assert seen == list(range(500))
