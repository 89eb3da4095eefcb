"""`hubbub-broker`: serve, user, verify. Wires the store in; knows no socket and no rule of chat."""

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import click
import msgspec
import platformdirs

from hubbub.broker import config as configuration
from hubbub.broker.admin import AdminError, Running
from hubbub.broker.discoverable import hidden
from hubbub.broker.passwords import hash_password
from hubbub.broker.places import PLACE_FILE, banner, write_ready
from hubbub.broker.ready import CannotStart, Ready, clock
from hubbub.broker.supervisor import Supervisor
from hubbub.schemas import limits, names, records, replies, requests
from hubbub.store import StoreError, StoreInUse, open_store
from hubbub.store.lock import FolderLock

_EXIT_FAILED: Final = 1
_EXIT_REFUSED: Final = 5
_EXIT_STORE: Final = 6
_SECRET_BYTES: Final = 32

_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(platformdirs.user_data_dir("hubbub-broker", appauthor=False)),
    show_default="the user's data folder",
    envvar="HUBBUB_DATA",
    help="The data folder; made if there is none.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hubbub", prog_name="hubbub-broker")
def main() -> None:
    """The Hubbub server: chat that runs on one command and loses nothing.

    \b
    Completion: eval "$(_HUBBUB_BROKER_COMPLETE=bash_source hubbub-broker)"
    """


@main.command()
@_data
@click.option("--host", help='Interface to listen on; "*" (the default): all.')
@click.option(
    "--port", type=click.IntRange(0, 65533), help="Request port; hello is two above. 0: any free. [2000]"
)
@click.option(
    "--publish-port", type=click.IntRange(0, 65535), help="Port of live events. 0: any free. [2001]"
)
@click.option("--name", help="What clients call the server. [Hubbub]")
@click.option(
    "--discovery/--no-discovery",
    default=None,
    envvar="HUBBUB_DISCOVERY",
    help="Announce it on the local network, so that clients there find it. [on]",
)
@click.option("--config", "config_file", type=click.Path(dir_okay=False, path_type=Path), help="TOML file.")
@click.option(
    "--ready-file", type=click.Path(dir_okay=False, path_type=Path), help="Written once requests are served."
)
def serve(
    data: Path,
    host: str | None,
    port: int | None,
    publish_port: int | None,
    name: str | None,
    discovery: bool | None,
    config_file: Path | None,
    ready_file: Path | None,
) -> None:
    """Serve until Ctrl-C (a second one ends it at once)."""
    options = {"host": host, "port": port, "publish_port": publish_port, "name": name}
    options["discovery"] = discovery
    try:
        config = _config(config_file, {key: value for key, value in options.items() if value is not None})
    except configuration.ConfigError as error:
        _fail(str(error), 2)
    if ready_file is not None and not ready_file.parent.is_dir():
        _fail(f"--ready-file: there is no folder {ready_file.parent}.", 2)
    _forget_stale(data, *(path for path in (data / PLACE_FILE, ready_file) if path is not None))
    announced: list[Ready] = []

    def on_ready(ready: Ready) -> None:
        write_ready(data / PLACE_FILE, ready)
        if not announced:
            from importlib.metadata import version  # it takes 40 ms, for which the worker need not wait

            click.echo(banner(ready, config.server.host, data, version("hubbub")))
            if why := hidden(config.server):
                click.echo(why)
        if ready_file is not None:
            write_ready(ready_file, ready)
        announced.append(ready)

    try:
        Supervisor(data, config, on_ready, lambda line: click.echo(line, err=True)).run()
    except CannotStart as error:
        _fail(str(error), _EXIT_FAILED)
    finally:
        if announced:
            (data / PLACE_FILE).unlink(missing_ok=True)
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
    click.echo("Stopped; everything is on the disk.")


def _forget_stale(data: Path, *files: Path) -> None:
    """Remove what a broker that was killed left: whoever waits for the ready file must not take that one for ours. Where
    another broker has the folder they are its own, and the worker will say so."""
    try:
        lock = FolderLock(data) if data.is_dir() else None
    except (StoreError, OSError):
        return
    for file in files:
        file.unlink(missing_ok=True)
    if lock is not None:
        lock.release()


def _config(path: Path | None, options: dict[str, Any]) -> configuration.Config:
    config = configuration.load(path) if path is not None else configuration.Config()
    if options.get("port") == 0 and "publish_port" not in options:
        options["publish_port"] = 0
    server = msgspec.structs.replace(config.server, **options)
    return configuration.checked(msgspec.structs.replace(config, server=server))


@main.command()
@_data
@_json
def verify(data: Path, as_json: bool) -> None:
    """Check the store: the database's integrity, gapless logs, unique keys, every attached file. Exits with 1 where there are
    problems."""
    with _errors(as_json), _store_or_broker(data) as (store, broker):
        if broker is not None:
            found: Any = broker.ask(requests.AdminVerify(id=0), replies.Verified)
        else:
            found = _read(store, records.Verify())
    if as_json:
        click.echo(json.dumps({name: getattr(found, name) for name in records.VerifyRead.__struct_fields__}))
    else:
        counted = (
            _counted(found.users, "user", "users"),
            _counted(found.conversations, "conversation", "conversations"),
            _counted(found.entries, "log entry", "log entries"),
            _counted(found.files, "file", "files"),
        )
        click.echo(", ".join(counted) + ".")
        for problem in found.problems:
            click.echo(f"PROBLEM: {problem}")
        if not found.problems:
            click.echo("All is well.")
    sys.exit(_EXIT_FAILED if found.problems else 0)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


@main.group()
def user() -> None:
    """Accounts, while the broker runs and while it does not."""


def _password_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--password-file",
        type=click.File("rb"),
        help="File whose first line is the password (-: standard input); without it you are asked.",
    )(command)


@user.command("add")
@click.argument("name")
@click.option("--bot", is_flag=True, help="For a program: prints its token, which is shown this once.")
@_password_option
@_data
@_json
def user_add(name: str, bot: bool, password_file: Any, data: Path, as_json: bool) -> None:
    """Make an account. The first one of a new server is its administrator, bots apart."""
    if bot and password_file is not None:
        raise click.UsageError("A bot has a token, which is made here, and no password.")
    password = _secret() if bot else _password(password_file)
    with _errors(as_json), _store_or_broker(data) as (store, broker):
        made: Any
        if broker is not None:
            request = requests.AdminAddUser(id=0, name=name, password=password, bot=bot)
            made = broker.ask(request, replies.Registered).user
        else:
            made = _write(store, records.CreateUser(_canonical(name), hash_password(password), clock(), bot))
    said = {"user": made.user, "name": made.name}
    if bot:
        _say_token(as_json, said | {"bot": True}, password, "has an account now")
    else:
        click.echo(json.dumps(said) if as_json else f"{made.name} has an account now.")


@user.command("token")
@click.argument("name")
@_data
@_json
def user_token(name: str, data: Path, as_json: bool) -> None:
    """Give a bot a new token, which is printed this once; the old one is void, and all its sessions end."""
    password = _secret()
    request = requests.AdminSetPassword(id=0, name=name, password=password, bot=True)
    _change(data, as_json, request, lambda: records.SetPassword(name, hash_password(password), bot=True))
    _say_token(
        as_json, {"name": name}, password, "has a new token; the old one is void, and all sessions have ended"
    )


@user.command("passwd")
@click.argument("name")
@_password_option
@_data
@_json
def user_passwd(name: str, password_file: Any, data: Path, as_json: bool) -> None:
    """Give a person's account a new password; all its sessions end."""
    password = _password(password_file)
    request = requests.AdminSetPassword(id=0, name=name, password=password)
    _change(data, as_json, request, lambda: records.SetPassword(name, hash_password(password)))
    _say_done(as_json, f"{name} has a new password; all sessions of the account have ended.")


@user.command("disable")
@click.argument("name")
@_data
@_json
def user_disable(name: str, data: Path, as_json: bool) -> None:
    """Let nobody in by this account; its sessions end, its messages stay."""
    _set_disabled(name, True, data, as_json)


@user.command("enable")
@click.argument("name")
@_data
@_json
def user_enable(name: str, data: Path, as_json: bool) -> None:
    """Undo `disable`."""
    _set_disabled(name, False, data, as_json)


def _set_disabled(name: str, disabled: bool, data: Path, as_json: bool) -> None:
    request = requests.AdminSetDisabled(id=0, name=name, disabled=disabled)
    _change(data, as_json, request, lambda: records.SetDisabled(names.folded(name), disabled))
    _say_done(as_json, f"{name} is {'disabled' if disabled else 'enabled'} now.")


@user.command("list")
@_data
@_json
def user_list(data: Path, as_json: bool) -> None:
    """All accounts, by name."""
    accounts: list[replies.AdminUser] = []
    with _errors(as_json), _store_or_broker(data) as (store, broker):
        after: str | None = ""
        while after is not None:
            page: Any
            if broker is not None:
                page = broker.ask(requests.AdminListUsers(id=0, after=after), replies.AdminUsers)
            else:
                page = _read(store, records.ReadAccounts(names.folded(after), limits.PAGE_MAX_ENTRIES))
            accounts += page.users
            after = page.next
    for account in accounts:
        created = datetime.fromtimestamp(account.created_at / 1e6, UTC).isoformat(timespec="milliseconds")
        if as_json:
            row = msgspec.to_builtins(account)
            row["created_at"] = created.replace("+00:00", "Z")
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            about = {"administrator": account.admin, "bot": account.bot, "disabled": account.disabled}
            marks = [mark for mark, on in about.items() if on]
            sessions = f"{account.sessions} session{'' if account.sessions == 1 else 's'}"
            click.echo(f"{account.name:<32} since {created[:10]}  {sessions:<12} {', '.join(marks)}".rstrip())
    if not accounts and not as_json:
        click.echo("No accounts yet: hubbub-broker user add NAME")


# ----------------------------------------------------------------------------------------------------------- helpers


@contextmanager
def _store_or_broker(data: Path) -> Iterator[tuple[Any, Running | None]]:
    """The store, opened directly (only whoever holds the folder's lock may), or else the broker that holds it."""
    if not data.is_dir():
        raise AdminError(
            f"There is no data folder {data}. Name another with --data, or start the server once."
        )
    try:
        store = open_store(data)
    except StoreInUse:
        with Running(data) as broker:
            yield None, broker
        return
    try:
        yield store, None
    finally:
        store.close()


def _change(
    data: Path, as_json: bool, request: requests.Request, command: Callable[[], records.Write]
) -> None:
    """Have the broker do what is asked, or, where none runs, do it in the store."""
    with _errors(as_json), _store_or_broker(data) as (store, broker):
        if broker is not None:
            broker.ask(request, replies.Done)
        else:
            _write(store, command())


def _write(store: Any, command: records.Write) -> Any:
    return _result(store.write([command])[0])


def _read(store: Any, command: records.Read) -> Any:
    reader = store.reader()
    try:
        return _result(reader.read(command))
    finally:
        reader.close()


def _result(result: records.Result) -> records.Result:
    if isinstance(result, records.Refused):
        raise AdminError(result.message, result.code)
    return result


def _canonical(name: str) -> str:
    try:
        return names.canonical(name)
    except names.BadName as error:
        raise AdminError(f"{name!r} can't be a name: {error}.", "bad_request") from None


def _secret() -> bytes:
    """Of a new token."""
    return secrets.token_urlsafe(_SECRET_BYTES).encode()


def _say_token(as_json: bool, said: dict[str, Any], secret: bytes, what: str) -> None:
    """Only the token goes to standard output, so that it can go straight into a file or a variable."""
    token = f"{said['name']}:{secret.decode()}"
    if as_json:
        click.echo(json.dumps(said | {"token": token}, ensure_ascii=False))
        return
    click.echo(f"{said['name']} {what}. Its token, for HUBBUB_TOKEN, is shown this once:", err=True)
    click.echo(token)


def _password(file: Any) -> bytes:
    if file is not None:
        password: bytes = file.readline().rstrip(b"\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True).encode()
    if not limits.PASSWORD_MIN_BYTES <= len(password) <= limits.PASSWORD_MAX_BYTES:
        raise click.UsageError(
            f"A password has {limits.PASSWORD_MIN_BYTES} to {limits.PASSWORD_MAX_BYTES} bytes; this one has {len(password)}."
        )
    return password


@contextmanager
def _errors(as_json: bool) -> Iterator[None]:
    try:
        yield
    except AdminError as error:
        code = {"": _EXIT_FAILED, "storage_full": _EXIT_STORE}.get(error.code, _EXIT_REFUSED)
        _fail(str(error), code, error.code if as_json else None)
    except StoreError as error:
        _fail(f"{error}.", _EXIT_STORE, "store" if as_json else None)


def _fail(message: str, exit_code: int, json_code: str | None = None) -> NoReturn:
    if json_code is not None:
        click.echo(json.dumps({"error": json_code or "failed", "message": message}), err=True)
    else:
        click.echo(message, err=True)
    sys.exit(exit_code)


def _say_done(as_json: bool, text: str) -> None:
    click.echo(json.dumps({"done": True}) if as_json else text)
