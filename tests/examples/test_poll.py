"""The poll: votes are reactions."""

import asyncio

import pytest

from examples.poll import bot
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker

PIZZA, SOUP = "1️⃣", "2️⃣"


async def test_votes_are_counted(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot, group="#team")
    alice, bob = await broker.user("alice", group="#team"), await broker.user("bob", group="#team")
    asked = await alice.ask('!poll "Lunch today?" pizza "pea soup"')
    assert asked.text == f"Lunch today?\n{PIZZA} pizza\n{SOUP} pea soup"
    await alice.expect_nothing()
    assert [one.emoji for one in (await alice.client.message(asked)).reactions] == [PIZZA, SOUP]
    await alice.client.react(asked, SOUP)
    await bob.client.react(asked, SOUP)
    await bob.client.react(asked, PIZZA)
    await bob.client.unreact(asked, PIZZA)
    assert (await bob.ask("!close")).text == "It is alice's poll."
    await alice.expect("It is alice's poll.")
    assert (await alice.ask("!close")).text == "Lunch today?\n2 pea soup\n0 pizza"
    assert (await alice.ask("!close")).text == "There is no poll here."


async def test_what_is_no_poll(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot)
    alice = await broker.user("alice")
    assert (await alice.ask("!poll")).text == "question is missing.\nUsage: !poll <question> [answers...]"
    assert (await alice.ask('!poll "Lunch?" pizza')).text == "A poll has 2 to 9 answers."
    await alice.ask("!poll Lunch? pizza soup")
    assert (await alice.ask("!poll Dinner? a b")).text == "There is a poll here already: !close ends it."


async def test_a_poll_outlives_the_bot_the_broker_and_its_groups_name(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    alice = await broker.user("alice", group="#team")
    running = await run_bot(bot, group="#team")
    asked = await alice.ask("!poll Lunch? pizza soup", to="#team")
    await alice.expect_nothing()
    await running.crash()
    await alice.client.react(asked, PIZZA)
    await alice.client.rename("#team", "#lunch")
    await broker.restart()
    await run_bot(bot)
    assert (await alice.ask("!close", to="#lunch")).text == "Lunch?\n1 pizza\n0 soup"


async def test_a_crash_in_the_middle_asks_once(
    broker: LocalBroker, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await run_bot(bot)
    alice = await broker.user("alice")
    reached = asyncio.Event()

    async def never(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(bot.client, "react", never)
    await alice.say("!poll Lunch? pizza soup")
    await reached.wait()
    await running.crash()
    await run_bot(bot)
    asked = await alice.expect()
    await alice.expect_nothing()
    assert [one.emoji for one in (await alice.client.message(asked)).reactions] == [PIZZA, SOUP]
    assert (await alice.ask("!close")).text == "Lunch?\n0 pizza\n0 soup"
