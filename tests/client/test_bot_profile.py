"""What a bot leaves on the disk."""

from pathlib import Path

from hubbub.client import Bot, Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.chatting import chatting


async def test_a_bot_keeps_no_copies_of_what_was_said(broker: Served, tmp_path: Path) -> None:
    options = {"user": "forgetful", "password": PASSWORD.decode(), "profile": tmp_path / "bot"}
    bot = Bot(server=broker.place.address, register=True, **options)

    @bot.message
    def echo(message) -> str:  # type: ignore[no-untyped-def]
        return f"heard {message.text}"

    async with chatting(broker, "alice-forgets") as (alice,):
        await bot.start()
        sent = await alice.send("forgetful", "a word like rhubarb")
        await bot.handled(sent.conversation_id, sent.seq)
        await bot.close()
        files = [path for path in (tmp_path / "bot").rglob("*") if path.is_file()]
        assert "bot.db" in {path.name for path in files}
        assert [path.name for path in files if b"rhubarb" in path.read_bytes()] == []
        async with Client(broker.place.address, consumer="a person", **options) as chat:
            async for message in chat.history("alice-forgets"):
                assert message.text.endswith("rhubarb")
            await chat.send("alice-forgets", "rhubarb indeed")
    assert any(b"rhubarb" in path.read_bytes() for path in (tmp_path / "bot").rglob("cache*"))
