"""What a call does when the server's store is replaced under it: numbers of before mean nothing then."""

from typing import Any

import pytest

from hubbub.client import Client, errors
from hubbub.client.link import Link
from hubbub.schemas import requests
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting, newest


class Restoring:
    """A link whose store is replaced each time that one of these requests is asked for the first time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *kinds: type[requests.Request]) -> None:
        self.asked: list[tuple[type[requests.Request], bytes]] = []
        pending = set(kinds)
        ask = Link.ask

        async def restoring(link: Link, request: Any, kind: Any) -> Any:
            self.asked.append((type(request), getattr(request, "key", b"")))
            if type(request) in pending:
                pending.remove(type(request))
                link.directory.clear()
                raise errors.Restored("The server's store was restored from a backup; ask again.")
            return await ask(link, request, kind)

        monkeypatch.setattr(Link, "ask", restoring)


async def test_what_names_no_entry_is_asked_again_with_its_key(
    broker: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(broker, "alice", "bob", live=False) as (alice, bob):
        await alice.create_group("group", ["bob"])
        seen = Restoring(monkeypatch, requests.SendMessage, requests.RenameGroup)
        await alice.send("#group", "once")
        await alice.rename("group", "renamed")
        for kind in (requests.SendMessage, requests.RenameGroup):
            keys = [key for asked, key in seen.asked if asked is kind]
            assert len(keys) == 2
            assert len(set(keys)) == 1
        assert [message.text async for message in bob.history("#renamed")] == ["once"]


async def test_what_names_an_entry_is_left_to_the_caller(
    broker: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(broker, "alice", live=False) as (alice,):
        sent = await alice.send("alice", "to myself")

        async def delete(chat: Client) -> None:
            await chat.delete(sent)

        async def reply(chat: Client) -> None:
            await chat.send("alice", "an answer", reply_to=sent)

        for act, kind in ((delete, requests.DeleteMessage), (reply, requests.SendMessage)):
            seen = Restoring(monkeypatch, kind)
            with pytest.raises(errors.Restored):
                await act(alice)
            assert [asked for asked, _ in seen.asked].count(kind) == 1
        assert await newest(alice, "alice") == sent
