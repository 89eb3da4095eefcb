"""!remind 10m tea, !reminders, !forget 3: HUBBUB_SERVER=... HUBBUB_TOKEN=... HUBBUB_PROFILE=FOLDER python examples/reminder.py

What must not be lost is in bot.store, and what must be said once has a key: what falls due while the bot is down is said when it is back.
"""

import logging
from datetime import UTC, datetime, timedelta

from hubbub.client import Bot, BotError, Context, Message, derived_key, errors

bot = Bot()


def waiting() -> dict[int, tuple[datetime, str, str, str]]:
    """When, where, whose and what, by number. Each has a name of its own in the store: many conversations write there."""
    return {int(name[9:]): tuple(bot.store[name]) for name in bot.store if name.startswith("reminder ")}


@bot.command
def remind(message: Message, after: timedelta, *, what: str) -> str:
    """Says it after a while: !remind 1h30m tea with Bob"""
    if after > timedelta(days=3660):
        raise BotError("I don't plan for more than ten years.")
    number = bot.store["last"] = bot.store.get("last", 0) + 1
    at = message.sent_at + after  # and not from now on: it may have been said while the bot was down
    bot.store[f"reminder {number}"] = (at, message.conversation, message.sender, what)
    return f"Number {number}, at {at:%Y-%m-%d %H:%M:%S} UTC."


@bot.command
def reminders(message: Message) -> str:
    """Your reminders."""
    mine = [f"{number}: {what}" for number, (_, _, by, what) in waiting().items() if by == message.sender]
    return "\n".join(mine) or "There are none."


@bot.command
def forget(message: Message, number: int) -> str:
    """Takes back a reminder of yours."""
    if number not in waiting() or waiting()[number][2] != message.sender:
        raise BotError(f"You have no reminder {number}.")
    del bot.store[f"reminder {number}"]
    return f"Number {number} is forgotten."


@bot.on_start
@bot.every(seconds=1)
async def say_what_is_due(ctx: Context) -> None:
    for number, (at, to, by, what) in waiting().items():
        if at <= datetime.fromtimestamp(bot.clock.now(), UTC):
            try:
                await ctx.send(f"@{by} {what}", to, key=derived_key("reminder", number, at=at))
            except errors.Refused as error:  # the group is gone, say: the others are said all the same
                logging.warning("reminder %d is dropped: %s", number, error)
            bot.store.pop(f"reminder {number}", None)


if __name__ == "__main__":
    bot.run()
