"""A bot to be killed: says two things for each command, and counts the commands of each conversation in its store."""

from hubbub.client import Bot, Context

bot = Bot(register=True)


@bot.on_start
def ready() -> None:
    print("ready", flush=True)


@bot.command
async def do(ctx: Context, number: int) -> str:
    ctx.store[ctx.conversation] = ctx.store.get(ctx.conversation, 0) + 1
    await ctx.send(f"doing {number}")
    return f"did {number}"


if __name__ == "__main__":
    bot.run()
