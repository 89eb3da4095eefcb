"""Bots against a broker in this process: what they hear, what they say, and what they do when something goes wrong."""

import asyncio
import logging
import re
from pathlib import Path

import pytest

from hubbub.client import Bot, BotError, BotMessage, Client, Context, errors, events
from hubbub.client.bots.delivering import DeliveringClient
from hubbub.client.bots.settings import settings_of
from hubbub.client.models import Group, User
from tests.helpers.bots import GENERAL, NUMBERS, answers, ask, bot_of, moved, running, said, silence
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting

# ----------------------------------------------------------------------------------------------------- what is heard


async def test_commands(bot: Bot, alice: Client) -> None:
    @bot.command(name="roll", aliases=["r"])
    async def throw(ctx: Context, dice: int, *, why: str = "no reason") -> str:
        """Rolls dice.

        As many as you like.
        """
        return f"{dice} for {why}, {ctx.author}"

    @bot.command
    def ping() -> str:
        return "pong"

    @bot.message
    def never(message: BotMessage) -> str | None:
        return "heard" if message.text == "!unheard-of" else None

    async with running(bot):
        assert await ask(alice, bot, "!roll 2 two  reasons") == f"2 for two  reasons, {alice.user}"
        assert await ask(alice, bot, "!R 2") == f"2 for no reason, {alice.user}"
        assert await ask(alice, bot, f"@{bot.user.upper()}: ping") == "pong"
        assert await ask(alice, bot, f"@{bot.user} ping", GENERAL) == "pong"
        problem = "'x' is not a whole number.\nUsage: !roll <dice> [why...=no reason]"
        assert await ask(alice, bot, "!roll x") == problem
        assert await ask(alice, bot, "!rol 2") == "There is no !rol. Did you mean !roll?"
        assert await ask(alice, bot, "!unheard-of") == "heard"
        await silence(alice, bot, "!weather")
        help_text = "!roll <dice> [why...=no reason]: Rolls dice.\n!ping\n!help COMMAND says more of one."
        assert await ask(alice, bot, "!help") == help_text
        more = "!roll <dice> [why...=no reason]\nRolls dice.\n\nAs many as you like.\nAlso: r"
        assert await ask(alice, bot, "!help r") == more
        assert await ask(alice, bot, "!help pong") == "There is no command pong. Did you mean ping?"


async def test_arguments_that_only_the_server_knows(bot: Bot, alice: Client) -> None:
    @bot.command
    def who(user: User, group: Group | None = None) -> str:
        return f"{user.name} {group.name if group else None}"

    async with running(bot):
        assert await ask(alice, bot, f"!who @{alice.user.upper()}") == f"{alice.user} None"
        assert await ask(alice, bot, f"!who {alice.user} general") == f"{alice.user} #general"
        assert (await ask(alice, bot, "!who nobody-here")).startswith("There is no user nobody-here.\nUsage:")
        assert (await ask(alice, bot, f"!who {alice.user} #no")).startswith("There is no group no.")


async def test_messages(bot: Bot, alice: Client) -> None:
    @bot.message(r"(?i)tea (\d+)")
    def tea(ctx: Context, match: re.Match[str]) -> str:
        assert ctx.match is match
        return f"tea {match[1]}"

    @bot.message(mention=True)
    async def named(message: BotMessage) -> None:
        await message.react("👍")
        answer = await message.reply("named")
        assert (answer.reply_to, answer.conversation) == (message.seq, GENERAL)

    @bot.command
    def pour(*what: str) -> str:
        return f"poured {' '.join(what)}"

    async with running(bot):
        assert await ask(alice, bot, "TEA 5 please") == "tea 5"
        assert await ask(alice, bot, "!pour tea 5") == "poured tea 5"
        await silence(alice, bot, "coffee")
        sent = await alice.send(GENERAL, f"hello @{bot.user}, tea 7")
        first = await said(alice, bot, sent)
        assert (first.text, (await said(alice, bot, first)).text) == ("tea 7", "named")
        (message,) = [one async for one in alice.history(GENERAL, around=sent.seq, limit=1)]
        assert message.reactions[0].users == (bot.user,)
        assert await answers(alice, bot.user) == ["tea 5", "poured tea 5"]


async def test_bots_do_not_hear_themselves_unless_asked_to(broker: Served, alice: Client) -> None:
    deaf = bot_of(broker, "deaf", None)
    hearing = bot_of(broker, "hearing", None, own=True)
    for one in (deaf, hearing):

        @one.message(r"^(x+)$")
        def longer(message: BotMessage) -> str | None:
            return message.text + "x" if len(message.text) < 3 else None

    async with running(deaf), running(hearing):
        assert await ask(alice, deaf, "x") == "xx"
        last = await anext(alice.history("deaf", limit=1))
        await deaf.handled(last.conversation_id, last.seq)
        assert await answers(alice, "deaf") == ["xx"]
        first = await said(alice, hearing, await alice.send("hearing", "x"))
        assert (await said(alice, hearing, first)).text == "xxx"


async def test_other_events(broker: Served, bot: Bot, alice: Client) -> None:
    @bot.event(events.MemberJoined)
    async def joined(ctx: Context, event: events.MemberJoined) -> str:
        return f"welcome {event.user} to {ctx.conversation}"

    @bot.event(events.ReactionChanged)
    def reacted(event: events.ReactionChanged) -> str:
        return f"{event.by} {event.emoji}"

    async with running(bot):
        name = f"#tea-{bot.user}"
        await alice.create_group(name, [bot.user], public=True)
        sent = await alice.send(name, "hello")
        async with chatting(broker, f"other{next(NUMBERS)}") as (other,):
            await other.join(name)
            assert (await said(alice, bot, sent)).text == f"welcome {other.user} to {name}"
            await other.leave(name)
        sent = await alice.send(name, "react")
        await alice.react(sent, "👍")
        assert (await said(alice, bot, sent)).text == f"{alice.user} 👍"


# ---------------------------------------------------------------------------------------------------- what goes wrong


async def test_a_handler_that_fails(bot: Bot, alice: Client, caplog: pytest.LogCaptureFixture) -> None:
    tries: list[object] = []
    told: list[tuple[str, BaseException]] = []

    @bot.command
    async def work(ctx: Context) -> str:
        tries.append(ctx.store.get("tries"))
        ctx.store["tries"] = len(tries)
        await ctx.send("working")
        raise ValueError("a secret")

    @bot.error
    async def problem(ctx: Context, error: BaseException) -> None:
        told.append((ctx.author, error))

    async with running(bot):
        sent = await alice.send(bot.user, "!work")
        await moved(bot, lambda: told)
        await bot.handled(sent.conversation_id, sent.seq)
        working, failed = await answers(alice, bot.user)
        assert working == "working"
        found = re.fullmatch(r"failed \(ref ([0-9a-f]{4})\)", failed)
        assert found is not None
        assert tries == [None, None, None] and "tries" not in bot.store
        assert told[0][0] == alice.user and isinstance(told[0][1], ValueError)
        (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
        assert found[1] in record.message and record.exc_info is not None
        await silence(alice, bot, "the next one is handled")


async def test_a_second_try_can_succeed(bot: Bot, alice: Client) -> None:
    tries: list[int] = []

    @bot.message
    async def work(ctx: Context) -> str:
        tries.append(1)
        bot.store["count"] = bot.store.get("count", 0) + 1
        await ctx.send("begun")
        if len(tries) == 1:
            raise OSError
        return "done"

    async with running(bot):
        sent = await alice.send(bot.user, "go")
        await moved(bot, lambda: len(tries) == 2)
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, bot.user) == ["begun", "done"] and bot.store["count"] == 1


async def test_what_is_for_the_user_and_what_is_no_answer(
    bot: Bot, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    @bot.command
    def pay() -> None:
        bot.store["paid"] = True
        raise BotError("You have no money.")

    @bot.command
    def number() -> int:
        return 5

    async with running(bot):
        assert await ask(alice, bot, "!pay") == "You have no money."
        assert "paid" not in bot.store
        sent = await alice.send(bot.user, "!number")
        await moved(bot, lambda: "passed over" in caplog.text)
        assert (await said(alice, bot, sent)).text.startswith("failed (ref")
        assert "returned 5" in caplog.text


async def test_a_cooldown(broker: Served, bot: Bot, alice: Client) -> None:
    @bot.command(cooldown=3600)
    def roll(dice: int) -> str:
        return f"rolled {dice}"

    async with running(bot):
        assert (await ask(alice, bot, "!roll x")).startswith("'x'")
        assert await ask(alice, bot, "!roll 1") == "rolled 1"
        assert re.fullmatch(r"Wait 3\d{3} s before the next roll\.", await ask(alice, bot, "!roll 2"))
        async with chatting(broker, f"other{next(NUMBERS)}") as (other,):
            assert await ask(other, bot, "!roll 3") == "rolled 3"


async def test_a_conversation_waits_for_its_handler_and_others_do_not(
    bot: Bot, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    free = asyncio.Event()

    @bot.message
    async def work(ctx: Context) -> str:
        if ctx.conversation != GENERAL:
            await free.wait()
        return f"did {ctx.message.text if ctx.message else None}"

    async with running(bot):
        first = await alice.send(bot.user, "one")
        await alice.send(bot.user, "two")
        assert await ask(alice, bot, "three", GENERAL) == "did three"
        await moved(bot, lambda: "has been running for" in caplog.text)
        assert await answers(alice, bot.user) == []
        free.set()
        first = await said(alice, bot, first)
        assert (first.text, (await said(alice, bot, first)).text) == ("did one", "did two")


async def test_an_answer_finds_a_group_that_was_renamed(bot: Bot, alice: Client) -> None:
    begun, renamed = asyncio.Event(), asyncio.Event()

    @bot.message
    async def work(ctx: Context) -> str:
        begun.set()
        await renamed.wait()
        await ctx.send("sent")
        return "replied"

    async with running(bot):
        group = await alice.create_group(f"before-{bot.user}", [bot.user])
        sent = await alice.send(group.name, "go")
        await begun.wait()
        await alice.rename(group.name, f"after-{bot.user}")
        assert any(row.name == f"#after-{bot.user}" for row in await bot.client.home())
        renamed.set()
        await bot.handled(sent.conversation_id, sent.seq)
        assert await answers(alice, f"#after-{bot.user}") == ["sent", "replied"]


async def test_a_restored_store_ends_what_was_begun(
    bot: Bot, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler whose event is of a store that is gone is not tried again."""
    tries: list[int] = []
    monkeypatch.setattr(DeliveringClient, "current", lambda *_: not tries)

    @bot.message
    def work() -> None:
        tries.append(1)
        raise errors.Restored("gone")

    async with running(bot):
        await alice.send(bot.user, "one")
        await alice.send(GENERAL, "two")
        await moved(bot, lambda: len(tries) == 2 and not bot.busy())
        assert await answers(alice, bot.user) == []


# ------------------------------------------------------------------------------------------------------------ settings


def test_a_bot_that_is_not_let_in_exits_with_its_code(
    broker: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Bot(profile=tmp_path, server=broker.place.address, token="nobody:secret")
    with pytest.raises(SystemExit) as ended:
        bot.run()
    assert ended.value.code == 4 and "password" in caplog.text


def test_settings() -> None:
    nothing = dict.fromkeys(("SERVER", "USER", "PASSWORD", "TOKEN", "PROFILE"))
    environment = {"HUBBUB_SERVER": "there", "HUBBUB_TOKEN": "bot:a:b", "HUBBUB_PROFILE": "/here"}
    found = settings_of(nothing, environment)
    assert (found.server, found.user, found.password, found.profile) == ("there", "bot", "a:b", Path("/here"))
    given = {**nothing, "SERVER": "elsewhere", "USER": "me", "PASSWORD": "secret"}
    found = settings_of(given, environment)
    assert (found.server, found.user, found.password) == ("elsewhere", "me", "secret")
    for wrong in ({}, {"HUBBUB_SERVER": "there"}, {"HUBBUB_SERVER": "there", "HUBBUB_TOKEN": "bot"}):
        with pytest.raises(errors.BadRequest):
            settings_of(nothing, wrong)


def test_functions_that_nothing_can_be_given_to() -> None:
    bot = Bot()
    with pytest.raises(TypeError, match="what"):
        bot.message(lambda message, what: None)
    bot.command(name="once")(lambda: None)
    with pytest.raises(ValueError, match="two commands"):
        bot.command(name="other", aliases=["ONCE"])(lambda: None)
    with pytest.raises(ValueError, match="one word"):
        bot.command(name="two words")(lambda: None)
    with pytest.raises(ValueError, match="above 0"):
        bot.every(seconds=0)
