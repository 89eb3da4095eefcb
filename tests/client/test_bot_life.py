"""Bots against a broker in this process: how they begin and end, and what is done again after a death."""

import asyncio
from pathlib import Path

import pytest

from hubbub.client import Bot, BotMessage, Client, Context, events
from tests.helpers.bots import NUMBERS, answers, ask, bot_of, moved, running
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting, heard


async def test_what_was_not_finished_comes_again_and_is_said_once(bot: Bot, alice: Client) -> None:
    runs: list[int] = []
    stuck = asyncio.Event()

    @bot.message
    async def work(ctx: Context) -> str:
        runs.append(1)
        ctx.store["count"] = ctx.store.get("count", 0) + 1
        await ctx.send("begun")
        if len(runs) == 1:
            stuck.set()
            await asyncio.Event().wait()
        return "done"

    await bot.start()
    await alice.send(bot.user, "one")
    await stuck.wait()
    await bot.abort()
    async with running(bot):
        sent = await alice.send(bot.user, "two")
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, bot.user) == ["begun", "done", "begun", "done"]
        assert len(runs) == 3 and bot.store["count"] == 2


async def test_what_comes_again_may_go_to_others_in_another_order(bot: Bot, alice: Client) -> None:
    turns: list[int] = []
    group = ""

    @bot.message
    async def tell(ctx: Context) -> None:
        turns.append(1)
        for to in (alice.user, group)[:: 1 if len(turns) == 1 else -1]:
            await ctx.send(f"told {to}", to=to)
        if len(turns) == 1:
            raise OSError

    async with running(bot):
        group = (await alice.create_group(f"two-{bot.user}", [bot.user])).name
        sent = await alice.send(bot.user, "go")
        await moved(bot, lambda: len(turns) == 2)
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, bot.user) == [f"told {alice.user}"]
        assert await answers(alice, group) == [f"told {group}"]


async def test_where_a_bot_begins(broker: Served, tmp_path: Path, alice: Client) -> None:
    bot = bot_of(broker, "beginner", tmp_path / "bot")

    @bot.message
    def echo(message: BotMessage) -> str:
        return f"echo {message.text}"

    async with chatting(broker, "beginner"):
        await alice.send("beginner", "before the bot was ever there")
    async with running(bot):
        assert await ask(alice, bot, "one") == "echo one"
    await alice.send("beginner", "two")
    async with chatting(broker, f"other{next(NUMBERS)}") as (other,):
        await other.send("beginner", "first words")
        for file in (tmp_path / "bot").glob("cache.sqlite*"):
            file.unlink()
        async with running(bot):
            sent = await alice.send("beginner", "three")
            await bot.handled(sent.conversation_id, sent.seq)
            assert await answers(alice, "beginner") == ["echo one", "echo two", "echo three"]
            first = await anext(other.history("beginner", limit=1))
            await bot.handled(first.conversation_id, first.seq)
            assert await answers(other, "beginner") == ["echo first words"]


async def test_a_bot_that_saw_nothing_but_heads_does_not_read_what_came_before(
    broker: Served, tmp_path: Path, alice: Client
) -> None:
    """Killed right after its first start, it goes on where it began."""
    bot = bot_of(broker, "fresh", tmp_path / "bot")

    @bot.message
    def echo(message: BotMessage) -> str:
        return f"echo {message.text}"

    async with chatting(broker, "fresh"):
        await alice.send("fresh", "before")
    await bot.start()
    await bot.abort()
    await alice.send("fresh", "after")
    async with running(bot):
        sent = await alice.send("fresh", "last")
        await bot.handled(sent.conversation_id, sent.seq)
    assert await answers(alice, "fresh") == ["echo after", "echo last"]


async def test_closing_waits_for_what_runs_and_begins_nothing(bot: Bot, alice: Client) -> None:
    begun, free = asyncio.Event(), asyncio.Event()

    @bot.message
    async def work(message: BotMessage) -> str:
        begun.set()
        await free.wait()
        return f"did {message.text}"

    await bot.start()
    await alice.send(bot.user, "one")
    await begun.wait()
    sent = await alice.send(bot.user, "two")
    name, closing = bot.user, asyncio.create_task(bot.close())
    await asyncio.sleep(0)
    free.set()
    await closing
    assert await answers(alice, name) == ["did one"]
    async with running(bot):
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, name) == ["did one", "did two"]


async def test_a_handler_that_is_cut_off_comes_again(
    bot: Bot, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.Event()

    @bot.message
    async def work() -> str:
        if not begun.is_set():
            begun.set()
            await asyncio.Event().wait()
        return "done"

    await bot.start()
    sent = await alice.send(bot.user, "one")
    await begun.wait()
    await bot.close(timeout=0.05)
    assert "cut off" in caplog.text
    async with running(bot):
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, bot.user) == ["done"]


async def test_a_command_can_end_the_bot(bot: Bot, alice: Client) -> None:
    @bot.command
    async def leave(ctx: Context) -> None:
        await ctx.reply("bye")
        await ctx.bot.close()

    await bot.start()
    name = bot.user
    await alice.send(name, "!leave")
    await bot.wait()
    await bot.close()
    async with running(bot):
        assert bot.user == name
        await asyncio.wait_for(bot.handled((await alice.send(name, "hm")).conversation_id, 3), 10)
        assert await answers(alice, name) == ["bye"]


async def test_without_a_profile_it_says_so(
    broker: Served, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    bot = bot_of(broker, "forgetful", None)
    bot.message(lambda message: message.text.upper())
    async with running(bot):
        assert await ask(alice, bot, "hi") == "HI"
    assert "what the bot keeps is lost" in caplog.text


async def test_starts_connections_and_repeated_work(
    bot: Bot, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[str] = []
    failed: list[BaseException] = []

    @bot.on_start
    async def starts() -> None:
        order.append("start")
        bot.store["started"] = bot.store.get("started", 0) + 1

    @bot.on_connect
    def connects() -> None:
        order.append("connect")

    @bot.every(seconds=10)
    async def works(ctx: Context) -> None:
        order.append("every")
        bot.store["works"] = order.count("every")
        if order.count("every") == 1:
            raise ValueError("the first time")
        await ctx.send("tick", to=alice.user)

    bot.error(lambda error: failed.append(error))

    async with running(bot):
        assert order[:1] == ["start"]
        await moved(bot, lambda: order.count("every") == 2)
        assert order[:3] == ["start", "connect", "every"]
        assert (await heard(alice, events.MessageReceived)).message.text == "tick"
        assert isinstance(failed[0], ValueError) and "the first time" in caplog.text
    async with running(bot):
        assert (bot.store["started"], bot.store["works"]) == (2, 2)


async def test_a_start_that_fails_leaves_nothing_behind(bot: Bot) -> None:
    @bot.on_start
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await bot.start()
    with pytest.raises(RuntimeError, match="not started"):
        _ = bot.client


async def test_many_conversations_at_once_and_each_in_order(bot: Bot, broker: Served) -> None:
    running_now: set[str] = set()

    @bot.command
    async def say(ctx: Context, number: int) -> str:
        assert ctx.conversation not in running_now
        running_now.add(ctx.conversation)
        await asyncio.sleep(0)
        running_now.remove(ctx.conversation)
        return str(number)

    names = [f"one-of-many-{number}" for number in range(4)]
    async with running(bot), chatting(broker, *names) as people:
        sent = await asyncio.gather(
            *(person.send(bot.user, f"!say {number}") for person in people for number in range(25))
        )
        for one in sent:
            await bot.handled(one.conversation_id, one.seq)
        for person in people:
            asked = [m async for m in person.history(bot.user, limit=None) if m.sender == person.user][::-1]
            assert await answers(person, bot.user) == [m.text.removeprefix("!say ") for m in asked]
