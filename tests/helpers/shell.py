"""People who type `hubbub` commands, each with a profile."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from hubbub.client.cli import main
from tests.helpers.brokers import PASSWORD, Served

Hubbub = Callable[..., Result]


def person(profile: Path) -> Hubbub:
    """The command, by somebody with a profile. `code`: the exit code that it must have."""

    def run(*arguments: str, code: int = 0, given: str = "", **environment: str) -> Result:
        result = CliRunner().invoke(
            main, arguments, input=given, env={"HUBBUB_PROFILE": str(profile), **environment}
        )
        assert result.exit_code == code, (arguments, result.output, result.exception)
        assert "Traceback" not in result.output
        return result

    return run


def registered(broker: Served, folder: Path, name: str) -> Hubbub:
    """Somebody with an account of this name."""
    run = person(folder / name)
    run("register", "--server", broker.place.address, "--user", name, HUBBUB_PASSWORD=PASSWORD.decode())
    return run
