"""Trivia: one game a conversation, and the first right answer wins."""

from examples.trivia import QUESTIONS, bot
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker


async def test_the_first_right_answer_wins(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot, group="#team")
    alice, bob = await broker.user("alice", group="#team"), await broker.user("bob", group="#team")
    assert (await alice.ask("!scores")).text == "Nobody has won yet."
    await alice.say("Jupiter")
    await alice.expect_nothing()
    assert (await alice.ask("!trivia")).text == QUESTIONS[0][0]
    await alice.say("Mars?")
    said = await bob.say(" jupiter! ")
    await alice.say("Jupiter")
    await alice.expect("Right, bob! 1 won.", sender="bot")
    await alice.expect(" jupiter! ", sender="bob")
    await alice.expect_nothing()
    assert [one.emoji for one in (await alice.client.message(said)).reactions] == ["🎉"]


async def test_games_are_apart_and_outlive_the_bot(broker: LocalBroker, run_bot: RunBot) -> None:
    running = await run_bot(bot, group="#team")
    alice = await broker.user("alice", group="#team")
    for _, right in QUESTIONS:
        await alice.ask("!trivia")
        assert "Right, alice!" in (await alice.ask(min(right))).text
    assert (await alice.ask("!trivia")).text == QUESTIONS[0][0]
    await running.crash()
    await run_bot(bot)
    assert "Right, alice!" in (await alice.ask("jupiter")).text
    assert (await alice.ask("!scores")).text == f"{len(QUESTIONS) + 1} alice"
    assert (await alice.ask("!scores", to="bot")).text == "Nobody has won yet."
