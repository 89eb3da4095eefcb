"""The decorators by which a bot learns of its functions. Knows no connection."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from hubbub.client import events
from hubbub.client.bots.handlers import Command, Handlers, Injected, Listener, Watcher

F = TypeVar("F", bound=Callable[..., Any])


class Decorators:
    """The part of Bot that is used before it runs."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers
        self._every: list[tuple[float, str, Injected]] = []
        self._on_start: list[tuple[str, Injected]] = []
        self._on_connect: list[tuple[str, Injected]] = []
        self._on_error: list[Injected] = []

    @overload
    def message(self, pattern: F, /) -> F: ...
    @overload
    def message(self, pattern: str | None = None, /, *, mention: bool = False) -> Callable[[F], F]: ...
    def message(self, pattern: Any = None, /, *, mention: bool = False) -> Any:
        """`@bot.message`: for each message that is no command of this bot. `@bot.message(r"regex", mention=True)`: only where the
        expression is found in the text (`ctx.match`), and only where the text names the bot."""

        def add(function: F) -> F:
            text = None if callable(pattern) else pattern
            self._handlers.add(Listener(self._handlers.name(function), function, text, mention))
            return function

        return add(pattern) if callable(pattern) else add

    @overload
    def command(self, function: F, /) -> F: ...
    @overload
    def command(
        self, /, *, name: str | None = None, aliases: Iterable[str] = (), cooldown: float = 0.0
    ) -> Callable[[F], F]: ...
    def command(
        self,
        function: Any = None,
        /,
        *,
        name: str | None = None,
        aliases: Iterable[str] = (),
        cooldown: float = 0.0,
    ) -> Any:
        """`@bot.command`: for "!name arguments". The arguments are what the signature says (hubbub.client.bots.arguments), the help text
        is the docstring. cooldown: seconds between two uses by the same user."""

        def add(function: F) -> F:
            called = name if name is not None else function.__name__
            self._handlers.add_command(
                Command(self._handlers.name(function), function, called, aliases, cooldown)
            )
            return function

        return add(function) if function is not None else add

    def event(self, kind: type[events.Event]) -> Callable[[F], F]:
        """`@bot.event(events.ReactionChanged)`: for each event of this type. The function gets the event, or `ctx` with ctx.event.
        Events that are in no log (presence, typing, read markers, Connected) do not come again after a crash."""

        def add(function: F) -> F:
            self._handlers.add(Watcher(self._handlers.name(function), function, kind))
            return function

        return add

    def every(self, seconds: float) -> Callable[[F], F]:
        """`@bot.every(seconds=60)`: again and again, for the first time after so long, and never twice at once. An exception is
        logged, and the next run comes."""
        if seconds <= 0:
            raise ValueError("every() takes a time above 0 s")

        def add(function: F) -> F:
            self._every.append((seconds, self._handlers.name(function), Injected(function, "ctx")))
            return function

        return add

    def on_start(self, function: F) -> F:
        """`@bot.on_start`: once, when the bot is connected, before the first event. An exception ends start()."""
        self._on_start.append((self._handlers.name(function), Injected(function, "ctx")))
        return function

    def on_connect(self, function: F) -> F:
        """`@bot.on_connect`: each time that the link is up, the first time too. An exception is logged."""
        self._on_connect.append((self._handlers.name(function), Injected(function, "ctx")))
        return function

    def error(self, function: F) -> F:
        """`@bot.error`: when a handler has failed for good, or a run of every() has. Gets `ctx` and `error`."""
        self._on_error.append(Injected(function, "error"))
        return function
