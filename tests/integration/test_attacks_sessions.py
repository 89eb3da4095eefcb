"""Tokens in the wrong hands, sessions that ended, members who are out: cut off before the next frame."""

import itertools
from typing import Any

import pytest
import zmq

from hubbub.schemas import records
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.busy import BusyFeed
from tests.helpers.raw import Raw, new_key, topic
from tests.helpers.waiting import until

_names = itertools.count()


def feed_drops(raw: Raw) -> Any:
    """What can be polled for the loss of the feed's connection."""
    return raw.watch(raw.feed, zmq.EVENT_DISCONNECTED)


def unsubscribe(raw: Raw) -> None:
    """Undo the subscription by hand. An XSUB counts how often it subscribed, and sends only the last of as many undoings."""
    for _ in range(2):
        raw.feed.send(b"\x00" + raw.token)


def test_anothers_token_from_another_key(busy: BusyFeed, attacker: Raw, server: Served) -> None:
    stolen = busy.users[0].token
    own, attacker.token = attacker.token, stolen
    for mode in ("HOME", "PING", "LOGOUT", "ONLINE", "ONLINE_USERS"):
        assert attacker.code(mode) == "session_expired"
    assert attacker.code("SYNC", conversation=busy.conversation, after=0) == "session_expired"
    assert attacker.code("HISTORY", conversation=busy.conversation) == "session_expired"
    feed = attacker.open_feed()
    for _ in range(3):
        feed.send(b"\x01" + stolen)
        busy.goes_on(attacker, 10)
    assert attacker.events == []
    attacker.token = own
    assert attacker.ask("HOME")


@pytest.mark.parametrize("token", [b"", b"\0" * 32, b"x" * 31, b"x" * 32, b"x" * 33])
def test_no_session_has_this_token(busy: BusyFeed, attacker: Raw, token: bytes) -> None:
    own, attacker.token = attacker.token, token
    assert attacker.code("HOME") == ("bad_request" if len(token) > 32 else "session_expired")
    feed = attacker.open_feed()
    feed.send(b"\x01" + token)
    busy.goes_on(attacker, 10)
    assert attacker.events == []
    attacker.token = own


def test_a_token_of_another_broker(busy: BusyFeed, attacker: Raw, server: Served, tmp_path: Any) -> None:
    with served(tmp_path / "other") as other, Raw(other.place, keys=attacker.keys) as abroad:
        attacker.token = abroad.login("stranger", PASSWORD, register=True).token
    assert attacker.code("HOME") == "session_expired"
    feed = attacker.open_feed()
    feed.send(b"\x01" + attacker.token)
    busy.goes_on(attacker, 10)
    assert attacker.events == []


def test_a_session_that_logged_out_is_cut_and_stays_out(server: Served) -> None:
    """He is in the busy conversation (#general); after LOGOUT's answer not one frame more, on the old socket or a new one."""
    with Raw(server.place) as writer, Raw(server.place) as leaver:
        writer.login(f"writer-{next(_names)}", PASSWORD, register=True).subscribe()
        leaver.login(f"leaver-{next(_names)}", PASSWORD, register=True).subscribe()
        general = next(
            one["conversation"] for one in writer.ask("HOME")["conversations"] if one["kind"] == "group"
        )
        for number in range(20):
            writer.send("SEND_MESSAGE", conversation=general, key=bytes([number]) * 16, text="before")
        dropped = feed_drops(leaver)
        leaver.ask("LOGOUT")
        assert dropped.poll(20_000), "the feed was not cut"
        leaver.pump()
        last = max((entry["seq"] for entry in leaver.live(general)), default=0)
        leaver.events.clear()
        assert leaver.code("HOME") == "session_expired"
        for _ in range(3):
            leaver.feed.send(b"\x01" + leaver.token)
            writer.send_text(general, "after")
            leaver.pump(0.05)
        fresh = leaver.open_feed()
        fresh.send(b"\x01" + leaver.token)
        seq = writer.send_text(general, "the last")["seq"]
        writer.wait(
            lambda: writer.live(general) and writer.live(general)[-1]["seq"] == seq, what="its own message"
        )
        leaver.pump(0.05)
        assert leaver.events == []
        assert last < seq


def test_an_unsubscription_of_ones_own_does_not_hide_from_the_cut(busy: BusyFeed, server: Served) -> None:
    """Undoing the subscription by hand leaves libzmq's topics in place: whoever does it is cut at once, and after the
    end of the session nothing comes."""
    with Raw(server.place) as sly, Raw(server.place) as writer:
        sly.login(f"sly-{next(_names)}", PASSWORD, register=True).subscribe()
        writer.login(f"to-sly-{next(_names)}", PASSWORD, register=True)
        conversation = writer.start(sly.name)
        sly.refresh()
        dropped = feed_drops(sly)
        unsubscribe(sly)
        assert dropped.poll(20_000), "an unsubscription by hand was not answered with a cut"
        sly.drop_feed()
        sly.subscribe()
        unsubscribe(sly)
        sly.ask("LOGOUT")
        seq = writer.send_text(conversation, "secret")["seq"]
        busy.goes_on(sly, 20)
        assert [entry for entry in sly.live(conversation) if entry["seq"] >= seq] == []


@pytest.mark.parametrize("lost", [0, 1])
def test_every_feed_of_a_session_is_cut(busy: BusyFeed, server: Served, lost: int) -> None:
    """Two feeds by one token: one ends by itself, and the end of the session still reaches the other."""
    with (
        Raw(server.place) as first,
        Raw(server.place, first.context, first.keys) as second,
        Raw(server.place) as writer,
    ):
        first.login(f"twice-{next(_names)}", PASSWORD, register=True)
        writer.login(f"to-twice-{next(_names)}", PASSWORD, register=True)
        conversation = writer.start(first.name)
        second.token, second.session, second.user, second.name = (
            first.token,
            first.session,
            first.user,
            first.name,
        )
        for one in (first, second):
            one.subscribe()
        ends, stays = (first, second) if lost == 0 else (second, first)
        ends.drop_feed()
        busy.goes_on(stays, 30)
        dropped = feed_drops(stays)
        stays.ask("LOGOUT")
        assert dropped.poll(20_000), "the other feed was forgotten"
        seq = writer.send_text(conversation, "secret")["seq"]
        busy.goes_on(stays, 20)
        assert [entry for entry in stays.live(conversation) if entry["seq"] >= seq] == []


def test_a_disabled_user_is_cut_and_cannot_come_back(busy: BusyFeed, server: Served) -> None:
    with Raw(server.place) as banned, Raw(server.place) as writer:
        banned.login(f"banned-{next(_names)}", PASSWORD, register=True).subscribe()
        writer.login(f"to-banned-{next(_names)}", PASSWORD, register=True)
        conversation = writer.start(banned.name)
        banned.refresh()
        server.write(records.SetDisabled(banned.name, True))
        until(lambda: server.broker.core.sessions.get(banned.session) is None)
        assert banned.code("HOME") == "session_expired"
        seq = writer.send_text(conversation, "secret")["seq"]
        busy.goes_on(banned, 20)
        banned.feed.send(b"\x01" + banned.token)
        busy.goes_on(banned, 20)
        assert [entry for entry in banned.live(conversation) if entry["seq"] >= seq] == []
        assert banned.code("LOGIN", name=banned.name, password=PASSWORD) == "account_disabled"


def test_a_removed_member_gets_nothing_more_of_it_and_all_that_is_still_his(server: Served) -> None:
    """Members write to the group all the time while one is removed: no frame with a larger seq than his removal's."""
    with Raw(server.place) as owner, Raw(server.place) as removed, Raw(server.place) as other:
        owner.login(f"owner-{next(_names)}", PASSWORD, register=True).subscribe()
        removed.login(f"removed-{next(_names)}", PASSWORD, register=True)
        other.login(f"other-{next(_names)}", PASSWORD, register=True).subscribe()
        group = owner.group(f"group-{next(_names)}", removed.name)
        direct = other.start(removed.name)
        removed.subscribe()
        owner.refresh()
        acknowledged = 0
        removal = 0
        for number in range(400):
            owner.send(
                "SEND_MESSAGE",
                conversation=group,
                key=number.to_bytes(16, "big"),
                text=f"to the group {number}",
            )
            if number == 150:
                owner.send("REMOVE_MEMBER", conversation=group, key=new_key(), user=removed.name)
            if number % 50 == 49:
                other.send_text(direct, f"to him {number}")
            removed.pump()
            owner.pump()
            while number - acknowledged > 25:
                owner.wait(lambda: owner.answers, what="an acknowledgement")
                acknowledged += len(owner.answers)
                owner.answers.clear()
        log = owner.entries(group)
        (removal,) = [
            entry["seq"] for entry in log if entry["event"] == "member" and entry["change"] == "removed"
        ]
        assert removal < log[-1]["seq"]
        owner.wait(lambda: owner.live(group)[-1]["seq"] == log[-1]["seq"], what="the whole log")
        own = [entry["seq"] for entry in owner.live(group)]
        assert own == list(range(own[0], log[-1]["seq"] + 1)), "the others of the group must lose nothing"
        # He comes back by himself: libzmq connects again and repeats the subscription.
        removed.subscribe()
        seq = other.send_text(direct, "still his")["seq"]
        removed.wait(
            lambda: [entry for entry in removed.live(direct) if entry["seq"] == seq], what="what is his"
        )
        removed.pump(0.05)
        assert [entry["seq"] for entry in removed.live(group) if entry["seq"] > removal] == []
        assert topic(b"c", group) not in removed.entitled()
        assert removed.code("HISTORY", conversation=group) == "not_found"


def test_two_sessions_of_a_device_end_apart(server: Served) -> None:
    """A phone with two accounts: the end of one session takes the other's feed down only as long as it needs to return."""
    with Raw(server.place) as one, Raw(server.place, one.context, one.keys) as two:
        one.login(f"one-{next(_names)}", PASSWORD, register=True).subscribe()
        two.login(f"two-{next(_names)}", PASSWORD, register=True)
        # Both tokens on one feed connection.
        own = topic(b"s", two.session)
        one.feed.send(b"\x01" + two.token)
        one.wait(lambda: own in one.topics(), what="the second confirmation")
        conversation = one.start(one.name)
        two.ask("LOGOUT")
        one.drop_feed()
        one.subscribe()
        one.events.clear()
        seq = one.send_text(conversation, "mine")["seq"]
        one.wait(
            lambda: [entry for entry in one.live(conversation) if entry["seq"] == seq], what="its message"
        )
        assert own not in one.topics()
