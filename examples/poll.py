"""!poll "Lunch?" pizza soup, and !close: HUBBUB_SERVER=... HUBBUB_TOKEN=... HUBBUB_PROFILE=FOLDER python examples/poll.py

The votes are the reactions on the question. The server keeps them, so that the bot counts right whatever it has missed; what it
keeps itself is only which message is the question.
"""

from hubbub.client import Bot, BotError, BotMessage

bot = Bot()
SIGNS = [f"{number}\ufe0f\u20e3" for number in range(1, 10)]  # 1️⃣ to 9️⃣


def place(message: BotMessage) -> str:
    """The conversation's poll in the store, by its number: a group can be renamed."""
    return f"poll {message.conversation_id}"


@bot.command
async def poll(message: BotMessage, question: str, *answers: str) -> None:
    """Asks, and people answer by reactions: !poll "Lunch?" pizza "pea soup"

    !close ends it. There is one poll at a time in a conversation.
    """
    if place(message) in bot.store:
        raise BotError("There is a poll here already: !close ends it.")
    if not 2 <= len(answers) <= len(SIGNS):
        raise BotError(f"A poll has 2 to {len(SIGNS)} answers.")
    lines = [f"{sign} {answer}" for sign, answer in zip(SIGNS, answers, strict=False)]
    asked = await message.reply("\n".join([question, *lines]))
    for sign, _ in zip(SIGNS, answers, strict=False):
        await bot.client.react(asked, sign)
    bot.store[place(message)] = {
        "seq": asked.seq,
        "by": message.sender,
        "question": question,
        "answers": answers,
    }


@bot.command
async def close(message: BotMessage) -> str:
    """Ends the poll and counts."""
    if (found := bot.store.get(place(message))) is None:
        raise BotError("There is no poll here.")
    if message.sender != found["by"]:
        raise BotError(f"It is {found['by']}'s poll.")
    asked = await bot.client.message((message.conversation, found["seq"]))
    votes = {one.emoji: one.count - one.mine for one in asked.reactions}  # the bot's own show where to click
    counted = [(votes.get(sign, 0), answer) for sign, answer in zip(SIGNS, found["answers"], strict=False)]
    counted.sort(key=lambda line: -line[0])
    del bot.store[place(message)]
    return "\n".join([found["question"], *(f"{count} {answer}" for count, answer in counted)])


if __name__ == "__main__":
    bot.run()
