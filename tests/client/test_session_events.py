"""What the session makes of the events beside messages: changes of messages, mutes, blocks, typing, receipts, presence; and
of what may not be seen. Without a socket."""

from typing import Any

import msgspec
import pytest

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.session import Identity
from hubbub.client.typists import Typist
from hubbub.schemas import codec, events, limits, replies, requests
from tests.client.driver import EPOCH, PASSWORD, Driver, message, row

BOB = Typist(7, 9, "bob")


def entry(kind: type[Any], seq: int, **fields: Any) -> Any:
    place = 100 + seq
    return kind(conversation=7, seq=seq, position=place, at=place, sender=9, sender_name="bob", **fields)


def typing(user: int = 9, name: str = "bob") -> events.Typing:
    return events.Typing(conversation=7, user=user, user_name=name)


def seen(driver: Driver) -> list[tuple[Typist, bool]]:
    return [(one.typist, one.on) for one in driver.all(act.TypingSeen)]


def passed(driver: Driver, kind: type[Any]) -> list[Any]:
    return [one.event for one in driver.all(act.Deliver) if isinstance(one.event, kind)]


EVERY_KIND = [
    entry(events.Edited, 4, target=1, text="new"),
    entry(events.Deleted, 5, target=2),
    entry(events.Reacted, 6, target=3, emoji="👍", on=True),
    entry(events.Pinned, 7, target=3, on=True),
    entry(events.RoleSet, 8, user=1, user_name="alice", role="admin"),
    entry(events.Renamed, 9, name="crew"),
    entry(events.TopicSet, 10, topic="all of it"),
    entry(events.VisibilitySet, 11, public=False, history="all"),
    entry(events.Member, 12, user=3, user_name="eve", change="joined"),
]


def test_every_kind_of_entry_has_its_place_in_the_log() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    for one in EVERY_KIND[:3]:
        driver.publish(one)
    driver.publish(EVERY_KIND[-1])
    assert driver.delivered == [(7, 4), (7, 5), (7, 6)]
    driver.sync(*EVERY_KIND[3:], head=12)
    for one in EVERY_KIND:
        driver.publish(one)
    assert passed(driver, events.Entry) == EVERY_KIND


def test_a_message_is_handed_out_without_what_entries_behind_it_tell() -> None:
    driver = Driver()
    driver.live(row(7, 0))
    said = message(7, 1)
    said.text, said.edited_at, said.pinned = "changed", 150, True
    said.reactions = [events.Reaction("👍", 1, [events.Person(9, "bob")], False)]
    driver.publish(entry(events.Pinned, 2, target=1, on=True))
    driver.sync(said, entry(events.Pinned, 2, target=1, on=True), head=2)
    (handed,) = passed(driver, events.Message)
    assert (handed.text, handed.pinned, handed.reactions) == ("changed", False, [])


# ------------------------------------------------------------------------------------------------- what may not be seen


def test_a_log_goes_on_where_the_user_may_see_it_again() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(message(7, 22))
    driver.sync(message(7, 21), message(7, 22), head=22, after=20)
    assert driver.delivered == [(7, 21), (7, 22)]
    assert not driver.all(act.Skip)
    assert driver.all(act.SaveCursors)[-1].cursors == [(7, 20)]
    assert not driver.wants(requests.Sync)


@pytest.mark.parametrize("cursors", [{}, {7: 2}])
@pytest.mark.parametrize("replay", [True, False])
def test_first_sight_begins_where_the_user_may_see_it(replay: bool, cursors: dict[int, int]) -> None:
    who = Identity(name="alice", password=PASSWORD, epoch=EPOCH if cursors else b"")
    driver = Driver(identity=who, cursors=cursors, replay=replay)
    driver.live(row(7, 30, joined=21, visible=20))
    begin = 20 if replay or cursors else 30
    assert driver.all(act.SaveCursors)[0].cursors == [(7, begin)]
    assert not driver.wants(requests.Sync) if begin == 30 else driver.take(requests.Sync).after == 20


def test_home_moves_a_log_that_is_known() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.tick(limits.PING_INTERVAL_S)
    driver.pong(reset=True)
    driver.confirm()
    driver.home(row(7, 20, joined=20, visible=20))
    assert not driver.wants(requests.Sync)
    driver.publish(message(7, 21))
    assert driver.delivered == [(7, 21)]


# ------------------------------------------------------------------------------------------------------ mutes and blocks


def test_mutes_and_blocks_are_told_without_asking_home_again() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(events.Muted(home_version=2, conversation=7, until=99))
    driver.publish(events.Blocked(home_version=3, user=9, user_name="bob", on=True))
    driver.publish(events.Muted(home_version=2, conversation=7, until=99))
    assert [one.until for one in passed(driver, events.Muted)] == [99]
    assert [one.on for one in passed(driver, events.Blocked)] == [True]
    assert not driver.wants(requests.Home)
    assert len(driver.all(act.Present)) == 1


def test_a_mute_that_home_has_already_is_not_told_behind_it() -> None:
    driver = Driver()
    driver.connect()
    driver.log_in()
    driver.confirm()
    driver.publish(events.Muted(home_version=2, conversation=7, until=99))
    driver.publish(events.Muted(home_version=3, conversation=7, until=0))
    driver.publish(events.Muted(home_version=4, conversation=7, until=50))
    driver.home(row(7, 3), version=3)
    assert [one.until for one in passed(driver, events.Muted)] == [50]
    assert driver.all(act.HomeRead)[0].version == 3


def test_a_missed_mute_reads_home() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(events.Muted(home_version=3, conversation=7, until=99))
    driver.confirm(version=3)
    assert driver.take(requests.Home).conversations is None


# -------------------------------------------------------------------------------------------------------------- typing


def test_who_writes_is_told_once_and_fades() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(typing())
    driver.tick(3.0)
    driver.publish(typing())
    driver.tick(limits.TYPING_FADES_S - 0.1)
    assert seen(driver) == [(BOB, True)]
    assert driver.session.deadline is not None
    assert driver.session.deadline <= driver.now + 0.1 + 1e-6
    driver.tick(0.2)
    assert seen(driver) == [(BOB, True), (BOB, False)]


@pytest.mark.parametrize("how", ["message", "removed", "blocked", "link"])
def test_who_writes_no_more(how: str) -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(typing())
    if how == "message":
        driver.publish(message(7, 4))
    elif how == "removed":
        driver.publish(entry(events.Member, 4, user=9, user_name="bob", change="removed"))
    elif how == "blocked":
        driver.publish(events.Blocked(home_version=2, user=9, user_name="bob", on=True))
    else:
        driver.do(driver.session.lost(driver.now, errors.NoServer("gone")))
    assert seen(driver) == [(BOB, True), (BOB, False)]
    driver.tick(limits.TYPING_FADES_S)
    assert len(seen(driver)) == 2


def test_nobody_is_told_of_himself_the_blocked_or_elsewhere() -> None:
    driver = Driver()
    driver.connect()
    driver.log_in()
    driver.confirm()
    driver.home(row(7, 3), blocked=(events.Person(9, "bob"),))
    driver.publish(typing())
    driver.publish(typing(1, "Alice"))
    driver.publish(events.Typing(conversation=8, user=5, user_name="eve"))
    assert not seen(driver)
    driver.publish(events.Blocked(home_version=2, user=9, user_name="bob", on=False))
    driver.publish(typing())
    assert seen(driver) == [(BOB, True)]


# ------------------------------------------------------------------------------------------------ receipts and presence


def test_others_receipts_are_told_and_ones_own_are_not() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    read = [events.Receipt(9, "bob", 3), events.Receipt(1, "alice", 2)]
    driver.publish(events.Receipts(conversation=7, read=read))
    driver.publish(events.Receipts(conversation=7, read=read[1:]))
    driver.publish(events.Receipts(conversation=8, read=read))
    assert [one.read for one in passed(driver, events.Receipts)] == [[read[0]]]


def test_another_status_is_told_as_online_again() -> None:
    driver = Driver()
    driver.live()
    asked = driver.take(requests.OnlineUsers)
    bob, away = events.OnlineUser(9, "bob"), events.OnlineUser(9, "bob", "away", "lunch")
    driver.answer(replies.OnlinePage(id=asked.id, presence_version=5, users=[bob]))
    driver.publish(events.Presence(version=6, online=[away], offline=[]))
    driver.publish(events.Presence(version=7, online=[away], offline=[]))
    driver.publish(events.Presence(version=8, online=[], offline=[9]))
    assert driver.all(act.PresenceSeen)[1:] == [act.PresenceSeen([away], []), act.PresenceSeen([], [away])]


def test_a_profile_is_told() -> None:
    driver = Driver()
    driver.live()
    shown = events.ProfileChanged(user=9, name="bob", display_name="Bob", colour="#00ff00")
    driver.publish(shown)
    assert passed(driver, events.ProfileChanged) == [shown]


def test_the_next_login_is_with_the_password_that_was_set() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    change = requests.ChangePassword(id=0, old=PASSWORD, new=b"another password")
    driver.do(driver.session.call(driver.now, change, "mine"))
    driver.answer(replies.Done(id=driver.take(requests.ChangePassword).id))
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "more"))
    driver.refuse(driver.take(requests.GetUsers), "session_expired")
    assert driver.take(requests.Login).password == b"another password"


def test_what_a_newer_server_tells_counts_as_seen() -> None:
    driver = Driver(cursors={7: 3})
    driver.live(row(7, 6))
    asked = driver.take(requests.Sync)
    newer = msgspec.to_builtins(entry(events.TopicSet, 5, topic="?")) | {"event": "merged", "into": 12}
    shaped = msgspec.to_builtins(entry(events.RoleSet, 6, user=1, user_name="alice", role="guest"))
    page = {"epoch": EPOCH, "conversation": 7, "after": 3, "head": 6, "id": asked.id}
    frame = msgspec.msgpack.encode({**page, "entries": [message(7, 4), newer, shaped]})
    driver.do(driver.session.received(driver.now, frame))
    assert [one.seq for one in passed(driver, events.Unknown)] == [5, 6]
    assert driver.session.delivered() == {7: 6}
    driver.tick(60)
    assert not driver.wants(requests.Sync)


def test_an_entry_without_a_place_is_none() -> None:
    page = {
        "epoch": EPOCH,
        "conversation": 7,
        "after": 3,
        "head": 6,
        "id": 1,
        "entries": [{"event": "merged", "seq": 4}],
    }
    with pytest.raises(codec.BadFrame):
        codec.decode_reply(msgspec.msgpack.encode(page), replies.Synced)
