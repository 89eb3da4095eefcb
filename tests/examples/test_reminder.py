"""The reminder: what it keeps, and what it says when."""

from examples.reminder import bot
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker


async def test_it_says_it_when_it_is_due(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot, group="#team")
    alice = await broker.user("alice", group="#team")
    answer = (await alice.ask("!remind 10s tea with Bob")).text
    assert answer.startswith("Number 1, at 20")
    assert answer.endswith(" UTC.")
    await broker.clock.advance(8)
    await alice.expect_nothing()
    await broker.clock.advance(4)
    assert (await alice.expect("@alice tea with Bob", timeout=0.1)).mentions == ("alice",)
    await broker.clock.advance(2)
    await alice.expect_nothing()


async def test_what_one_has_and_takes_back(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot)
    alice, bob = await broker.user("alice"), await broker.user("bob")
    await alice.ask("!remind 5s tea")
    await alice.ask("!remind 6s cake")
    await bob.ask("!remind 1h sleep")
    assert (await alice.ask("!reminders")).text == "1: tea\n2: cake"
    assert (await bob.ask("!forget 1")).text == "You have no reminder 1."
    assert (await alice.ask("!forget 1")).text == "Number 1 is forgotten."
    assert (await alice.ask("!remind 99999d retire")).text == "I don't plan for more than ten years."
    assert "soon' is not a length of time" in (await alice.ask("!remind soon tea")).text
    await broker.clock.advance(7)
    await alice.expect("@alice cake", timeout=0.1)
    await alice.expect_nothing()
    assert (await alice.ask("!reminders")).text == "There are none."


async def test_what_falls_due_while_it_is_down_is_said_when_it_is_back(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    running = await run_bot(bot)
    alice = await broker.user("alice")
    await alice.ask("!remind 10s tea")
    await running.crash()
    await alice.say("!remind 5s cake", to="bot")
    await broker.clock.advance(20)
    await run_bot(bot)
    await broker.clock.advance(1)
    heard = [(await alice.expect(timeout=1)).text for _ in range(3)]
    assert heard[0] == "@alice tea"
    assert heard[1].startswith("Number 2")
    assert heard[2] == "@alice cake"
    await alice.expect_nothing()


async def test_what_is_said_and_not_yet_crossed_off_is_not_said_again(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    running = await run_bot(bot)
    alice = await broker.user("alice")
    await alice.ask("!remind 5s tea")
    await alice.ask("!remind 6s cake")
    kept = dict(bot.store)
    await broker.clock.advance(10)
    await alice.expect("@alice tea")
    await running.stop()
    await run_bot(bot)
    bot.store.update(kept)  # as if it had been killed in between
    await broker.clock.advance(2)
    await alice.expect("@alice cake")
    await alice.expect_nothing()
    assert len(bot.store) == 1


async def test_one_that_cannot_be_said_does_not_stand_in_the_way(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    alice = await broker.user("alice", group="#team")
    await run_bot(bot, group="#team")
    await alice.ask("!remind 5s lost")
    await alice.ask("!remind 6s kept", to="bot")
    await bot.client.leave("#team")
    await broker.clock.advance(10)
    await alice.expect("@alice kept", timeout=0.1)
    assert len(bot.store) == 1
