"""!trivia asks, the first right answer wins, !scores: HUBBUB_SERVER=... HUBBUB_TOKEN=... python examples/trivia.py

A conversation's messages are handled one after the other, in order: the first is the first, and nothing needs a lock. Nothing is
drawn by lot either: an event that comes again after a crash must come out as it did.
"""

from typing import Any

from hubbub.client import Bot, BotError, BotMessage

bot = Bot()
QUESTIONS = [
    ("Which planet is the largest?", {"jupiter"}),
    ("In which year did people first walk on the Moon?", {"1969"}),
    ("How many legs has a spider?", {"8", "eight"}),
    ("Of which language is Guido van Rossum the author?", {"python"}),
]


def game(message: BotMessage) -> dict[str, Any]:
    """What the store has of this conversation."""
    return bot.store.get(f"game {message.conversation_id}", {"asked": 0, "open": False, "scores": {}})


def keep(message: BotMessage, **changes: Any) -> None:
    bot.store[f"game {message.conversation_id}"] = game(message) | changes


@bot.command
def trivia(message: BotMessage) -> str:
    """Asks a question; asked again, the next one."""
    asked = game(message)["asked"]
    keep(message, asked=asked + 1, open=True)
    return QUESTIONS[asked % len(QUESTIONS)][0]


@bot.command
def scores(message: BotMessage) -> str:
    """Who has won how often here."""
    found = sorted(game(message)["scores"].items(), key=lambda score: -score[1])
    if not found:
        raise BotError("Nobody has won yet.")
    return "\n".join(f"{points} {name}" for name, points in found)


@bot.message
async def answer(message: BotMessage) -> str | None:
    now = game(message)
    _, right = QUESTIONS[(now["asked"] - 1) % len(QUESTIONS)]
    if not now["open"] or message.text.strip().strip(".!").lower() not in right:
        return None
    points = now["scores"].get(message.sender, 0) + 1
    keep(message, open=False, scores=now["scores"] | {message.sender: points})
    await message.react("🎉")
    return f"Right, {message.sender}! {points} won."


if __name__ == "__main__":
    bot.run()
