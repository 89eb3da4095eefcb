"""The shortest bot."""

from examples.echo import bot
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker


async def test_it_says_everything_again(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot)
    alice = await broker.user("alice")
    assert (await alice.ask("hello 😀")).text == "hello 😀"
    file = broker.folder / "file"
    file.write_text("no text beside it")
    await alice.client.send("bot", attachments=[file])
    await alice.expect_nothing()
