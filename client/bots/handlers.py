"""The functions of a bot: which of them an event is for, and what each is given. Knows no socket, no disk and no task."""

import inspect
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from inspect import Parameter
from typing import Any, Final, Literal, get_origin

from msgspec import Struct

from hubbub.client import errors, events
from hubbub.client.bots.arguments import Arguments, BadArguments, Named, called, hints_of, nearest
from hubbub.client.bots.context import BotError, Context, author_of
from hubbub.client.models import Group, Message, User, same_conversation
from hubbub.schemas.names import folded

Function = Callable[..., Any]
What = Literal["ctx", "message", "event", "error", "match"]

_BY_NAME: Final[dict[str, What]] = {
    "ctx": "ctx",
    "context": "ctx",
    "message": "message",
    "event": "event",
    "error": "error",
    "match": "match",
}
_BY_TYPE: Final[tuple[tuple[type, What], ...]] = (
    (Context, "ctx"),
    (Message, "message"),
    (events.Event, "event"),
    (BaseException, "error"),
    (re.Match, "match"),
)
_POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_REMEMBERED: Final = 1000
"""Users whose last use of a command is remembered, beyond which those whose time is over are forgotten."""


class Call(Struct, frozen=True):
    """A function that is to be called for an event."""

    name: str
    """Of the handler: no other of this bot has it."""
    run: Callable[[Context], Any]
    """What it returns may have to be awaited."""
    match: re.Match[str] | None = None


class Injected:
    """A function that is given what its parameters are named or annotated for."""

    def __init__(self, function: Function, first: What) -> None:
        """`first`: what the first parameter gets where neither says it. Raises TypeError for a parameter that nothing is for."""
        self.function = function
        hints = hints_of(function)
        self._wants: list[tuple[str, What]] = []
        """The name for what is given by keyword; empty: by place."""
        for place, parameter in enumerate(inspect.signature(function).parameters.values()):
            what = what_for(parameter, hints) or (first if place == 0 else None)
            if what is not None and parameter.kind in _POSITIONAL:
                self._wants.append(("", what))
            elif what is not None and parameter.kind is Parameter.KEYWORD_ONLY:
                self._wants.append((parameter.name, what))
            elif parameter.default is Parameter.empty:
                name = getattr(function, "__name__", "a handler")
                raise TypeError(f"{name}: nothing is known that could be given as {parameter.name}")

    def __call__(self, ctx: Context | None, error: BaseException | None = None) -> Any:
        """Call it."""
        given: dict[What, object] = {"ctx": ctx, "error": error}
        if ctx is not None:
            given |= {"message": ctx.message, "event": ctx.event, "match": ctx.match}
        values = [given.get(what) for name, what in self._wants if not name]
        return self.function(*values, **{name: given.get(what) for name, what in self._wants if name})


def what_for(parameter: Parameter, hints: dict[str, Any]) -> What | None:
    """What this parameter is to be given, by its annotation or its name."""
    hint = hints.get(parameter.name)
    hint = get_origin(hint) or hint  # re.Match[str]
    if isinstance(hint, type):
        for kind, what in _BY_TYPE:
            if issubclass(hint, kind):
                return what
    says_nothing = hint is Any or not isinstance(hint, type)  # Any is a class since Python 3.11
    return _BY_NAME.get(parameter.name) if says_nothing else None


class Listener:
    """`@bot.message`."""

    def __init__(self, name: str, function: Function, pattern: str | None, mention: bool) -> None:
        self._name, self._run = name, Injected(function, "message")
        self._pattern = re.compile(pattern) if pattern is not None else None
        self._mention = mention

    def call(self, message: Message, me: str) -> Call | None:
        """What to call, if the message is for it."""
        if self._mention and not any(folded(name) == folded(me) for name in message.mentions):
            return None
        match = self._pattern.search(message.text) if self._pattern is not None else None
        if self._pattern is not None and match is None:
            return None
        return Call(self._name, self._run, match)


class Watcher:
    """`@bot.event`."""

    def __init__(self, name: str, function: Function, kind: type[events.Event]) -> None:
        self._call, self._kind = Call(name, Injected(function, "event")), kind

    def call(self, event: events.Event) -> Call | None:
        """What to call, if the event is for it."""
        return self._call if isinstance(event, self._kind) else None


class Command:
    """`@bot.command`."""

    def __init__(
        self, handler: str, function: Function, name: str, aliases: Iterable[str], cooldown: float
    ) -> None:
        self.handler, self.name, self.aliases = handler, name, tuple(aliases)
        self.description = inspect.cleandoc(function.__doc__ or "")
        first = next(iter(inspect.signature(function).parameters.values()), None)
        what = what_for(first, hints_of(function)) if first is not None else None
        self._gives = what if what in ("ctx", "message") else None
        self._arguments = Arguments(function, skip=0 if self._gives is None else 1)
        self._function = function
        self._cooldown = timedelta(seconds=cooldown)
        self._used: dict[str, tuple[datetime, int]] = {}

    def usage(self, prefix: str) -> str:
        """ "!roll <dice> [times=1]"."""
        return f"{prefix}{self.name} {self._arguments.usage}".rstrip()

    async def run(self, ctx: Context, line: str) -> object:
        """Call it with what the line says. Raises BotError for a line that does not fit."""
        try:
            values, words = self._arguments.read(line)
            values = [await _found(ctx, value) for value in values]
            words = {name: await _found(ctx, value) for name, value in words.items()}
        except BadArguments as problem:
            raise BotError(f"{problem}\nUsage: {self.usage(ctx.bot.prefix)}") from None
        self._wait(ctx)
        given = [] if self._gives is None else [ctx if self._gives == "ctx" else ctx.message]
        result = self._function(*given, *values, **words)
        return await result if inspect.isawaitable(result) else result

    def _wait(self, ctx: Context) -> None:
        if not self._cooldown or ctx.message is None:
            return
        user, now = folded(ctx.author), ctx.message.sent_at
        before, seq = self._used.get(user, (datetime.min.replace(tzinfo=now.tzinfo), 0))
        left = before + self._cooldown - now if seq else timedelta(0)
        if left > timedelta(0) and seq != ctx.message.seq:  # a second try is no second use
            raise BotError(f"Wait {max(1, round(left.total_seconds()))} s before the next {self.name}.")
        if len(self._used) >= _REMEMBERED:
            self._used = {who: at for who, at in self._used.items() if at[0] + self._cooldown > now}
        self._used[user] = (now, ctx.message.seq)


class Handlers:
    """All functions of a bot that events are for."""

    def __init__(self, prefix: str, *, own: bool, bots: bool, mention_prefix: bool) -> None:
        self._prefix, self._own, self._bots, self._mention_prefix = prefix, own, bots, mention_prefix
        self._in_order: list[Listener | Watcher] = []
        self._commands: dict[str, Command] = {}
        self._names: dict[str, int] = {}

    def name(self, function: Function) -> str:
        """A name for a handler: the function's, with a number where an earlier one has it."""
        name = getattr(function, "__qualname__", type(function).__qualname__)
        self._names[name] = count = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"

    def add(self, handler: Listener | Watcher) -> None:
        """Behind those that are there."""
        self._in_order.append(handler)

    def add_command(self, command: Command) -> None:
        """Raises ValueError for a name that another one has, or that cannot be typed."""
        for name in (command.name, *command.aliases):
            if not name or any(character.isspace() for character in name):
                raise ValueError(f"{name!r} cannot be the name of a command: it is one word")
            if folded(name) in self._commands:
                raise ValueError(f"there are two commands named {name!r}")
            self._commands[folded(name)] = command

    def calls(self, event: events.Event, me: str) -> list[Call]:
        """What is to be called for an event, in this order. A message that calls a command is for that command, and for those
        who asked for events; what the bot did itself, and what other bots said, is for those who asked for that."""
        if not self._own and author_of(event) and folded(author_of(event)) == folded(me):
            return []
        message = event.message if isinstance(event, events.MessageReceived) else None
        heard = message is not None and self._hears(message)
        call = self._called(message, me) if message is not None and heard else None
        found: list[Call | None] = [call]
        for handler in self._in_order:
            if isinstance(handler, Watcher):
                found.append(handler.call(event))
            elif message is not None and heard and call is None:
                found.append(handler.call(message, me))
        return [one for one in found if one is not None]

    def _hears(self, message: Message) -> bool:
        if message.deleted_at is not None or message.blocked:
            return False
        return self._bots or not message.bot

    def _called(self, message: Message, me: str) -> Call | None:
        if (
            not self._commands
            or (found := called(message.text, self._prefix, me if self._mention_prefix else None)) is None
        ):
            return None
        word, line = found
        command = self._commands.get(folded(word))
        if command is not None:
            return Call(command.handler, lambda ctx: command.run(ctx, line))
        if folded(word) == "help":
            return Call("help", lambda _: self.help(line.strip()))
        if (meant := nearest(word, [*self._commands, "help"])) is not None:
            text = f"There is no {self._prefix}{word}. Did you mean {self._prefix}{meant}?"
            return Call("did you mean", lambda _: text)
        return None

    def help(self, word: str = "") -> str:
        """All commands, each with its first line; or one of them with all that there is to say."""
        word = word.removeprefix(self._prefix)
        if not word:
            commands = dict.fromkeys(self._commands.values())
            lines = [self._line(command) for command in commands]
            return "\n".join((*lines, f"{self._prefix}help COMMAND says more of one."))
        if (command := self._commands.get(folded(word))) is None:
            meant = nearest(word, self._commands)
            return f"There is no command {word}." + (f" Did you mean {meant}?" if meant else "")
        parts = [command.usage(self._prefix)]
        parts += [command.description] * bool(command.description)
        parts += [f"Also: {', '.join(command.aliases)}"] * bool(command.aliases)
        return "\n".join(parts)

    def _line(self, command: Command) -> str:
        first, _, _ = command.description.partition("\n")
        return command.usage(self._prefix) + (f": {first}" if first else "")


async def _found(ctx: Context, value: object) -> object:
    """The user or group of this name; any other value as it is. Raises BadArguments where there is none."""
    if not isinstance(value, Named):
        return value
    try:
        return await (_user(ctx, value.name) if value.kind == "user" else _group(ctx, value.name))
    except (errors.NotFound, errors.BadRequest):
        raise BadArguments(f"There is no {value.kind} {value.name}.") from None


async def _user(ctx: Context, name: str) -> User:
    return await ctx.client.profile(name)


async def _group(ctx: Context, name: str) -> Group:
    for group in await ctx.client.groups(name, limit=1):
        if same_conversation(group.name, f"#{name}"):
            return group
    for row in await ctx.client.home():
        if same_conversation(row.name, f"#{name}"):
            return Group(name=row.name, topic=row.topic, members=row.members, joined=True)
    raise errors.NotFound(f"There is no group {name}.")
