"""Dice: what a command takes."""

import random
import re

import pytest

from examples.dice import bot, dice_of
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker

USAGE = "\nUsage: !roll <dice> [all|best|worst=all]"


async def test_it_rolls(broker: LocalBroker, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch) -> None:
    thrown = iter([3, 4, 20, 7, 11, 5])
    monkeypatch.setattr(random, "randint", lambda low, high: next(thrown))
    await run_bot(bot)
    alice = await broker.user("alice")
    assert (await alice.ask("!roll 2d6+1")).text == "8 (3, 4)"
    assert (await alice.ask("!r 2D20 best")).text == "20 (20, 7)"
    assert (await alice.ask("!roll 1d20 worst")).text == "11"
    assert (await alice.ask("!roll d6-1")).text == "4"


async def test_what_does_not_fit_is_answered_with_the_usage(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(bot)
    alice = await broker.user("alice")
    assert (await alice.ask("!roll six")).text == "'six' are no dice: write 2d6, d20 or 2d6+1." + USAGE
    assert (await alice.ask("!roll 0d6")).text == "That is nothing to roll." + USAGE
    assert (await alice.ask("!roll")).text == "dice is missing." + USAGE
    assert (await alice.ask("!roll d6 twice")).text == "'twice' is none of all, best, worst." + USAGE
    assert re.search("Did you mean !roll", (await alice.ask("!rol d6")).text)
    await alice.say("roll d6")
    await alice.expect_nothing()


def test_no_roll_is_too_large_to_say() -> None:
    assert dice_of("99d9999+9999") == (99, 9999, 9999)
    for word in ("100d6", "d10000", "d6+10000", "d6x", "+1"):
        with pytest.raises(ValueError, match="no dice"):
            dice_of(word)
