"""Which server, which user, which password a command means: flags, environment, profile, question. Knows no socket."""

import asyncio
import getpass
import platform
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import click
from click.core import ParameterSource

from hubbub.client import errors
from hubbub.client.account import password_bytes
from hubbub.client.cli.output import Output, abandon_stdout, one_line
from hubbub.client.client import Client
from hubbub.client.models import Message
from hubbub.client.offline import Offline
from hubbub.client.profile import Profile, default_folder
from hubbub.client.servers import hello_of
from hubbub.client.tokens import Token, parse_token
from hubbub.schemas import limits
from hubbub.schemas.hello import Address, BadAddress, fingerprint, parse_address
from hubbub.schemas.names import BadName, canonical, folded

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_WHEN_OFFLINE: Final = "There is no server at {}: this is what was seen before, and may lack something."


class Mistake(click.ClickException):
    """What was typed cannot be done, and the sentence says it all: how the command is used would only stand in its way."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        click.echo(self.message, file=file, err=True)


@dataclass(frozen=True)
class Options:
    """What every command takes."""

    server: str | None
    user: str | None
    password_file: str | None
    profile: str | None
    as_json: bool


def options(command: F) -> F:
    """Put the options that every command takes in front of a command's own."""
    for option in reversed(
        (
            click.option(
                "--server", envvar="HUBBUB_SERVER", metavar="ADDRESS", help="HOST[:PORT] or hubbub://…"
            ),
            click.option("--user", envvar="HUBBUB_USER", metavar="NAME", help="Who you are there."),
            click.option(
                "--password-file", metavar="FILE", help="First line is the password; - is standard input."
            ),
            click.option("--profile", envvar="HUBBUB_PROFILE", metavar="DIR", help="Keys, sessions, cache."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON lines."),
        )
    ):
        command = option(command)
    return command


class Desk:
    """One run of a command: its options resolved, and what it prints to."""

    def __init__(self, given: Options) -> None:
        self.given = given
        self.output = Output(given.as_json)
        self.token = _token()
        self._shown = b""
        """The key whose words were shown."""

    @property
    def folder(self) -> Path:
        """Of the profile. Nothing was read of it yet, and it may not be there."""
        return Path(self.given.profile) if self.given.profile is not None else default_folder()

    @cached_property
    def profile(self) -> Profile:
        """Raises ProfileError."""
        return Profile(self.folder)

    @cached_property
    def server(self) -> str:
        """As it was given, else that of last time; may be empty. Raises ProfileError."""
        return self.given.server or self.profile.read().server

    @cached_property
    def user_name(self) -> str:
        """As it was given; the user of last time belongs to the server of last time. Raises ProfileError."""
        state = self.profile.read()
        last = state.user if _same(self.server, state.server) else ""
        return self.token.name if self.token else self.given.user or last

    @property
    def address(self) -> Address:
        """The server's. Raises Mistake."""
        if not self.server:
            raise Mistake("Which server? Give --server ADDRESS or HUBBUB_SERVER, or log in once.")
        try:
            return parse_address(self.server)
        except BadAddress as error:
            raise Mistake(f"{error}.") from None

    @property
    def user(self) -> str:
        """The user's name. Raises Mistake."""
        if not self.user_name:
            raise Mistake("Who are you? Give --user NAME or HUBBUB_USER, or log in once.")
        try:
            return canonical(self.user_name)
        except BadName as error:
            raise Mistake(f"{self.user_name!r} can't be a user's name: {error}.") from None

    def password(self, *, ask: bool, twice: bool = False) -> str | None:
        """From the token or the file, else the environment, else (`ask`) from the terminal; never an argument. None: there is
        none."""
        if self.token is not None:
            return self.token.secret
        given = click.get_current_context().find_root().obj.get("password")
        if self.given.password_file is not None:
            return _read_password(self.given.password_file)
        if given is not None:
            return str(given)
        if not ask:
            return None
        self._introduce()
        return _asked("Password", "--password-file or HUBBUB_PASSWORD", twice=twice)

    def new_password(self, file: str | None) -> str:
        """Another one: from the file, else from the terminal."""
        if file is not None:
            return _read_password(file)
        return _asked("New password", "--new-password-file", twice=True)

    @asynccontextmanager
    async def chat(self, **more: Any) -> AsyncIterator[Client]:
        """A client with the profile's saved session, or the password that was given; what earlier commands left in the
        outbox is sent first."""
        if "password" not in more:  # it can be read once only where it comes from standard input
            more["password"] = self.password(ask=False)
        more.setdefault("live", False)
        more.setdefault("give_up", not more["live"])
        chat = Client(str(self.address), user=self.user, profile=self.profile, device=_device(), **more)
        try:
            async with chat:
                self._greet(chat)
                await self._deliver_waiting(chat)
                yield chat
        except errors.NotLetIn as error:
            self._greet(chat)
            if isinstance(error, errors.SessionExpired):
                raise self._logged_out() from None
            raise

    def _logged_out(self) -> errors.SessionExpired:
        known = self.profile.read()
        same = _same(self.server, known.server) and folded(self.user) == folded(known.user)
        whom = "" if same else f" --server {self.where} --user {self.user}"
        return errors.SessionExpired(
            f"You are not logged in as {self.user} at {self.where}, or not any more. Type: hubbub login{whom}"
        )

    def do(self, job: Callable[[Client], Awaitable[T]], **more: Any) -> T:
        """Do it with a client (`more`: options of chat). An error becomes a line and an exit code."""

        async def doing() -> T:
            async with self.chat(**more) as chat:
                return await job(chat)

        return run(self.output, doing)

    def ask(
        self, online: Callable[[Client], Awaitable[object]], remembered: Callable[[Offline], int]
    ) -> None:
        """Ask the server; where there is none, the cache. With nothing in it (`remembered` returns 0) the answer is: no server."""

        async def asking() -> None:
            try:
                async with self.chat() as chat:
                    await online(chat)
            except errors.NoServer as error:
                if not self._remember(remembered):
                    raise error from None
                self.output.note(_WHEN_OFFLINE.format(self.where))

        run(self.output, asking)

    def _remember(self, remembered: Callable[[Offline], int]) -> int:
        try:
            with self.offline() as cache:
                return remembered(cache)
        except (errors.NotFound, errors.NoServer):
            return 0

    def offline(self) -> Offline:
        """The cache."""
        cache = Offline(self.profile, self.address, self.user)
        if cache.damaged:
            self.output.note(
                f"The cache was damaged; messages that waited to be sent are only in {cache.damaged}."
            )
        return cache

    @property
    def where(self) -> str:
        """The server's address, as a person types it."""
        return str(self.address._replace(key=None))

    def _introduce(self) -> None:
        """Before a password is typed: see who one is, that there is a server, and, on first contact, whose password it will be."""
        where, _ = self.address, self.user
        if sys.stdin.isatty() and self.profile.key_at(where) is None:
            self._show_key(hello_of(where).key)

    def _greet(self, chat: Client) -> None:
        """On first contact: the words to compare."""
        if chat.first_contact and chat.server is not None:
            self._show_key(chat.server.key)

    def _show_key(self, key: bytes) -> None:
        if key != self._shown:
            self._shown = key
            self.output.note(
                f"First contact with {self.where}; its key is:\n  {fingerprint(key)}\n"
                "Compare these words with those that the server shows: the same words, the\nright server."
            )

    async def _deliver_waiting(self, chat: Client) -> None:
        for waiting, result in await chat.flush():
            if isinstance(result, Message):
                self.output.note(f"Delivered to {waiting.recipient}, from the outbox: message {result.seq}.")
            elif isinstance(result, errors.Refused | errors.FileProblem):
                what = "  ".join([waiting.text, *(f"[{path}]" for path in waiting.attachments)]).strip()
                self.output.note(
                    f"Not delivered to {waiting.recipient}, from the outbox: {one_line(str(result), 300)}\n"
                    f"  {one_line(what, 200)}"
                )


def _token() -> Token | None:
    """Of a bot, from the environment, unless the command line says who it is. Raises BadRequest."""
    context = click.get_current_context()
    text = context.find_root().obj.get("token")
    named = (context.get_parameter_source(name) for name in ("user", "password_file"))
    return parse_token(text) if text and ParameterSource.COMMANDLINE not in named else None


def _asked(what: str, instead: str, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise Mistake(f"There is no terminal to ask for the {what.lower()}: give {instead}.")
    first = _typed(f"{what}: ")
    if twice:
        password_bytes(first, new=True)
        if _typed("Again: ") != first:
            raise Mistake("The two are not the same.")
    return first


def _typed(prompt: str) -> str:
    """What is typed without being shown. Raises Mistake (Ctrl-D), KeyboardInterrupt."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise Mistake("\nThere was no password.") from None


def _device() -> str:
    """What the session is called in the list of sessions."""
    return f"hubbub on {platform.node()}"[: limits.DEVICE_NAME_MAX_CHARACTERS]


def _read_password(file: str) -> str:
    try:
        text = sys.stdin.readline() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise Mistake(f"The password file {file} cannot be read: {why}.") from None
    return text.split("\n")[0].removesuffix("\r")


def _same(one: str, other: str) -> bool:
    try:
        return parse_address(one)._replace(key=None) == parse_address(other)._replace(key=None)
    except BadAddress:
        return False


def run(output: Output, main: Callable[[], Coroutine[Any, Any, T]], *, interrupted: int = 130) -> T:
    """Run a command; an error becomes a line and an exit code, never a traceback. `interrupted`: the code after Ctrl-C."""
    return settle(output, lambda: asyncio.run(main()), interrupted=interrupted)


def settle(output: Output, main: Callable[[], T], *, interrupted: int = 130) -> T:
    """The same for a command that awaits nothing."""
    try:
        return main()
    except errors.HubbubError as error:
        output.error(error)
        code = error.exit_code
    except KeyboardInterrupt:
        code = interrupted
    except BrokenPipeError:
        abandon_stdout()
        code = 0
    raise SystemExit(code)
