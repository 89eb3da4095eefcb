"""What programs do to messages after they were sent, and what others see of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubbub.client import errors, events
from hubbub.client.models import FOR_EVER
from hubbub.client.offline import Offline
from hubbub.client.profile import Profile
from hubbub.schemas.hello import parse_address
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting, heard, newest, row_of


async def test_a_message_is_edited_and_its_earlier_texts_are_kept(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        sent = await alice.send("bob", "teh build")
        edited = await alice.edit(sent, "the build")
        assert (edited.text, edited.seq, edited.key) == ("the build", sent.seq, sent.key)
        assert edited.edited_at is not None
        assert await alice.edit(("@bob", sent.seq), "the build is green") == await newest(alice, "bob")
        event = await heard(bob, events.MessageEdited, lambda event: "green" in event.text)
        assert (event.target, event.by) == (sent.seq, "alice")
        message = await newest(bob, "alice")
        assert message.text == "the build is green"
        earlier = await bob.earlier_texts(message)
        assert [one.text for one in earlier] == ["teh build", "the build"]
        assert earlier[0].at == sent.sent_at
        with pytest.raises(errors.NotAllowed):
            await bob.edit(message, "no, red")
        with pytest.raises(errors.NotFound, match="There is no message 999 in @bob"):
            await alice.edit(("bob", 999), "nothing")
        with pytest.raises(errors.BadRequest):
            await alice.edit(sent, "")


async def test_a_deleted_message_leaves_who_and_when(broker: Served, tmp_path: Path) -> None:
    async with (
        chatting(broker, "alice", profile=tmp_path, live=False) as (alice,),
        chatting(broker, "bob") as (bob,),
    ):
        sent = await alice.send("bob", "a mistaken needle")
        await alice.edit(sent, "a mistaken haystack")
        with pytest.raises(errors.NotAllowed):
            await bob.delete(await newest(bob, "alice"))
        await alice.delete(sent)
        event = await heard(bob, events.MessageDeleted)
        assert (event.target, event.by) == (sent.seq, "alice")
        message = await newest(bob, "alice")
        assert (message.text, message.deleted_by, message.edited_at) == ("", "alice", message.edited_at)
        assert message.deleted_at is not None
        assert await bob.earlier_texts(message) == []
        assert await bob.search("mistaken") == []
        with pytest.raises(errors.NotAllowed):
            await alice.edit(sent, "back again")
    with Offline(Profile(tmp_path), parse_address(broker.place.address), "alice") as cache:
        assert cache.search("mistaken") == []
        assert [one.deleted_by for one in cache.history("bob")] == ["alice"]


async def test_reactions(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        sent = await alice.send("bob", "lunch?")
        message = await newest(bob, "alice")
        for emoji in ("👍", "👍", "👩‍👩‍👧"):
            await bob.react(message, emoji)
        await alice.react(sent, "👍")
        thumbs, family = (await newest(bob, "alice")).reactions
        assert (thumbs.emoji, thumbs.count, set(thumbs.users), thumbs.mine) == (
            "👍",
            2,
            {"alice", "bob"},
            True,
        )
        assert (await newest(alice, "bob")).reactions[1].mine is False
        assert (family.emoji, family.count) == ("👩‍👩‍👧", 1)
        await bob.unreact(message, "👍")
        event = await heard(alice, events.ReactionChanged, lambda event: not event.on)
        assert (event.emoji, event.target, event.by) == ("👍", sent.seq, "bob")
        left = {one.emoji: one.users for one in (await newest(alice, "bob")).reactions}
        assert left["👍"] == ("alice",)
        with pytest.raises(errors.BadRequest, match="emoji"):
            await bob.react(message, "yes")


async def test_replies_stay_in_their_conversation(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        asked = await alice.send("bob", "are you there?")
        answer = await bob.send("alice", "I am", reply_to=await newest(bob, "alice"))
        assert answer.reply_to == asked.seq
        assert (await newest(alice, "bob")).reply_to == asked.seq
        assert (await bob.send("alice", "still", reply_to=asked.seq)).reply_to == asked.seq
        with pytest.raises(errors.BadRequest, match="A reply stays in its conversation"):
            await alice.send("#general", "elsewhere", reply_to=asked)
        with pytest.raises(errors.NotFound, match="There is no message 999 in @bob to answer"):
            await alice.send("bob", "to nothing", reply_to=999)


async def test_pins(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.create_group("board", ["bob"])
        rules = await alice.send("#board", "the rules")
        await alice.pin(rules)
        assert (await heard(bob, events.PinChanged)).target == rules.seq
        assert [(one.text, one.pinned) for one in await bob.pinned("#board")] == [("the rules", True)]
        with pytest.raises(errors.NotAllowed):
            await bob.unpin(("#board", rules.seq))
        await alice.unpin(rules)
        assert await bob.pinned("#board") == []
        assert await alice.pinned("bob") == [], "nothing was ever said, or nothing is pinned"


async def test_mentions_unread_counts_and_read_markers(broker: Served) -> None:
    async with chatting(broker, "alice", "bob", "carol") as (alice, bob, carol):
        await alice.create_group("talk", ["bob", "carol"])
        await alice.send("#talk", "good morning")
        await alice.send("#talk", "ask @Bob, he knows")
        last = await alice.send("#talk", "@all: lunch")
        for chat, mentions in ((bob, 2), (carol, 1)):
            row = await row_of(chat, "#talk")
            assert (row.unread, row.mentions) == (3, mentions)
        to_bob = [message async for message in bob.history("#talk")]
        assert [message.mentions for message in to_bob] == [(), ("bob",), ()]
        assert [message.everyone for message in to_bob] == [True, False, False]
        await bob.mark_read("#talk", last.seq)
        row = await row_of(bob, "#talk")
        assert (row.unread, row.mentions, row.read) == (0, 0, last.seq)
        seen = await heard(alice, events.ReadByOther, lambda event: event.user == "bob")
        assert (seen.conversation, seen.seq) == ("#talk", last.seq)
        await carol.set_profile(receipts=False)
        await carol.mark_read("#talk", last.seq)
        read = {member.name: member.read for member in await alice.members("#talk")}
        assert (read["bob"], read["carol"]) == (last.seq, None)


async def test_mutes_are_for_all_devices(broker: Served) -> None:
    async with chatting(broker, "alice") as (alice,), chatting(broker, "alice", live=False) as (other,):
        await alice.start_conversation("alice")
        await alice.mute("alice")
        assert (await row_of(other, "@alice")).muted_until == FOR_EVER
        until = datetime.now(UTC) + timedelta(hours=2)
        await other.mute("alice", until)
        event = await heard(alice, events.MuteChanged, lambda event: event.until != FOR_EVER)
        assert event.until == until
        await alice.mute("alice", timedelta(hours=1))
        assert (await row_of(alice, "@alice")).muted_until < until  # type: ignore[operator]
        await alice.unmute("alice")
        assert (await row_of(other, "@alice")).muted_until is None
        with pytest.raises(errors.BadRequest, match="zone"):
            await alice.mute("alice", datetime(2030, 1, 1))  # noqa: DTZ001


async def test_typing_is_told_and_ends_with_the_message(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.send("bob", "hello")
        await alice.typing("bob")
        event = await heard(bob, events.TypingChanged)
        assert (event.conversation, event.user, event.typing) == ("@alice", "alice", True)
        await alice.send("bob", "there")
        assert not (await heard(bob, events.TypingChanged)).typing
        await alice.create_group("quiet")
        with pytest.raises(errors.NotFound):
            await bob.typing("#quiet")


async def test_search_finds_what_one_may_read_and_opens_it_in_its_place(broker: Served) -> None:
    async with chatting(broker, "alice", "bob", "eve") as (alice, bob, eve):
        first = await alice.send("bob", "The harvest festival begins")
        for number in range(20):
            await bob.send("alice", f"filler {number}")
        second = await bob.send("alice", "harvesting the 丰收 fields")
        assert await eve.search("harvest*") == []
        hits = await alice.search("harvest*")
        assert [hit.key for hit in hits] == [second.key, first.key]
        assert hits[1].marked() == "The [harvest] festival begins"
        assert [hit.key for hit in await alice.search("harvest festival", order="relevance")] == [first.key]
        assert [hit.key for hit in await alice.search("丰收")] == [second.key]
        assert [hit.key for hit in await alice.search("harvest*", sender="bob")] == [second.key]
        assert [hit.key for hit in await alice.search("harvest*", before=second.sent_at)] == [first.key]
        assert [hit.key for hit in await alice.search("harvest*", after=second.sent_at)] == [second.key]
        assert [hit.key for hit in await alice.search("harvest*", conversation="bob", limit=1)] == [
            second.key
        ]
        place = [one.key async for one in alice.history(hits[1].conversation, around=hits[1].seq, limit=4)]
        assert first.key in place
        with pytest.raises(errors.BadRequest, match="zone"):
            await alice.search("harvest", before=datetime(2030, 1, 1))  # noqa: DTZ001
        with pytest.raises(errors.NotFound, match="There is no user nobody"):
            await alice.search("harvest", sender="nobody")
