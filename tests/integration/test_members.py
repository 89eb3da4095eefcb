"""Over real sockets: who is in a group hears all of it, and who is in it no more not one byte."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import zmq

from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.raw import Raw, new_key, topic
from tests.helpers.waiting import until

_numbers = itertools.count()


def enter(server: Served, name: str) -> Raw:
    return Raw(server.place).login(f"{name}-{next(_numbers)}", PASSWORD, register=True)


def of(raw: Raw, event: str, conversation: int) -> list[dict[str, Any]]:
    """What came live of one kind."""
    return [body for body in raw.live(conversation) if body["event"] == event]


def test_everyone_in_a_group_hears_what_is_done_in_it(server: Served) -> None:
    with enter(server, "owner") as owner, enter(server, "member") as member:
        member.subscribe()
        group = owner.group(f"heard-{next(_numbers)}", member.name, topic="before")
        member.wait(lambda: [body for _, body in member.events if body["event"] == "home"], what="the group")
        member.refresh()
        said = owner.send_text(group, f"@{member.name} and @all: hello")["seq"]
        owner.act("EDIT_MESSAGE", group, seq=said, text="hello again")
        member.act("REACT", group, seq=said, emoji="\U0001f44d")
        owner.act("PIN_MESSAGE", group, seq=said)
        owner.act("SET_TOPIC", group, topic="after")
        owner.act("RENAME_GROUP", group, name=f"renamed-{next(_numbers)}")
        owner.act("SET_VISIBILITY", group, public=True)
        owner.act("SET_ROLE", group, user=member.name, role="admin")
        last = member.act("DELETE_MESSAGE", group, seq=said)["seq"]
        member.wait(lambda: of(member, "deleted", group), what="the deletion")
        live = member.live(group)
        assert [body["event"] for body in live] == [
            "message", "edited", "reacted", "pinned", "topic", "renamed", "visibility", "role", "deleted"
        ]  # fmt: skip
        assert [body["seq"] for body in live] == list(range(said, last + 1))
        assert (live[0]["mentions"], live[0]["everyone"]) == ([[member.user, member.name]], True)
        logged = member.entries(group, said - 1)
        assert [body["seq"] for body in logged] == [body["seq"] for body in live]
        assert (logged[0]["text"], logged[1]["text"]) == ("", ""), "a deleted text came back by SYNC"
        assert logged[2:] == live[2:]


def test_a_removed_member_gets_nothing_more_by_any_way(server: Served) -> None:
    word = f"secret{next(_numbers)}"
    with (
        enter(server, "owner") as owner,
        enter(server, "removed") as removed,
        enter(server, "third") as third,
    ):
        group = owner.group(f"left-{next(_numbers)}", removed.name, third.name)
        direct = third.start(removed.name)
        seq = owner.send_text(group, f"{word} before")["seq"]
        owner.act("EDIT_MESSAGE", group, seq=seq, text=f"{word} edited")
        owner.act("PIN_MESSAGE", group, seq=seq)
        until(lambda: removed.ask("SEARCH", words=word)["hits"], what="the search index")
        for one in (owner, removed, third):
            one.subscribe()
        third.ask("TYPING", conversation=group)
        removed.wait(lambda: of(removed, "typing", group), what="that somebody types")
        owner.act("REMOVE_MEMBER", group, user=removed.name)
        removed.drop_feed()
        removed.events.clear()
        removed.subscribe()

        owner.ask("TYPING", conversation=group)
        after = owner.send_text(group, f"{word} after")["seq"]
        third.ask("MARK_READ", conversation=group, seq=after)
        owner.act("DELETE_MESSAGE", group, seq=seq)
        third.wait(lambda: of(third, "receipts", group), what="who has read it")
        assert of(third, "typing", group)
        # What he may still hear comes behind all of it.
        told = third.send_text(direct, "still his")["seq"]
        removed.wait(lambda: [one for one in removed.live(direct) if one["seq"] == told], what="what is his")
        assert removed.live(group) == []
        assert topic(b"c", group) not in removed.entitled()

        for mode, fields in (
            ("HISTORY", {}),
            ("SYNC", {"after": 0}),
            ("PINS", {}),
            ("EDITS", {"seq": seq}),
            ("MEMBERS", {}),
            ("SEARCH", {"words": word}),
            ("MARK_READ", {"seq": after}),
            ("MUTE", {"until": 0}),
            ("TYPING", {}),
            ("SEND_MESSAGE", {"key": new_key(), "text": "let me in"}),
            ("REACT", {"key": new_key(), "seq": after, "emoji": "\U0001f44d"}),
        ):
            here = removed.try_ask(mode, conversation=group, **fields)
            nowhere = removed.try_ask(mode, conversation=2**40, **fields)
            assert here["error"] == "not_found", mode
            assert here["message"] == nowhere["message"], mode
        assert removed.ask("SEARCH", words=word)["hits"] == []
        assert removed.ask("HOME", conversations=[group])["conversations"] == []
        changed = removed.ask("PING", position=1)["changed"]
        assert group not in [conversation for conversation, _ in changed]


def test_typing_is_told_once_however_often_it_is_said(server: Served) -> None:
    with enter(server, "typist") as typist, enter(server, "reader") as reader:
        direct = typist.start(reader.name)
        reader.subscribe()
        for _ in range(50):
            typist.ask("TYPING", conversation=direct)
        seq = typist.send_text(direct, "done")["seq"]
        reader.wait(lambda: [one for one in reader.live(direct) if one.get("seq") == seq], what="the message")
        (told,) = of(reader, "typing", direct)
        assert told == {
            "event": "typing",
            "conversation": direct,
            "user": typist.user,
            "user_name": typist.name,
        }


def test_who_has_read_how_far_is_told_unless_he_hides_it(server: Served) -> None:
    with enter(server, "writer") as writer, enter(server, "open") as shown, enter(server, "hidden") as hidden:
        group = writer.group(f"read-{next(_numbers)}", shown.name, hidden.name)
        hidden.ask("SET_PROFILE", receipts=False)
        writer.subscribe()
        seq = writer.send_text(group, "read me")["seq"]
        hidden.ask("MARK_READ", conversation=group, seq=seq)
        shown.ask("MARK_READ", conversation=group, seq=seq)
        writer.wait(lambda: of(writer, "receipts", group), what="who has read it")
        (event,) = of(writer, "receipts", group)
        assert event["read"] == [[shown.user, shown.name, seq]]
        rows = {row["name"]: row["read"] for row in writer.ask("MEMBERS", conversation=group)["members"]}
        assert (rows[shown.name], rows[hidden.name]) == (seq, None)


@pytest.mark.parametrize("how", ["revoked", "password", "deleted"])
def test_a_session_that_was_ended_from_another_device_is_cut(server: Served, how: str) -> None:
    with (
        enter(server, "twice") as here,
        Raw(server.place) as lost,
        enter(server, "writer") as writer,
    ):
        lost.login(here.name, PASSWORD)
        direct = writer.start(here.name)
        here.subscribe()
        lost.subscribe()
        dropped = lost.watch(lost.feed, zmq.EVENT_DISCONNECTED)
        if how == "revoked":
            rows = here.ask("SESSIONS")["sessions"]
            assert {row["session"]: row["current"] for row in rows} == {
                here.session: True,
                lost.session: False,
            }
            here.ask("REVOKE_SESSION", session=lost.session)
        elif how == "password":
            assert here.code("CHANGE_PASSWORD", old=b"wrong", new=b"another horse") == "wrong_credentials"
            here.ask("CHANGE_PASSWORD", old=PASSWORD, new=b"another horse")
        else:
            here.ask("DELETE_ACCOUNT", password=PASSWORD, messages="keep")
        assert dropped.poll(20_000), "the feed was not cut"
        lost.pump()
        lost.events.clear()
        assert lost.code("HOME") == "session_expired"
        if how == "deleted":
            assert here.code("HOME") == "session_expired"
            refused = writer.try_ask("SEND_MESSAGE", conversation=direct, key=new_key(), text="hello?")
            assert refused["error"] == "not_allowed"
            assert writer.code("PROFILE", user=here.name) == "not_found"
        else:
            seq = writer.send_text(direct, "secret")["seq"]
            here.wait(lambda: [one for one in here.live(direct) if one["seq"] == seq], what="what is his")
        lost.pump(0.05)
        assert lost.events == []


def test_invisible_looks_like_gone_and_a_status_is_told(server: Served) -> None:
    with enter(server, "seen") as seen, enter(server, "looker") as looker:

        def told() -> list[dict[str, Any]]:
            return [body for body in looker.live_presence() if _mentions(body, seen.user)]

        looker.subscribe()
        seen.ask("SET_STATUS", status="busy", text="writing")
        seen.ask("ONLINE")
        looker.wait(told, what="that he is there")
        assert [seen.user, seen.name, "busy", "writing", False] in told()[-1]["online"]
        profile = looker.ask("PROFILE", user=seen.name)["user"]
        assert (profile["online"], profile["status"], profile["status_text"]) == (True, "busy", "writing")
        seen.ask("SET_STATUS", status="invisible", text="hiding")
        looker.wait(lambda: seen.user in told()[-1]["offline"], what="that he is gone")
        profile = looker.ask("PROFILE", user=seen.name)["user"]
        assert (profile["online"], profile["status"], profile["status_text"]) == (False, "online", "")
        until(
            lambda: looker.ask("PROFILE", user=seen.name)["user"]["last_seen"], what="when he was seen last"
        )
        assert seen.ask("PING")["online"]
        shown = looker.ask("ONLINE_USERS")["users"]
        assert seen.user not in [row[0] for row in shown]


def _mentions(body: dict[str, Any], user: int) -> bool:
    return user in body["offline"] or user in [row[0] for row in body["online"]]


def test_who_was_there_when_the_broker_stopped_was_last_seen_then(tmp_path: Path) -> None:
    with (
        served(tmp_path / "data") as server,
        enter(server, "seen") as seen,
        enter(server, "looker") as looker,
    ):
        looker.subscribe()
        before = seen.send_text(seen.start(seen.name), "the time is in its answer")["at"]
        seen.ask("ONLINE")
        looker.wait(
            lambda: [body for body in looker.live_presence() if _mentions(body, seen.user)],
            what="that he is there",
        )
    with served(tmp_path / "data") as server, enter(server, "later") as later:
        assert later.ask("PROFILE", user=seen.name)["user"]["last_seen"] > before
