"""!roll 2d6+1, !roll 2d20 best: HUBBUB_SERVER=... HUBBUB_TOKEN=... python examples/dice.py

What a command takes is said by its signature. What does not fit it is answered with the usage, and the function is not called.
"""

import random
import re
from typing import Annotated, Literal, NamedTuple

from hubbub.client import Bot

bot = Bot()


class Dice(NamedTuple):
    count: int
    sides: int
    plus: int


def dice_of(word: str) -> Dice:
    """Of "2d6+1". What a ValueError says, the user is told."""
    found = re.fullmatch(r"(\d{0,2})d(\d{1,4})([+-]\d{1,4})?", word.lower())
    if found is None:
        raise ValueError(f"{word!r} are no dice: write 2d6, d20 or 2d6+1.")
    dice = Dice(int(found[1] or 1), int(found[2]), int(found[3] or 0))
    if not (dice.count and dice.sides):
        raise ValueError("That is nothing to roll.")
    return dice


@bot.command(aliases=["r"])
def roll(dice: Annotated[Dice, dice_of], take: Literal["all", "best", "worst"] = "all") -> str:
    """Rolls dice: !roll 2d6+1"""
    thrown = [random.randint(1, dice.sides) for _ in range(dice.count)]
    total = {"all": sum, "best": max, "worst": min}[take](thrown) + dice.plus
    return f"{total} ({', '.join(map(str, thrown))})" if dice.count > 1 else str(total)


if __name__ == "__main__":
    bot.run()
