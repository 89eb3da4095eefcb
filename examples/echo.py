"""Says everything again: HUBBUB_SERVER=chat.example HUBBUB_TOKEN=NAME:SECRET python examples/echo.py"""

from hubbub.client import Bot, Message

bot = Bot()


@bot.message
def echo(message: Message) -> str:
    return message.text


if __name__ == "__main__":
    bot.run()
