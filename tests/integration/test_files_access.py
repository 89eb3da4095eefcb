"""Over real sockets: a file is for those who can see a message that holds it, chunk by chunk. Its hash opens nothing."""

import itertools
from typing import Any

import pytest

from tests.helpers import files
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.files import CHUNK, attachment, content, sha256
from tests.helpers.raw import Raw, Refused, new_key, topic
from tests.helpers.waiting import until

_numbers = itertools.count()
SIZE = 2 * CHUNK + 100


def enter(server: Served, name: str) -> Raw:
    return Raw(server.place).login(f"{name}-{next(_numbers)}", PASSWORD, register=True)


def secret() -> bytes:
    """A file of three chunks that nobody else has."""
    return content(SIZE, f"secret {next(_numbers)}")


def refusal(raw: Raw, mode: str, **fields: Any) -> tuple[str, str]:
    """Code and text."""
    answer = raw.try_ask(mode, **fields)
    return str(answer.get("error", "")), str(answer.get("message", ""))


def attached(raw: Raw, conversation: int, seq: int) -> list[dict[str, Any]]:
    """The attachments of a message, as HISTORY has them."""
    page = raw.ask("HISTORY", conversation=conversation, around=seq, limit=2)
    (found,) = [one for one in page["messages"] if one["seq"] == seq]
    return list(found.get("attachments", []))


def test_members_get_every_byte_and_what_was_said_of_it(server: Served) -> None:
    data, small = secret(), content(700, "thumbnail")
    with enter(server, "owner") as owner, enter(server, "member") as member:
        group = owner.group(f"files-{next(_numbers)}", member.name)
        member.subscribe()
        for one in (data, small, b""):
            files.upload(owner, one)
        sent = owner.act(
            "SEND_MESSAGE",
            group,
            text="",
            attachments=[
                attachment(data, "../../etc/holiday.png", type="image/png", width=640, height=480, thumbnail=sha256(small)),
                attachment(b"", "CON"),
            ],
        )  # fmt: skip
        seq = sent["seq"]
        expected = [
            {"name": "holiday.png", "type": "image/png", "size": SIZE, "sha256": sha256(data), "width": 640, "height": 480,
             "thumbnail": sha256(small)},
            {"name": "_CON", "type": "application/octet-stream", "size": 0, "sha256": sha256(b"")},
        ]  # fmt: skip
        member.wait(lambda: member.live(group), what="the message")
        live = member.live(group)[-1]
        assert (live["seq"], live["text"], live["attachments"]) == (seq, "", expected)
        assert attached(member, group, seq) == attached(owner, group, seq) == expected
        assert files.fetch(member, group, seq) == data
        assert files.fetch(member, group, seq, thumbnail=True) == small
        assert files.fetch(member, group, seq, 1) == b""
        assert member.ask("FETCH_CHUNK", conversation=group, seq=seq, index=0, offset=SIZE + 5)["data"] == b""
        for wrong in ({"index": 2}, {"index": 1, "thumbnail": True}, {"index": 0, "seq": seq - 1}):
            asked = {"conversation": group, "seq": seq, **wrong}
            assert member.code("FETCH_CHUNK", **asked) == "not_found", wrong


def test_knowing_the_hash_is_not_enough(server: Served) -> None:
    """Whatever somebody does with the hash of another's file, he gets the answers that he would get for one that is nowhere."""
    data, nowhere = secret(), secret()
    with enter(server, "alice") as alice, enter(server, "bob") as bob, enter(server, "mallory") as mallory:
        direct = alice.start(bob.name)
        own = mallory.start(mallory.name)
        seq = files.post(alice, direct, data)
        mine = secret()
        files.upload(mallory, mine)
        answers = [
            [
                refusal(mallory, "SEND_MESSAGE", conversation=own, key=new_key(), text="", attachments=attachments)
                for attachments in ([attachment(one)], [attachment(mine, thumbnail=sha256(one))])
            ] + [
                refusal(mallory, "SET_PROFILE", picture=sha256(one)),
                refusal(mallory, "UPLOAD_CHUNK", sha256=sha256(one), offset=SIZE - 1, data=one[-1:]),
                refusal(mallory, "CANCEL_UPLOAD", sha256=sha256(one)),
            ]
            for one in (data, nowhere)
        ]  # fmt: skip
        assert answers[0] == answers[1]
        assert [code for code, _ in answers[0]] == ["not_found"] * 4 + [""]
        # The place of the message opens nothing either, and is like a place where nothing is.
        fetched = [
            refusal(mallory, "FETCH_CHUNK", conversation=place, seq=seq, index=0) for place in (direct, 9999)
        ]
        forwarded = [
            refusal(mallory, "FORWARD_MESSAGE", conversation=own, key=new_key(), source=place, seq=seq)
            for place in (direct, 9999)
        ]
        for here, there in (fetched, forwarded):
            assert here == there and here[0] == "not_found"
        assert mallory.entries(own) == []
        assert files.fetch(bob, direct, seq) == data


def test_uploading_what_is_there_tells_nobody_that_it_is(server: Served) -> None:
    data, nowhere = secret(), secret()
    with enter(server, "alice") as alice, enter(server, "mallory") as mallory:
        direct = alice.start(alice.name)
        seq = files.post(alice, direct, data)

        def answers(one: bytes, sent: bytes) -> list[tuple[Any, ...]]:
            """To the whole course of an upload."""
            said = [mallory.try_ask("BEGIN_UPLOAD", sha256=sha256(one), size=len(one))]
            for offset in range(0, SIZE, CHUNK):
                part = sent[offset : offset + CHUNK]
                said.append(mallory.try_ask("UPLOAD_CHUNK", sha256=sha256(one), offset=offset, data=part))
            return [
                (one.get("received"), one.get("complete"), one.get("error"), one.get("message"))
                for one in said
            ]

        wrong = bytes(SIZE)
        refused = answers(data, wrong)
        assert refused == answers(nowhere, wrong)
        assert refused[-1][2] == "wrong_content"
        right = answers(data, data)
        assert right == answers(nowhere, nowhere)
        assert right[0][:2] == (0, False)
        assert right[-1][:2] == (SIZE, True)
        # Who has it once more keeps it, whatever becomes of the first one's.
        own = mallory.start(mallory.name)
        mine = files.Uploader(mallory).post(own, data)
        alice.act("DELETE_MESSAGE", direct, seq=seq)
        assert alice.code("FETCH_CHUNK", conversation=direct, seq=seq, index=0) == "not_found"
        assert files.fetch(mallory, own, mine) == data


@pytest.mark.parametrize("how", ["removed", "left", "deleted"])
def test_a_download_ends_where_the_right_to_it_ends(server: Served, how: str) -> None:
    data, small = secret(), content(700, "thumbnail")
    with enter(server, "owner") as owner, enter(server, "member") as member:
        group = owner.group(f"ended-{next(_numbers)}", member.name)
        for one in (data, small):
            files.upload(owner, one)
        seq = owner.act(
            "SEND_MESSAGE", group, text="look", attachments=[attachment(data, thumbnail=sha256(small))]
        )["seq"]
        own = member.start(member.name)
        kept = member.act("FORWARD_MESSAGE", own, source=group, seq=seq)["seq"]
        asked = {"conversation": group, "seq": seq, "index": 0}
        assert member.ask("FETCH_CHUNK", **asked)["data"] == data[:CHUNK]
        if how == "removed":
            owner.act("REMOVE_MEMBER", group, user=member.name)
        elif how == "left":
            member.act("LEAVE_GROUP", group)
        else:
            owner.act("DELETE_MESSAGE", group, seq=seq)
        assert member.code("FETCH_CHUNK", **asked, offset=CHUNK) == "not_found"
        assert member.code("FETCH_CHUNK", **asked, thumbnail=True) == "not_found"
        forwarding = {"conversation": own, "source": group, "seq": seq}
        expected = "not_allowed" if how == "deleted" else "not_found"
        assert member.code("FORWARD_MESSAGE", key=new_key(), **forwarding) == expected
        # What he made his own before is his, and says who said it.
        assert files.fetch(member, own, kept) == data
        assert files.fetch(member, own, kept, thumbnail=True) == small
        assert member.entries(own)[-1]["forwarded"] == [owner.user, owner.name]


def test_who_joins_later_gets_no_file_from_before_where_history_is_not_for_him(server: Served) -> None:
    data = secret()
    with enter(server, "owner") as owner, enter(server, "late") as late:
        for history, code in (("joined", "not_found"), ("all", "")):
            group = owner.group(f"late-{next(_numbers)}", history=history)
            seq = files.post(owner, group, data)
            owner.act("ADD_MEMBER", group, user=late.name)
            assert late.code("FETCH_CHUNK", conversation=group, seq=seq, index=0) == code
            own = late.start(late.name)
            forwarded = late.code("FORWARD_MESSAGE", conversation=own, key=new_key(), source=group, seq=seq)
            assert forwarded == code


def test_no_feed_and_no_answer_tells_a_stranger_of_a_file(server: Served) -> None:
    data, name = secret(), f"merger-{next(_numbers)}-of-nobodys-business.pdf"
    with (
        enter(server, "alice") as alice,
        enter(server, "bob") as bob,
        enter(server, "mallory") as mallory,
        enter(server, "removed") as removed,
    ):
        group = alice.group(f"closed-{next(_numbers)}", bob.name, removed.name)
        other = alice.group(f"other-{next(_numbers)}", bob.name)
        for one in (bob, mallory, removed):
            one.subscribe()
        alice.act("REMOVE_MEMBER", group, user=removed.name)
        removed.drop_feed()
        removed.events.clear()
        removed.subscribe()
        files.upload(alice, data)
        seq = alice.act("SEND_MESSAGE", group, text="", attachments=[attachment(data, name)])["seq"]
        again = alice.act("FORWARD_MESSAGE", other, source=group, seq=seq)["seq"]
        alice.act("PIN_MESSAGE", group, seq=seq)
        bob.wait(lambda: bob.live(group) and bob.live(other), what="both messages")
        assert name in repr(bob.live(group)) and name in repr(bob.live(other))
        alice.act("DELETE_MESSAGE", other, seq=again)
        until(lambda: bob.ask("SEARCH", words="merger") or True, what="an answer")
        for stranger in (mallory, removed):
            # What is published after it on a topic of everybody's is behind whatever was published to him before.
            stranger.send_text(stranger.start(stranger.name), "the last")
            own = topic(b"c", stranger.start(stranger.name))
            stranger.refresh()
            stranger.send_text(stranger.start(stranger.name), "behind the last")
            stranger.wait(lambda s=stranger, own=own: own in s.topics(), what="his own message")
            heard = (
                repr(stranger.events)
                + repr(stranger.ask("HOME"))
                + repr(stranger.ask("SEARCH", words="merger"))
            )
            assert name not in heard and repr(sha256(data)) not in heard
            assert topic(b"c", group) not in stranger.topics()


def test_files_that_are_too_large_are_refused_before_a_byte(server: Served) -> None:
    with enter(server, "alice") as alice:
        digest = sha256(b"too large")
        with pytest.raises(Refused, match="64 MiB") as refused:
            alice.ask("BEGIN_UPLOAD", sha256=digest, size=64 * 2**20 + 1)
        assert refused.value.code == "too_large"
        assert alice.code("UPLOAD_CHUNK", sha256=digest, offset=0, data=b"x") == "not_found"
